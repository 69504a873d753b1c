package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.store.ObjectPointer;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreContentStoreTest {
  private static final long INODE = 9;
  private static final int PAGE = ContentChange.PAGE_BYTES;

  private TestContainer container;
  private StoreContentStore store;
  private long size;

  @BeforeEach
  void create() throws IOException {
    container = new TestContainer();
    store = new StoreContentStore(container.space, Layout.EXTENTS);
  }

  @AfterEach
  void everything_that_is_allocated_is_reached() throws IOException {
    container.commit();
    container.check(Map.of(INODE, size));
    container.close();
  }

  @Test
  void a_small_file_is_in_its_item() throws IOException {
    write(0, random(2048));
    assertThat(content()).isInstanceOf(Content.Inline.class);
    assertThat(container.space.objects()).isEmpty();
    assertThat(container.space.blocks()).isEmpty();
    assertThat(store.allocatedBytes(container.committed, INODE)).isEqualTo(2048);
  }

  @Test
  void a_middling_file_is_one_object_of_its_own_length() throws IOException {
    write(0, random(2049));
    assertThat(content()).isInstanceOf(Content.InObject.class);
    assertThat(container.space.objects().iterator().next().length()).isEqualTo(2049);
    write(0, random(65536));
    assertThat(content()).isInstanceOf(Content.InObject.class);
    assertThat(container.space.objects()).hasSize(1);
    assertThat(container.space.blocks()).isEmpty();
    assertThat(store.allocatedBytes(container.committed, INODE)).isEqualTo(65536);
  }

  @Test
  void a_large_file_is_one_extent() throws IOException {
    write(0, random(5_000_001));
    assertThat(extents()).containsExactly(new Extent(0, extents().get(0).physical(), 1221, 1, 1));
    assertThat(store.allocatedBytes(container.committed, INODE)).isEqualTo(1221 * PAGE);
    assertThat(container.committed.size()).isEqualTo(2);
  }

  @Test
  void reading_64_KiB_of_one_extent_takes_one_lookup() throws IOException {
    byte[] bytes = random(1 << 20);
    write(0, bytes);
    container.committed.put(ItemKey.of(INODE, ItemKey.ATTRIBUTE, new byte[] {'a'}), new byte[1]);
    for (int at : new int[] {0, 65536, 65536 + 100, (1 << 20) - 65536}) {
      container.committed.lookups = 0;
      ByteBuffer read = ByteBuffer.allocate(65536);
      store.read(container.committed, INODE, at, read);
      assertThat(read.array()).isEqualTo(Arrays.copyOfRange(bytes, at, at + 65536));
      assertThat(container.committed.lookups).isEqualTo(1);
    }
    container.committed.remove(ItemKey.of(INODE, ItemKey.ATTRIBUTE, new byte[] {'a'}));
  }

  @Test
  void reading_a_small_file_takes_one_lookup() throws IOException {
    write(0, random(1000));
    container.committed.lookups = 0;
    store.read(container.committed, INODE, 0, ByteBuffer.allocate(1000));
    assertThat(container.committed.lookups).isEqualTo(1);
  }

  @Test
  void overwriting_the_middle_splits_and_frees_the_middle_alone() throws IOException {
    write(0, random(100 * PAGE));
    long start = extents().get(0).physical();
    write(10 * PAGE, random(5 * PAGE));
    List<Extent> extents = extents();
    assertThat(extents).hasSize(3);
    assertThat(extents.get(0)).isEqualTo(new Extent(0, start, 10, 1, 1));
    assertThat(extents.get(1).logical()).isEqualTo(10);
    assertThat(extents.get(1).birth()).isEqualTo(2);
    assertThat(extents.get(2)).isEqualTo(new Extent(15, start + 15, 85, 1, 1));
    assertThat(container.space.blocks()).hasSize(100).doesNotContain(start + 10, start + 14);
  }

  @Test
  void scattered_pages_are_placed_together() throws IOException {
    write(0, random(100 * PAGE));
    TreeMap<Long, byte[]> pages = new TreeMap<>();
    for (long page = 1; page < 100; page += 10) {
      pages.put(page, random(PAGE));
    }
    change(new ContentChange(size, size, pages));
    List<Extent> moved = extents().stream().filter(extent -> extent.birth() == 2).toList();
    assertThat(moved).hasSize(10);
    for (int i = 1; i < 10; i++) {
      assertThat(moved.get(i).physical()).isEqualTo(moved.get(i - 1).physicalEnd());
    }
  }

  @Test
  void short_allocations_make_more_extents_and_the_same_bytes() throws IOException {
    container.space.longestRun(3);
    byte[] bytes = random(100 * PAGE - 5);
    write(0, bytes);
    assertThat(read(0, bytes.length)).isEqualTo(bytes);
    // The space hands out its blocks in a row, so the extents join to one again.
    assertThat(extents()).hasSize(1);
    write(0, random(100 * PAGE - 5));
    assertThat(container.space.blocks()).hasSize(100);
  }

  @Test
  void a_sparse_file_costs_its_pages() throws IOException {
    TreeMap<Long, byte[]> pages = new TreeMap<>();
    pages.put(0L, random(PAGE));
    pages.put(1L << 19, random(PAGE));
    pages.put((5L << 18) - 1, random(PAGE));
    change(new ContentChange(5L << 30, 0, pages));
    assertThat(container.space.blocks()).hasSize(3);
    assertThat(store.allocatedBytes(container.committed, INODE)).isEqualTo(3 * PAGE);
    assertThat(container.committed.size()).isEqualTo(4);
    assertThat(read((1L << 31) - 2, PAGE + 4)).isEqualTo(padded(pages.get(1L << 19)));
    assertThat(read((5L << 30) - 10, 20)).startsWith(tail(pages.get((5L << 18) - 1)));
  }

  @Test
  void a_file_of_one_large_hole_is_in_its_item() throws IOException {
    change(new ContentChange(1L << 50, 0, new TreeMap<>()));
    assertThat(content()).isInstanceOf(Content.Inline.class);
    assertThat(read(1L << 49, 10)).isEqualTo(new byte[10]);
    write(1L << 49, random(10));
    assertThat(container.space.blocks()).hasSize(1);
  }

  @Test
  void written_zeros_are_stored() throws IOException {
    write(0, new byte[100 * PAGE]);
    assertThat(container.space.blocks()).hasSize(100);
  }

  @Test
  void a_file_moves_through_all_forms_and_back() throws IOException {
    for (int length : new int[] {10, 2048, 2049, 65536, 65537, 32769}) {
      resize(length);
    }
    assertThat(content()).as("at more than half the limit").isInstanceOf(Content.Extents.class);
    resize(32768);
    assertThat(content()).isInstanceOf(Content.InObject.class);
    resize(1025);
    assertThat(content()).as("at more than half the limit").isInstanceOf(Content.InObject.class);
    resize(1024);
    assertThat(content()).isInstanceOf(Content.Inline.class);
    resize(100_000);
    resize(0);
    assertThat(container.committed.size()).isZero();
  }

  @Test
  void content_of_any_form_is_gathered_into_one_run_of_blocks() throws IOException {
    for (int length : new int[] {1, 2048, 2049, 65536, 65537, 300_000}) {
      byte[] bytes = random(length);
      resize(0);
      write(0, bytes);
      assertThat(gather(0, length)).isTrue();
      assertThat(content()).isInstanceOf(Content.Extents.class);
      assertThat(read(0, length)).isEqualTo(bytes);
      long first = store.run(container.committed, INODE, 0, length).orElseThrow();
      assertThat(store.run(container.committed, INODE, length - 1, 1))
          .hasValue(first + (length - 1) / PAGE);
    }
  }

  @Test
  void gathering_joins_what_was_scattered() throws IOException {
    byte[] all = random(100 * PAGE);
    write(0, all);
    for (int page = 0; page < 100; page += 3) {
      write((long) page * PAGE, Arrays.copyOfRange(all, page * PAGE, (page + 1) * PAGE));
    }
    assertThat(store.run(container.committed, INODE, 10 * PAGE, 30 * PAGE)).isEmpty();
    assertThat(gather(10 * PAGE + 5, 30 * PAGE)).isTrue();
    assertThat(store.run(container.committed, INODE, 10 * PAGE + 5, 30 * PAGE)).isPresent();
    assertThat(store.run(container.committed, INODE, 0, 100 * PAGE)).isEmpty();
    assertThat(read(0, all.length)).isEqualTo(all);
    assertThat(gather(0, 100 * PAGE)).isTrue();
    assertThat(extents()).hasSize(1);
    assertThat(container.space.blocks()).hasSize(100);
    assertThat(read(0, all.length)).isEqualTo(all);
  }

  @Test
  void a_part_with_a_hole_is_not_gathered() throws IOException {
    TreeMap<Long, byte[]> pages = new TreeMap<>();
    pages.put(3L, random(PAGE));
    pages.put(4L, random(PAGE));
    pages.put(50L, random(PAGE));
    change(new ContentChange(100 * PAGE, 0, pages));
    for (long[] part : new long[][] {{0, 4}, {3, 3}, {4, 47}, {50, 2}, {60, 5}}) {
      assertThat(gather(part[0] * PAGE, part[1] * PAGE)).as("%d+%d", part[0], part[1]).isFalse();
    }
    assertThat(gather(3 * PAGE, 2 * PAGE)).isTrue();
    assertThat(container.space.blocks()).hasSize(3);
    change(new ContentChange(100 * PAGE, 0, new TreeMap<>()));
    assertThat(gather(0, 10)).isFalse();
  }

  @Test
  void what_is_gathered_takes_its_usual_form_when_it_is_written_again() throws IOException {
    byte[] bytes = random(3000);
    write(0, bytes);
    gather(0, 3000);
    write(10, random(5));
    assertThat(content()).isInstanceOf(Content.InObject.class);
    assertThat(container.space.blocks()).isEmpty();
  }

  @Test
  void gathering_without_so_many_blocks_in_a_row_changes_nothing() throws IOException {
    byte[] bytes = random(100 * PAGE);
    write(0, bytes);
    write(10 * PAGE, Arrays.copyOfRange(bytes, 10 * PAGE, 15 * PAGE));
    container.space.longestRun(50);
    assertThatThrownBy(() -> gather(0, bytes.length))
        .isInstanceOf(CapsaFullException.class)
        .hasMessage("there are not 100 free blocks in a row, at most 50");
    container.abort();
    assertThat(read(0, bytes.length)).isEqualTo(bytes);
  }

  @Test
  void a_chain_cannot_be_gathered() throws IOException {
    store = new StoreContentStore(container.space, Layout.CHAIN);
    write(0, random(100_000));
    assertThat(gather(0, 100_000)).isFalse();
    assertThat(content()).isInstanceOf(Content.Chain.class);
    assertThat(store.run(container.committed, INODE, 0, 100_000)).isEmpty();
  }

  private boolean gather(long position, long length) throws IOException {
    boolean can = store.canGather(container.committed, INODE, position, length);
    if (can) {
      store.gather(container.committed, container.next, container.batch, INODE, position, length);
      container.commit();
    }
    return can;
  }

  @Test
  void a_chain_stores_each_block_at_its_own_length() throws IOException {
    store = new StoreContentStore(container.space, Layout.CHAIN);
    write(0, random(65536 + 100));
    assertThat(content()).isInstanceOf(Content.Chain.class);
    assertThat(container.space.objects())
        .extracting("length")
        .containsExactlyInAnyOrder(65536, 100);
    write(65536 + 100, random(50));
    assertThat(container.space.objects())
        .extracting("length")
        .containsExactlyInAnyOrder(65536, 150);
    resize(2000);
    assertThat(content()).isInstanceOf(Content.Chain.class);
    resize(1000);
    assertThat(content()).isInstanceOf(Content.Inline.class);
    assertThat(container.space.objects()).isEmpty();
  }

  @Test
  void a_layout_reads_and_changes_files_of_the_other() throws IOException {
    for (Layout layout : Layout.values()) {
      for (int length : new int[] {1000, 10_000, 200_000}) {
        store = new StoreContentStore(container.space, layout);
        byte[] bytes = random(length);
        write(0, bytes);
        store = new StoreContentStore(container.space, Layout.values()[1 - layout.ordinal()]);
        assertThat(read(0, length)).isEqualTo(bytes);
        write(length - 10, random(5000));
        System.arraycopy(random(5000), 0, bytes, length - 10, 10);
        assertThat(read(0, length)).isEqualTo(bytes);
        change(new ContentChange(0, 0, new TreeMap<>()));
      }
    }
  }

  @Test
  void a_file_that_never_was_reads_as_zeros() throws IOException {
    assertThat(read(100, 50)).isEqualTo(new byte[50]);
    assertThat(store.allocatedBytes(container.committed, INODE)).isZero();
    store.remove(container.committed, container.next, container.batch, INODE);
  }

  @Test
  void removing_frees_everything() throws IOException {
    for (Layout layout : Layout.values()) {
      for (int length : new int[] {1000, 10_000, 200_000}) {
        store = new StoreContentStore(container.space, layout);
        write(0, random(length));
        store.remove(container.committed, container.next, container.batch, INODE);
        container.commit();
        assertThat(container.committed.size()).isZero();
        assertThat(container.space.objects()).isEmpty();
        assertThat(container.space.blocks()).isEmpty();
        size = 0;
      }
    }
  }

  @Test
  void removing_by_steps_frees_a_long_extent_from_its_end() throws IOException {
    write(0, random(100 * PAGE));
    assertThat(extents()).hasSize(1);
    int left = 100;
    while (!removeStep(new RemovalStep(10, 30))) {
      left -= 30;
      assertThat(extents().get(0).length()).isEqualTo(left);
      assertThat(container.space.blocks()).hasSize(left);
      assertThat(faults(size)).isEmpty();
    }
    assertThat(left).isEqualTo(10);
    assertThat(container.committed.size()).isZero();
    assertThat(container.space.blocks()).isEmpty();
    size = 0;
  }

  private boolean removeStep(RemovalStep step) throws IOException {
    boolean all = store.remove(container.committed, container.next, container.batch, INODE, step);
    container.commit();
    return all;
  }

  @Test
  void a_full_space_leaves_the_committed_bytes() throws IOException {
    byte[] bytes = random(50 * PAGE);
    write(0, bytes);
    container.space.capacityBytes(80L * PAGE);
    assertThatThrownBy(() -> write(0, random(60 * PAGE))).isInstanceOf(CapsaFullException.class);
    container.abort();
    size = bytes.length;
    assertThat(read(0, bytes.length)).isEqualTo(bytes);
    container.space.capacityBytes(Long.MAX_VALUE);
  }

  @Test
  void damage_is_an_exception_and_found_by_the_check() throws IOException {
    write(0, random(100 * PAGE));
    long physical = extents().get(0).physical();
    container.space.damageBlock(physical + 42);
    assertThatThrownBy(() -> read(42 * PAGE, 1)).isInstanceOf(CapsaCorruptException.class);
    assertThat(read(41 * PAGE, PAGE)).isNotEqualTo(new byte[PAGE]);
    assertThat(faults(size)).singleElement().asString().contains("172032 to 176128");
    resize(0);
  }

  @Test
  void the_check_finds_what_contradicts_itself() throws IOException {
    write(0, random(100 * PAGE));
    long physical = extents().get(0).physical();
    MemoryItems sound = container.committed.copy();
    byte[] key = ItemKey.of(INODE, ItemKey.CONTENT);

    assertThat(faults(size)).isEmpty();
    assertThat(faults(size - 1)).singleElement().asString().contains("409600").contains("409599");

    container.committed.put(key, ContentItems.encode(new Content.Extents(99 * PAGE)));
    assertThat(faults(size)).anyMatch(fault -> fault.contains("past its size"));

    container.committed.put(key, new byte[] {9, 1});
    assertThat(faults(size)).singleElement().asString().contains("tag 9");

    container.committed.put(key, new byte[] {1});
    assertThat(faults(size)).singleElement().asString().contains("cut off");

    container.committed = sound.copy();
    container.committed.put(
        StoreExtentStore.key(INODE, 50),
        ContentItems.encode(new Extent(50, physical + 10, 2, 1, 1)));
    assertThat(faults(size)).singleElement().asString().contains("overlaps");
    assertThatThrownBy(
            () -> store.remove(container.committed, container.next, container.batch, INODE))
        .isInstanceOf(CapsaCorruptException.class)
        .hasMessageContaining("overlaps");

    container.committed = sound.copy();
    container.committed.put(
        StoreExtentStore.key(INODE, 0),
        ContentItems.encode(new Extent(0, physical, 100, 1, 1 << 20)));
    assertThat(faults(size)).singleElement().asString().contains("1048576");

    container.committed = sound.copy();
    container.committed.put(key, ContentItems.encode(new Content.Chain(size)));
    assertThat(faults(size)).singleElement().asString().contains("Chain");
    container.committed = sound;
  }

  private List<String> faults(long fileSize) throws IOException {
    List<String> faults = new ArrayList<>();
    new ContentCheck(container.committed, container.space, true)
        .check(
            INODE,
            fileSize,
            new ContentCheck.Visitor() {
              @Override
              public void object(long inode, ObjectPointer pointer, long birth) {}

              @Override
              public void blocks(long inode, long start, long length, long birth) {}

              @Override
              public void fault(long inode, String what) {
                faults.add(what);
              }
            });
    return faults;
  }

  /** Makes the file the first bytes of one random sequence, by cutting or appending. */
  private void resize(int length) throws IOException {
    byte[] bytes = random(length);
    if (length < size) {
      change(new ContentChange(length, length, new TreeMap<>()));
    } else {
      write(0, bytes);
    }
    assertThat(read(0, length + 10)).isEqualTo(Arrays.copyOf(bytes, length + 10));
  }

  private void write(long position, byte[] bytes) throws IOException {
    TreeMap<Long, byte[]> pages = new TreeMap<>();
    long end = position + bytes.length;
    for (long page = position / PAGE; page * PAGE < end; page++) {
      byte[] content = read(page * PAGE, PAGE);
      int from = (int) Math.max(0, position - page * PAGE);
      int to = (int) Math.min(PAGE, end - page * PAGE);
      System.arraycopy(bytes, (int) (page * PAGE + from - position), content, from, to - from);
      pages.put(page, content);
    }
    change(new ContentChange(Math.max(size, end), size, pages));
  }

  private void change(ContentChange change) throws IOException {
    store.write(container.committed, container.next, container.batch, INODE, change);
    container.commit();
    size = change.size();
  }

  private byte[] read(long position, int length) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(length);
    store.read(container.committed, INODE, position, read);
    assertThat(read.hasRemaining()).isFalse();
    return read.array();
  }

  private Content content() {
    byte[] key = ItemKey.of(INODE, ItemKey.CONTENT);
    try {
      return ContentItems.content(key, container.committed.get(key));
    } catch (CapsaCorruptException e) {
      throw new AssertionError(e);
    }
  }

  private List<Extent> extents() throws IOException {
    List<Extent> extents = new ArrayList<>();
    new StoreExtentStore(new Binding(container.committed, container.space))
        .extents(INODE)
        .forEach(extents::add);
    return extents;
  }

  private static byte[] random(int length) {
    return Arrays.copyOf(ByteStoreContract.random(length, 5), length);
  }

  private static byte[] padded(byte[] page) {
    byte[] padded = new byte[page.length + 4];
    System.arraycopy(page, 0, padded, 2, page.length);
    return padded;
  }

  private static byte[] tail(byte[] page) {
    return Arrays.copyOfRange(page, page.length - 10, page.length);
  }
}
