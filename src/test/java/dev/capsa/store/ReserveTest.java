package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was reserved can be allocated, in whatever order, and committed. */
class ReserveTest {
  private static final int ROUNDS = 60;

  private final List<ObjectPointer> nodes = new ArrayList<>();
  private final List<ObjectPointer> objects = new ArrayList<>();
  private final List<Long> blocks = new ArrayList<>();

  private interface Step {
    void run() throws IOException;
  }

  @Test
  void what_was_reserved_is_there_up_to_the_limit() throws IOException {
    int refused = 0;
    for (long seed = 1; seed <= 60; seed++) {
      Random random = new Random(seed);
      long most = (1L << 20) + random.nextInt(23 << 20);
      boolean medium = random.nextBoolean();
      MultiStore store =
          MultiStore.create(
              medium ? new MemoryRawStorage(most) : new MemoryRawStorage(), 0, medium ? 0 : most);
      nodes.clear();
      objects.clear();
      blocks.clear();
      for (int round = 0; round < ROUNDS; round++) {
        Room room = room(random);
        try {
          store.reserve(room);
        } catch (CapsaFullException e) {
          refused++;
          removeHalf(store, random, "seed " + seed + ", round " + round);
          continue;
        }
        fill(store, room, random, "seed " + seed + ", round " + round);
      }
      store.close();
    }
    assertThat(refused).isGreaterThan(60);
  }

  private static Room room(Random random) {
    int mostGrains = List.of(16, 128, 700, 1024).get(random.nextInt(4));
    int grains = random.nextInt(3) == 0 ? 0 : mostGrains + random.nextInt(8000);
    int count = random.nextInt(3) == 0 ? 0 : random.nextInt(600);
    return new Room(random.nextInt(60), grains, mostGrains, count, grains + count + 64);
  }

  private void fill(MultiStore store, Room room, Random random, String what) throws IOException {
    try (Batch batch = store.begin()) {
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < room.nodes(); i++) {
        steps.add(() -> nodes.add(batch.putNode(ByteBuffer.allocate(100))));
      }
      for (long left = room.grains(); left > 0; ) {
        int grains = (int) Math.min(left, 1 + random.nextInt(room.mostGrains()));
        steps.add(() -> objects.add(batch.putObject(ByteBuffer.allocate(grains * 64))));
        left -= grains;
      }
      for (long left = room.blocks(); left > 0; ) {
        int run = (int) Math.min(left, 1 + random.nextInt(64));
        steps.add(() -> putBlocks(batch, run));
        left -= run;
      }
      Collections.shuffle(steps, random);
      for (Step step : steps) {
        step.run();
      }
      batch.commit(new byte[] {1}, true);
    } catch (CapsaFullException e) {
      throw new AssertionError(what + ": " + room + " was reserved", e);
    }
  }

  private void putBlocks(Batch batch, int count) throws IOException {
    for (int left = count; left > 0; ) {
      BlockRun run = batch.allocateBlocks(left);
      batch.writeBlocks(run.start(), ByteBuffer.allocate(run.length() * BlockRun.BLOCK_BYTES));
      for (long block = run.start(); block < run.end(); block++) {
        blocks.add(block);
      }
      left -= run.length();
    }
  }

  /** Frees here and there, and commits until it can be used again. */
  private void removeHalf(MultiStore store, Random random, String what) throws IOException {
    try (Batch batch = store.begin()) {
      for (int i = nodes.size() / 2; i > 0; i--) {
        batch.freeNode(nodes.remove(random.nextInt(nodes.size())));
      }
      for (int i = objects.size() / 2; i > 0; i--) {
        batch.freeObject(objects.remove(random.nextInt(objects.size())));
      }
      for (int i = blocks.size() / 2; i > 0; i--) {
        batch.freeBlocks(blocks.remove(random.nextInt(blocks.size())), 1, 1);
      }
      batch.commit(new byte[] {1}, true);
    } catch (CapsaFullException e) {
      throw new AssertionError(what + ": no room to remove", e);
    }
    for (int i = 0; i < 2; i++) {
      try (Batch batch = store.begin()) {
        batch.commit(new byte[] {1}, true);
      }
    }
  }

  @Test
  void blocks_shared_here_and_there_can_be_freed_where_nothing_more_fits() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 24 << 20);
    List<Long> shared = new ArrayList<>();
    try (Batch batch = store.begin()) {
      putBlocks(batch, 4000);
      batch.commit(new byte[] {1}, true);
    }
    try (Batch batch = store.begin()) {
      Collections.sort(blocks);
      for (int i = 0; i < blocks.size(); i += 2) {
        shared.add(blocks.get(i));
        assertThat(batch.shareBlocks(blocks.get(i), 1)).isTrue();
      }
      batch.commit(new byte[] {1}, true);
    }
    assertThat(store.base().record().shares().nodes()).isGreaterThan(10);
    Room room = new Room(1, 64, 64, 0, shared.size());
    List<ObjectPointer> fillers = new ArrayList<>();
    while (isReserved(store, room)) {
      try (Batch batch = store.begin()) {
        fillers.add(batch.putObject(ByteBuffer.allocate(4096)));
        batch.commit(new byte[] {1}, true);
      }
    }
    for (int i = 0; i < 8; i++) {
      try (Batch batch = store.begin()) {
        if (i < 5) {
          batch.freeObject(fillers.remove(fillers.size() - 1));
        }
        batch.commit(new byte[] {1}, true);
      }
    }
    assertThat(isReserved(store, room)).isTrue();
    try (Batch batch = store.begin()) {
      for (long block : shared) {
        if (block % 3 > 0) {
          batch.freeBlocks(block, 1, 1);
        }
      }
      batch.commit(new byte[] {1}, true);
    }
    store.close();
  }

  private static boolean isReserved(MultiStore store, Room room) throws IOException {
    try {
      store.reserve(room);
      return true;
    } catch (CapsaFullException e) {
      return false;
    }
  }

  @Test
  void a_free_segment_counts_for_one_kind_only() throws IOException {
    long most = 3L * Geometry.LARGE_SEGMENT_BYTES;
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, most);
    int small = Geometry.FIRST_LARGE_SEGMENT * Geometry.SMALL_SEGMENT_BYTES / BlockRun.BLOCK_BYTES;
    int large = Geometry.LARGE_SEGMENT_BYTES / BlockRun.BLOCK_BYTES;
    store.reserve(new Room(0, 0, 1, small + large, 1));
    store.reserve(new Room(200, 0, 1, small + large / 2, 1));
    assertThatThrownBy(() -> store.reserve(new Room(300, 0, 1, small + large, 1)))
        .isInstanceOf(CapsaFullException.class)
        .hasMessageContaining("units of kind");
    store.close();
  }

  @Test
  void what_is_refused_leaves_what_was_reserved_before() throws IOException {
    long seed = 5;
    Random random = new Random(seed);
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 6 << 20);
    Room room = new Room(20, 4000, 128, 500, 5000);
    store.reserve(room);
    assertThatThrownBy(() -> store.reserve(new Room(20, 4000, 128, 5000, 9000)))
        .isInstanceOf(CapsaFullException.class);
    fill(store, room, random, "seed " + seed);
    store.close();
  }
}
