package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFullException;
import dev.capsa.block.ContentChange;
import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.store.Batch;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Room;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What large files that are removed cost the commits. */
class RemovalTest {
  private static final long FILE = 7;
  private static final int STEP = RemovalStep.MOST_ITEMS;
  private static final byte EXTENTS_TAG = 3;
  private static final byte CHAIN_TAG = 4;

  private final MemorySpace space = new MemorySpace();
  private final List<Long> left = new ArrayList<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private Repository repository;

  private Repository open() throws IOException {
    return open(new StoreContentStore(space, Layout.EXTENTS));
  }

  private Repository open(ContentStore content) throws IOException {
    Probe probe =
        point -> {
          if (point == Probe.Point.PUBLISHED) {
            note();
          }
        };
    Repository.Hooks hooks = new Repository.Hooks(true, true, probe);
    return Repository.open(space, content, Rig.WHEN_ASKED, hooks);
  }

  /** Notes what is left after a commit. */
  private void note() {
    try {
      left.add(largeItems());
      if (left.get(left.size() - 1) == 0) {
        gone.countDown();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long largeItems() throws IOException {
    long count = 0;
    try (View view = repository.view()) {
      ItemCursor items =
          view.cursor(ItemKey.of(FILE, ItemKey.EXTENT), ItemKey.of(FILE + 1, (byte) 0));
      while (items.next()) {
        count++;
      }
    }
    return count;
  }

  /** A file of single blocks with a hole behind each. */
  private void plantExtents(int count) throws IOException {
    List<Long> blocks = new ArrayList<>();
    try (Batch batch = space.begin()) {
      while (blocks.size() < count) {
        blocks.add(batch.allocateBlocks(1).start());
      }
      batch.commit(new byte[0], true);
    }
    repository = open();
    repository.change(
        mutation -> {
          for (int i = 0; i < count; i++) {
            byte[] key = ItemKey.of(FILE, ItemKey.EXTENT, 2L * i);
            mutation.put(key, numbers(blocks.get(i), 1, 1, 1));
          }
          plantFile(mutation, EXTENTS_TAG, 2L * count * Rig.PAGE);
        });
    repository.force();
    left.clear();
  }

  private void plantChain(int count) throws IOException {
    List<ObjectPointer> objects = new ArrayList<>();
    try (Batch batch = space.begin()) {
      while (objects.size() < count) {
        objects.add(batch.putObject(ByteBuffer.allocate(1)));
      }
      batch.commit(new byte[0], true);
    }
    repository = open();
    repository.change(
        mutation -> {
          for (int i = 0; i < count; i++) {
            ObjectPointer object = objects.get(i);
            ByteBuffer value = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
            value.putLong(object.id()).putLong(object.checksum()).put(numbers(1, 1, 1));
            mutation.put(ItemKey.of(FILE, ItemKey.CHAIN, i), value.array());
          }
          plantFile(mutation, CHAIN_TAG, count * 65_536L);
        });
    repository.force();
    left.clear();
  }

  private static void plantFile(Mutation mutation, byte tag, long size) {
    byte[] number = numbers(size);
    byte[] content = new byte[1 + number.length];
    content[0] = tag;
    System.arraycopy(number, 0, content, 1, number.length);
    mutation.put(ItemKey.of(FILE, ItemKey.CONTENT), content);
    mutation.put(ItemKey.of(FILE, ItemKey.INODE), new byte[] {1});
  }

  private static byte[] numbers(long... all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long number : all) {
      long rest = number;
      for (; rest > 0x7f; rest >>>= 7) {
        out.write((int) (rest | 0x80));
      }
      out.write((int) rest);
    }
    return out.toByteArray();
  }

  private void removeFile() throws IOException {
    repository.change(
        mutation -> {
          mutation.remove(ItemKey.of(FILE, ItemKey.INODE));
          mutation.removeContent(FILE);
        });
  }

  private void awaitGone() throws InterruptedException {
    assertThat(gone.await(60, TimeUnit.SECONDS)).as("the last item went").isTrue();
  }

  private void checkSteps(long before) {
    long last = before;
    for (long now : left) {
      assertThat(last - now).as("items that one commit removed, of %s", left).isBetween(0L, 4096L);
      last = now;
    }
    assertThat(last).isZero();
  }

  private boolean isOrphan() throws IOException {
    try (View view = repository.view()) {
      return view.get(ItemKey.of(0, ItemKey.ORPHAN, FILE)) != null;
    }
  }

  @Test
  void fifty_thousand_extents_go_in_bounded_commits_that_nobody_asks_for() throws Exception {
    plantExtents(50_000);
    removeFile();
    repository.force();
    awaitGone();
    repository.close();
    checkSteps(50_000);
    assertThat(left.get(0)).isEqualTo(50_000 - STEP);
    assertThat(space.blocks()).isEmpty();
    try (Repository next = open()) {
      repository = next;
      assertThat(isOrphan()).isFalse();
    }
  }

  @Test
  void a_chain_goes_in_bounded_commits() throws Exception {
    plantChain(10_000);
    removeFile();
    repository.force();
    awaitGone();
    repository.close();
    checkSteps(10_000);
    assertThat(space.objects()).isEmpty();
  }

  @Test
  void closing_takes_some_steps_and_the_next_opening_goes_on() throws Exception {
    plantExtents(100_000);
    removeFile();
    repository.close();
    assertThat(left).hasSize(17).endsWith(100_000L - 17 * STEP);
    repository = open();
    assertThat(isOrphan()).isTrue();
    repository.removeOrphans();
    awaitGone();
    repository.close();
    checkSteps(100_000);
    assertThat(space.blocks()).isEmpty();
  }

  @Test
  void a_commit_between_two_steps_is_one_that_a_crash_may_leave() throws Exception {
    plantExtents(10_000);
    removeFile();
    repository.force();
    repository.abandon(); // in the midst of it, or later
    repository = open();
    assertThat(isOrphan()).isEqualTo(largeItems() > 0);
    repository.removeOrphans();
    if (largeItems() > 0) {
      awaitGone();
    }
    repository.close();
    assertThat(space.blocks()).isEmpty();
  }

  @Test
  void who_needs_the_room_of_what_was_removed_waits_for_it() throws Exception {
    plantExtents(20_000);
    space.capacityBytes(84L << 20);
    removeFile();
    for (int i = 0; i < 48; i++) {
      repository.write(9, (long) i << 20, ByteBuffer.allocate(1 << 20), (long) i << 20, m -> {});
    }
    repository.close();
    checkSteps(20_000);
  }

  @Test
  void a_writer_is_not_refused_while_steps_go_on() throws Exception {
    space.capacityBytes(0);
    AtomicInteger steps = new AtomicInteger();
    Admission.Relief relief =
        new Admission.Relief() {
          @Override
          public void commit() {}

          @Override
          public void wish() {}

          @Override
          public boolean settle() {
            if (steps.incrementAndGet() == 10) {
              space.capacityBytes(Long.MAX_VALUE);
            }
            return true;
          }

          @Override
          public boolean clearing() {
            return steps.get() < 10;
          }

          @Override
          public Room room(Load load, boolean kept) {
            return Costs.room(load, 0, 0, kept);
          }
        };
    new Admission(space, 1 << 20, relief)
        .claim(Costs.pages(0, 1, 4096, 1), Admission.Kind.ADDITION);
    assertThat(steps.get()).isEqualTo(10);
  }

  /** For each step that is larger than this there is no room. */
  private static final int FITTING_STEP = 600;

  @Test
  void a_step_that_finds_no_room_keeps_nothing_from_being_committed() throws Exception {
    plantExtents(20_000);
    repository.close();
    repository = open(new NarrowStore(space));
    removeFile();
    repository.change(mutation -> mutation.put(Rig.key("x"), Rig.bytes("1")));
    repository.force();
    awaitGone();
    repository.close();
    checkSteps(20_000);
    assertThat(left.get(0)).isEqualTo(20_000 - STEP / 8);
    assertThat(space.blocks()).isEmpty();
  }

  @Test
  void steps_for_which_there_is_never_room_are_let_be_until_something_is_committed()
      throws Exception {
    plantExtents(1000);
    repository.close();
    AtomicBoolean full = new AtomicBoolean(true);
    repository =
        open(
            new NarrowStore(space) {
              @Override
              boolean fits(RemovalStep step) {
                return !full.get() || step.taken() <= 8;
              }
            });
    removeFile();
    repository.force();
    repository.change(mutation -> mutation.put(Rig.key("x"), Rig.bytes("1")));
    repository.force();
    long left = largeItems();
    assertThat(left).isPositive();
    full.set(false);
    repository.change(mutation -> mutation.put(Rig.key("x"), Rig.bytes("2")));
    repository.force();
    awaitGone();
    repository.close();
    assertThat(space.blocks()).isEmpty();
  }

  /** A store that is full for large steps. */
  private static class NarrowStore implements ContentStore {
    private final StoreContentStore store;

    NarrowStore(MemorySpace space) {
      store = new StoreContentStore(space, Layout.EXTENTS);
    }

    boolean fits(RemovalStep step) {
      return step.taken() <= FITTING_STEP;
    }

    @Override
    public boolean remove(Items items, ItemSink sink, Batch batch, long inode, RemovalStep step)
        throws IOException {
      boolean all = store.remove(items, sink, batch, inode, step);
      if (!fits(step)) {
        throw new CapsaFullException("no room for " + step.taken() + " items");
      }
      return all;
    }

    @Override
    public void read(Items items, long inode, long position, ByteBuffer destination)
        throws IOException {
      store.read(items, inode, position, destination);
    }

    @Override
    public void write(Items items, ItemSink sink, Batch batch, long inode, ContentChange change)
        throws IOException {
      store.write(items, sink, batch, inode, change);
    }

    @Override
    public int unitPages() {
      return store.unitPages();
    }

    @Override
    public long allocatedBytes(Items items, long inode) throws IOException {
      return store.allocatedBytes(items, inode);
    }
  }

  @Test
  void ten_thousand_orphans_go_in_a_few_commits_for_which_the_opening_does_not_wait()
      throws Exception {
    repository = open();
    repository.change(
        mutation -> {
          for (long inode = 100; inode < 10_100; inode++) {
            mutation.put(ItemKey.of(inode, ItemKey.INODE), new byte[] {1});
            mutation.put(ItemKey.of(inode, ItemKey.ATTRIBUTE, 1), new byte[] {1});
            mutation.put(ItemKey.of(0, ItemKey.ORPHAN, inode), new byte[0]);
          }
        });
    repository.close();
    CountDownLatch cleared = new CountDownLatch(1);
    Probe probe =
        point -> {
          if (point == Probe.Point.PUBLISHED && items() == 0) {
            cleared.countDown();
          }
        };
    StoreContentStore content = new StoreContentStore(space, Layout.EXTENTS);
    repository =
        Repository.open(space, content, Rig.WHEN_ASKED, new Repository.Hooks(true, true, probe));
    try (Batch other = space.begin()) {
      repository.removeOrphans(); // returns while no commit is possible
      assertThat(items()).isEqualTo(30_000);
    }
    assertThat(cleared.await(60, TimeUnit.SECONDS)).isTrue();
    repository.close();
    assertThat(repository.statistics().commits()).isBetween(7L, 9L);
  }

  private long items() {
    long count = 0;
    try (View view = repository.view()) {
      ItemCursor all = view.cursor(new byte[0], null);
      while (all.next()) {
        count++;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return count;
  }
}
