package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The allocator tree (A1 to A17). What has another shape here than in the store that the cases come
 * from:
 *
 * <ul>
 *   <li>A bitmap has no list of gaps, so none is split, merged, dropped for being small, or lost:
 *       A2 to A4 and A7 are properties of the bitmap; A5, the cut of the file's tail, happens at
 *       closing.
 *   <li>A6, damaged images, is the checksum of the segment page. A12, the cache for looking up by
 *       id, does not exist: a place is computed from the id. A15, a callback at allocation, has no
 *       user here. A16, the table of roots, is the commit record, tested with the format.
 *   <li>A8's wrong size cannot be said, since an id holds its segment, and that the unit size.
 *   <li>A9's longest fragment is taken for blocks only, when the container is full; objects take a
 *       fresh segment instead.
 * </ul>
 */
class AllocatorTest {
  private static BlockAllocator allocator(int units) {
    return new BlockAllocator(units, new long[Bitmaps.words(units)]);
  }

  private MemoryRawStorage raw = new MemoryRawStorage();
  private MultiStore store;

  AllocatorTest() throws IOException {
    store = MultiStore.create(raw, 0, 0);
  }

  private void reopen() throws IOException {
    store.close();
    raw = raw.reopen();
    store = MultiStore.open(raw, false, 0);
  }

  @Test
  void units_follow_each_other_and_come_back_when_freed() {
    BlockAllocator units = allocator(100); // A1
    assertThat(units.allocate(3)).isZero();
    assertThat(units.allocate(2)).isEqualTo(3);
    assertThat(units.allocate(1)).isEqualTo(5);
    units.release(0, 3);
    assertThat(units.allocate(3)).isZero();
  }

  @Test
  void a_gap_gives_its_beginning_and_keeps_its_rest() {
    BlockAllocator units = allocator(100); // A2, A4
    units.allocate(100);
    units.release(10, 10);
    assertThat(units.allocate(4)).isEqualTo(10);
    assertThat(units.allocate(7)).isEqualTo(-1);
    assertThat(units.allocate(6)).isEqualTo(14);
    assertThat(units.free()).isZero();
    units.release(50, 1);
    assertThat(units.allocate(1)).isEqualTo(50);
  }

  @Test
  void neighbouring_gaps_are_one() {
    BlockAllocator units = allocator(100); // A3
    units.allocate(100);
    units.release(30, 5);
    units.release(40, 5);
    assertThat(units.allocate(15)).isEqualTo(-1);
    units.release(35, 5);
    assertThat(units.allocate(15)).isEqualTo(30);
  }

