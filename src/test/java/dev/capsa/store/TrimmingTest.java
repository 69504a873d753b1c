package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFullException;
import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The file is cut while the container is open, and never below what somebody needs. */
class TrimmingTest {
  private static final int BYTES = 8 << 20;

  private final SharedContainer shared = new SharedContainer();

  /** Counts how often the file is cut, and can be as full as a disk. */
  private static final class Disk extends MultiStoreSpaceTest.KeptStorage {
    int cuts;
    boolean full;

    Disk() {
      super(new MemoryRawStorage());
    }

    @Override
    public void resize(long length) throws IOException {
      if (full && length > length()) {
        throw new CapsaFullException("no room to grow to " + length);
      }
      cuts += length < length() ? 1 : 0;
      super.resize(length);
    }
  }

  private final Disk raw = new Disk();

  private static BlockRun write(MultiStore store, long seed) throws IOException {
    try (Batch batch = store.begin()) {
      BlockRun run = batch.allocateBlocks(BYTES / BlockRun.BLOCK_BYTES);
      assertThat(run.length()).isEqualTo(BYTES / BlockRun.BLOCK_BYTES);
      batch.writeBlocks(run.start(), SpaceModel.bytes(seed, BYTES));
      batch.commit(new byte[] {1}, true);
      return run;
    }
  }

  private static void free(MultiStore store, BlockRun run) throws IOException {
    try (Batch batch = store.begin()) {
      batch.freeBlocks(run.start(), run.length(), 1);
      batch.commit(new byte[] {2}, true);
    }
  }

  private static void commit(MultiStore store) throws IOException {
    try (Batch batch = store.begin()) {
      batch.commit(new byte[] {3}, true);
    }
  }

  @Test
  void what_is_freed_at_the_end_is_cut_when_nothing_is_written() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    BlockRun run = write(store, 1);
    assertThat(store.isTrimmable()).isFalse();
    free(store, run);
    assertThat(store.isTrimmable()).isTrue();
    store.trim(false);
    assertThat(raw.length()).isLessThan(1 << 20);
    assertThat(store.isTrimmable()).isFalse();
    int cuts = raw.cuts;
    store.trim(false);
    assertThat(raw.cuts).isEqualTo(cuts);
    assertThat(write(store, 2).length()).isEqualTo(BYTES / BlockRun.BLOCK_BYTES);
    store.close();
  }

  @Test
  void what_is_freed_at_the_end_is_cut_by_commits_that_follow() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    free(store, write(store, 1));
    for (int i = 0; i < 3; i++) {
      commit(store);
    }
    assertThat(raw.length()).isLessThan(1 << 20);
    store.close();
  }

  @Test
  void a_cycle_of_deleting_and_writing_does_not_cut_and_grow_in_turn() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    for (int i = 0; i < 60; i++) {
      free(store, write(store, i));
      commit(store);
      commit(store);
      store.trim(false);
    }
    assertThat(raw.cuts).isBetween(1, 8);
    store.close();
  }

  @Test
  void what_a_pin_may_read_is_not_cut() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    BlockRun run = write(store, 7);
    Pin pin = store.pin();
    free(store, run);
    for (int i = 0; i < 4; i++) {
      commit(store);
      store.trim(false);
    }
    assertThat(read(store, run)).isEqualTo(SpaceModel.bytes(7, BYTES));
    pin.close();
    store.trim(false);
    assertThat(raw.length()).isLessThan(1 << 20);
    store.close();
  }

  @Test
  void while_another_opening_reads_nothing_is_cut() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, StoreOptions.defaults(), shared.writer());
    BlockRun run = write(store, 7);
    ContainerAccess access = shared.reader();
    MultiStore reader = MultiStore.open(raw, StoreOptions.defaults().withReadOnly(true), access);
    free(store, run);
    for (int i = 0; i < 4; i++) {
      commit(store);
      store.trim(false);
    }
    assertThat(raw.cuts).isZero();
    assertThat(read(reader, run)).isEqualTo(SpaceModel.bytes(7, BYTES));
    access.close();
    store.trim(false);
    assertThat(raw.length()).isLessThan(1 << 20);
    store.close();
  }

  @Test
  void what_the_user_wanted_the_file_to_have_stays_until_it_is_closed() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    store.grow(BYTES);
    free(store, write(store, 1));
    commit(store);
    store.trim(false);
    assertThat(raw.length()).isGreaterThanOrEqualTo(BYTES);
    store.close();
    assertThat(raw.length()).isLessThan(1 << 20);
  }

  @Test
  void what_was_reserved_is_there_also_if_the_file_cannot_grow_again() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    store.trimming().impatient();
    Random random = new Random(4);
    BlockRun run = write(store, 1);
    int cuts = 0;
    for (int round = 0; round < 30; round++) {
      raw.full = false;
      free(store, run);
      Room room = new Room(random.nextInt(40), 2000, 700, 1 + random.nextInt(2000), 3000);
      store.reserve(room);
      raw.full = true;
      int before = raw.cuts;
      commit(store);
      commit(store);
      store.trim(false);
      cuts += raw.cuts - before;
      run = fill(store, room);
    }
    assertThat(cuts).isPositive();
    store.close();
  }

  /** Takes blocks as the room says, and frees all else of it at once. */
  private static BlockRun fill(MultiStore store, Room room) throws IOException {
    try (Batch batch = store.begin()) {
      List<ObjectPointer> nodes = new ArrayList<>();
      for (int i = 0; i < room.nodes(); i++) {
        nodes.add(batch.putNode(ByteBuffer.allocate(100)));
      }
      List<BlockRun> runs = new ArrayList<>();
      for (long left = room.blocks(); left > 0; ) {
        BlockRun run = batch.allocateBlocks((int) left);
        batch.writeBlocks(run.start(), ByteBuffer.allocate(run.length() * BlockRun.BLOCK_BYTES));
        runs.add(run);
        left -= run.length();
      }
      for (ObjectPointer node : nodes) {
        batch.freeNode(node);
      }
      for (BlockRun run : runs.subList(1, runs.size())) {
        batch.freeBlocks(run.start(), run.length(), batch.sequence());
      }
      batch.commit(new byte[] {1}, true);
      return runs.get(0);
    }
  }

  private static ByteBuffer read(MultiStore store, BlockRun run) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    store.readBlocks(run.start(), 0, bytes);
    return bytes.flip();
  }
}
