package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.store.BlockRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link ExtentStore} does. */
abstract class ExtentStoreContract {
  static final long INODE = 7;

  /** The store; the same through a test until {@link #reopened}. */
  abstract ExtentStore store() throws IOException;

  /** The store with all that was done. */
  abstract ExtentStore reopened() throws IOException;

  @Test
  void ten_blocks_are_written_listed_and_read() throws IOException {
    ExtentList list = file(INODE, 10);
    assertThat(list.totalBlocks()).isEqualTo(10);
    assertThat(places(store().extents(INODE))).isEqualTo(places(list));
    assertThat(content(reopened(), INODE, 0, 10)).isEqualTo(pattern(0, 10));
    assertThat(store().extents(INODE + 1)).isEmpty();
  }

  @Test
  void part_of_the_blocks_is_read() throws IOException {
    ExtentList list = file(INODE, 10);
    ByteBuffer read = ByteBuffer.allocate(store().blockSize() + 2);
    store().read(list.get(0).physical(), store().blockSize() * 3L - 1, read);
    int size = store().blockSize();
    assertThat(read.array())
        .isEqualTo(Arrays.copyOfRange(pattern(0, 10), 3 * size - 1, 4 * size + 1));
  }

  @Test
  void a_list_may_have_holes() throws IOException {
    BlockRun first = store().allocate(1);
    BlockRun second = store().allocate(1);
    store()
        .setExtents(
            INODE,
            ExtentList.of(new Extent(7, first.start(), 1), new Extent(2, second.start(), 1)));
    ExtentList list = reopened().extents(INODE);
    assertThat(list).extracting(Extent::logical).containsExactly(2L, 7L);
    assertThat(list.find(5)).isNull();
    assertThat(list.physical(7)).isEqualTo(first.start());
  }

  @Test
  void nothing_or_less_is_not_allocated() throws IOException {
    assertThatThrownBy(() -> store().allocate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().allocate(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void blocks_that_were_not_written_read_as_zeros() throws IOException {
    ExtentStore store = store();
    BlockRun run = store.allocate(3);
    store.write(run.start(), ByteBuffer.wrap(pattern(0, run.length())));
    store.free(run.start(), run.length());
    run = store.allocate(3);
    byte[] zeros = new byte[run.length() * store.blockSize()];
    ByteBuffer read = ByteBuffer.allocate(zeros.length);
    store.read(run.start(), 0, read);
    assertThat(read.array()).isEqualTo(zeros);
    store.setExtents(INODE, ExtentList.of(new Extent(0, run.start(), run.length())));
    assertThat(content(reopened(), INODE, 0, run.length())).isEqualTo(zeros);
  }

  @Test
  void free_blocks_are_not_used() throws IOException {
    ExtentStore store = store();
    ExtentList list = file(INODE, 4);
    long start = list.get(0).physical();
    BlockRun gone = store.allocate(1);
    store.free(gone.start(), 1);
    assertThatThrownBy(() -> store.free(gone.start(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + gone.start());
    assertThatThrownBy(() -> store.read(gone.start(), 0, ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.write(gone.start(), ByteBuffer.allocate(store.blockSize())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.setExtents(INODE, ExtentList.of(new Extent(0, gone.start(), 1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.free(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(store.extents(INODE).physical(0)).isEqualTo(start);
  }

  @Test
  void a_write_that_fails_has_changed_nothing() throws IOException {
    ExtentStore store = store();
    BlockRun run = store.allocate(3);
    assertThat(run.length()).isEqualTo(3);
    store.write(run.start(), ByteBuffer.wrap(pattern(0, 3)));
    store.free(run.start() + 1, 1);
    int size = store.blockSize();
    assertThatThrownBy(() -> store.write(run.start(), ByteBuffer.allocate(3 * size)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.write(run.start(), ByteBuffer.allocate(size - 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.free(run.start(), 3))
        .isInstanceOf(IllegalArgumentException.class);
    for (long block : new long[] {0, 2}) {
      ByteBuffer read = ByteBuffer.allocate(size);
      store.read(run.start() + block, 0, read);
      assertThat(read.array()).isEqualTo(pattern(block, 1));
      store.free(run.start() + block, 1);
    }
  }

  @Test
  void replacing_a_range_returns_what_was_there() throws IOException {
    file(INODE, 10);
    ExtentStore store = reopened();
    ExtentList old = store.extents(INODE);
    BlockRun run = store.allocate(2);
    store.write(run.start(), ByteBuffer.wrap(pattern(50, 2)));
    ExtentList removed =
        store.replaceExtents(INODE, 4, 3, ExtentList.of(new Extent(4, run.start(), 2)));
    assertThat(places(removed)).isEqualTo(places(old.part(4, 3)));
    free(store, removed);
    store = reopened();
    assertThat(content(store, INODE, 0, 4)).isEqualTo(pattern(0, 4));
    assertThat(content(store, INODE, 4, 2)).isEqualTo(pattern(50, 2));
    assertThat(store.extents(INODE).physical(6)).isZero();
    assertThat(content(store, INODE, 7, 3)).isEqualTo(pattern(7, 3));
    removed = store.replaceExtents(INODE, 8, ExtentStore.TO_END, ExtentList.empty());
    assertThat(removed.totalBlocks()).isEqualTo(2);
    free(store, removed);
    assertThat(reopened().extents(INODE).logicalSize()).isEqualTo(8);
  }

  @Test
  void neighbours_in_one_commit_join() throws IOException {
    BlockRun run = store().allocate(4);
    assertThat(run.length()).isEqualTo(4);
    for (int i : new int[] {0, 3, 1, 2}) {
      store().replaceExtents(INODE, i, 1, ExtentList.of(new Extent(i, run.start() + i, 1)));
    }
    assertThat(places(store().extents(INODE))).containsExactly("0:" + run.start() + "+4");
    assertThat(places(reopened().extents(INODE))).containsExactly("0:" + run.start() + "+4");
  }

  /** A file of so many blocks with a pattern, in as many extents as it takes. */
  final ExtentList file(long inode, int blocks) throws IOException {
    List<Extent> extents = new ArrayList<>();
    int done = 0;
    while (done < blocks) {
      BlockRun run = store().allocate(blocks - done);
      store().write(run.start(), ByteBuffer.wrap(pattern(done, run.length())));
      extents.add(new Extent(done, run.start(), run.length()));
      done += run.length();
    }
    ExtentList list = ExtentList.of(extents);
    store().setExtents(inode, list);
    return list;
  }

  /** Blocks in which each byte says which block it is. */
  final byte[] pattern(long first, long count) throws IOException {
    int size = store().blockSize();
    byte[] bytes = new byte[(int) count * size];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (first + i / size + 1 + i % size % 3);
    }
    return bytes;
  }

  static byte[] content(ExtentStore store, long inode, long first, int count) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(count * store.blockSize());
    ExtentList list = store.extents(inode);
    for (long block = first; block < first + count; block++) {
      read.limit(read.position() + store.blockSize());
      store.read(list.physical(block), 0, read);
    }
    return read.array();
  }

  static List<String> places(ExtentList list) {
    List<String> places = new ArrayList<>();
    for (Extent extent : list) {
      places.add(extent.logical() + ":" + extent.physical() + "+" + extent.length());
    }
    return places;
  }

  static void free(ExtentStore store, ExtentList extents) throws IOException {
    for (Extent extent : extents) {
      store.free(extent.physical(), extent.length());
    }
  }
}