  @Test
  void every_unit_is_given_once_until_all_are() {
    for (int count : new int[] {1, 2, 8, 63, 64, 65, 128, 1000}) { // A8
      BlockAllocator units = allocator(count);
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < count; i++) {
        assertThat(seen.add(units.allocate(1))).isTrue();
      }
      assertThat(seen).allMatch(unit -> unit >= 0 && unit < count);
      assertThat(units.allocate(1)).isEqualTo(-1);
      units.release(count - 1, 1);
      assertThat(units.allocate(1)).isEqualTo(count - 1);
      assertThat(units.isBusy(0, count)).isTrue();
      assertThat(units.isBusy(-1, 1)).isFalse();
      assertThat(units.isBusy(count, 1)).isFalse();
      assertThat(units.isBusy(0, count + 1)).isFalse();
    }
  }

  @Test
  void runs_are_found_where_they_fit() {
    BlockAllocator units = allocator(64); // A9
    assertThat(units.allocate(65)).isEqualTo(-1);
    assertThat(units.allocate(64)).isZero();
    units.release(2, 3);
    units.release(20, 9);
    units.release(60, 4);
    assertThat(units.longestRun(64)).isEqualTo(20);
    assertThat(units.runAt(20, 64)).isEqualTo(9);
    assertThat(units.allocate(10)).isEqualTo(-1);
    assertThat(units.allocate(9)).isEqualTo(20);
    assertThat(units.allocate(4)).isEqualTo(60);
    assertThat(units.allocate(3)).isEqualTo(2);
    assertThat(units.longestRun(64)).isZero();
  }

  @Test
  void what_lies_past_the_end_of_the_file_is_not_allocated_there() {
    BlockAllocator units = allocator(64);
    units.allocate(8);
    assertThat(units.longestRun(20)).isEqualTo(8);
    assertThat(units.runAt(8, 20)).isEqualTo(12);
    assertThat(units.allocateBefore(20, 13)).isEqualTo(-1);
    assertThat(units.allocateBefore(20, 12)).isEqualTo(8);
    assertThat(units.allocateBefore(20, 1)).isEqualTo(-1);
    assertThat(units.free()).isEqualTo(44);
  }

  @Test
  void runs_of_whatever_sizes_are_found_as_long_as_units_are_surely_free() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      BlockAllocator units = allocator(256);
      for (int i = 0; i < 24; i++) {
        units.allocate(1 + random.nextInt(16));
      }
      for (int from = 0; from < 256; from += 1 + random.nextInt(24)) {
        if (units.isBusy(from, 1)) {
          units.release(from, 1);
        }
      }
      int most = 1 + random.nextInt(8);
      int left = units.surelyFree(256, most);
      assertThat(left).as("seed %d", seed).isBetween(0, units.free());
      while (left > 0) {
        int count = Math.min(left, 1 + random.nextInt(most));
        assertThat(units.allocate(count)).as("seed %d", seed).isNotNegative();
        left -= count;
      }
    }
  }

  @Test
  void a_random_history_agrees_with_a_model() {
    for (long seed = 1; seed <= 30; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(300);
      BlockAllocator units = allocator(size);
      Map<Integer, Integer> runs = new HashMap<>();
      boolean[] busy = new boolean[size];
      for (int i = 0; i < 500; i++) {
        if (!runs.isEmpty() && random.nextInt(3) == 0) {
          int from = new ArrayList<>(runs.keySet()).get(random.nextInt(runs.size()));
          units.release(from, runs.get(from));
          mark(busy, from, runs.remove(from), false);
        } else {
          int count = 1 + random.nextInt(8);
          int from = units.allocate(count);
          assertThat(from >= 0).as("seed %s", seed).isEqualTo(hasRun(busy, count));
          if (from >= 0) {
            mark(busy, from, count, true);
            runs.put(from, count);
          }
        }
        int used = runs.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(units.free()).as("seed %s", seed).isEqualTo(size - used);
      }
    }
  }

  private static void mark(boolean[] busy, int from, int count, boolean value) {
    for (int unit = from; unit < from + count; unit++) {
      assertThat(busy[unit]).isEqualTo(!value);
      busy[unit] = value;
    }
  }

  private static boolean hasRun(boolean[] busy, int count) {
    int free = 0;
    for (boolean unit : busy) {
      free = unit ? 0 : free + 1;
      if (free == count) {
        return true;
      }
    }
    return false;
  }

  @Test
  void a_class_grows_over_segments_that_do_not_overlap_and_reuses_all_of_them() throws IOException {
    List<ObjectId> ids = new ArrayList<>(); // A10, A11
    for (int i = 0; i < 3000; i++) {
      ids.add(store.newObject(i % 2 == 0 ? 64 : 200));
    }
    store.commit();
    Set<Integer> segments = new HashSet<>();
    Set<Long> offsets = new HashSet<>();
    for (ObjectId id : ids) {
      segments.add(id.segment());
      offsets.add(store.info(id).orElseThrow().offset());
    }
    assertThat(segments.size()).isGreaterThan(5);
    assertThat(offsets).hasSize(3000);
    long length = store.length();
    for (int round = 0; round < 4; round++) {
      for (ObjectId id : ids) {
        store.delete(id);
      }
      ids.clear();
      store.commit();
      store.newObject(5000);
      store.commit();
      store.newObject(5000);
      store.commit();
      for (int i = 0; i < 3000; i++) {
        ids.add(store.newObject(i % 2 == 0 ? 64 : 200));
      }
      store.commit();
    }
    assertThat(store.length()).isLessThanOrEqualTo(2 * length);
  }

  @Test
  void each_class_has_segments_of_its_own() throws IOException {
    Map<Integer, Integer> unitBytes = new HashMap<>(); // A11
    for (int size : new int[] {1, 64, 65, 128, 129, 256, 300, 512, 1024, 2048, 2049, 4096}) {
      ObjectId id = store.newObject(size);
      unitBytes.put(size, store.table().get(id.segment()).unitBytes() - 32);
    }
    assertThat(unitBytes)
        .containsEntry(1, 64)
        .containsEntry(64, 64)
        .containsEntry(65, 128)
        .containsEntry(128, 128)
        .containsEntry(129, 256)
        .containsEntry(300, 512)
        .containsEntry(512, 512)
        .containsEntry(2048, 2048)
        .containsEntry(2049, 4096)
        .containsEntry(4096, 4096);
    assertThat(new SizeClasses(List.of(100, 64, 100)).classes())
        .containsExactly(64, 104, 128, 256, 512, 1024, 2048, 4096);
  }

  @Test
  void bitmaps_are_loaded_when_they_are_needed() throws IOException {
    List<ObjectId> ids = new ArrayList<>(); // A13
    for (int i = 0; i < 2000; i++) {
      ids.add(StoredValues.put(store, SpaceModel.bytes(i, 100).array()));
    }
    reopen();
    int loaded = 0;
    assertThat(StoredValues.bytes(store, ids.get(1999)))
        .isEqualTo(SpaceModel.bytes(1999, 100).array());
    for (int at = 0; at < store.table().count(); at++) {
      Segment segment = store.table().peek(at);
      loaded += segment != null && segment.allocator() != null ? 1 : 0;
    }
    assertThat(loaded).isOne();
    for (int i = 0; i < 2000; i++) {
      assertThat(StoredValues.bytes(store, ids.get(i))).isEqualTo(SpaceModel.bytes(i, 100).array());
    }
    ObjectId next = store.newObject(100);
    assertThat(ids).doesNotContain(next);
  }

  @Test
  void closing_and_opening_again_and_again_changes_no_place() throws IOException {
    Map<ObjectId, ObjectInfo> infos = new HashMap<>(); // A14, A7
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 100; i++) {
        ObjectId id = store.newObject(i * 90);
        infos.put(id, store.info(id).orElseThrow());
      }
      reopen();
      for (var entry : infos.entrySet()) {
        assertThat(store.info(entry.getKey())).contains(entry.getValue());
      }
    }
    assertThat(store.objectCount()).isEqualTo(300); // A17
  }

  @Test
  void a_damaged_bitmap_is_reported() throws IOException {
    ObjectId id = store.newObject(100); // A6
    store.commit();
    long page = store.table().get(id.segment()).page().offset();
    reopen();
    raw.write(page, ByteBuffer.wrap(new byte[] {0x55}));
    assertThatThrownBy(() -> store.openReader(id))
        .isInstanceOf(CapsaCorruptException.class)
        .hasMessageContaining("page of segment " + id.segment());
  }

  @Test
  void closing_cuts_the_free_end_of_the_file() throws IOException {
    ObjectId kept = store.newObject(1000); // A5
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(store.newObject(100_000));
    }
    store.commit();
    assertThat(store.length()).isGreaterThan(2_000_000);
    for (ObjectId id : ids) {
      store.delete(id);
    }
    for (int i = 0; i < 4; i++) {
      store.commit();
      store.delete(store.newObject(10)); // the pages of the state move down, too
    }
    reopen();
    assertThat(raw.length()).isLessThan(1 << 20);
    assertThat(store.info(kept)).isPresent();
  }

  @Test
  void files_and_objects_count_apart() throws IOException {
    ObjectId id = store.newObject(5000); // A17
    store.commit();
    try (Batch batch = store.begin()) {
      batch.putNode(SpaceModel.bytes(1, 100));
      batch.putObject(SpaceModel.bytes(1, 5000));
      batch.allocateBlocks(30);
      batch.commit(new byte[] {1, 2}, true);
    }
    assertThat(store.objectCount()).isOne();
    store.prime(10);
    store.commit();
    assertThat(store.objectCount()).isEqualTo(2);
    assertThat(store.root()).containsExactly(1, 2);
    assertThat(StoredValues.bytes(store, id)).hasSize(5000);
  }
}
