package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random histories with compaction: everything reads as before, and only the file gets shorter. */
class CompactionTest {
  private static final int HISTORIES = Integer.getInteger("capsa.compaction.histories", 12);
  private static final long STEP_BYTES = 1 << 20;

  /** Compacts until there is nothing left to do; the root stays, but for its sequence. */
  static int compact(MultiStore store, SpaceModel model) throws IOException {
    long most = store.length() + (4 << 20); // and pages of state may take two more segments
    int moved = 0;
    int waits = 0;
    while (waits < 4) {
      Batch.Compacted[] done = new Batch.Compacted[1];
      model.commitOnly(
          store, batch -> done[0] = batch.compact(STEP_BYTES, CompactionScope.all(most)));
      if (done[0] == Batch.Compacted.DONE) {
        return moved;
      }
      waits = done[0] == Batch.Compacted.WAITING ? waits + 1 : 0;
      moved += done[0] == Batch.Compacted.MOVED ? 1 : 0;
      assertThat(moved).as("steps").isLessThan(1000);
      assertThat(store.length()).isLessThanOrEqualTo(most + (8 << 20));
    }
    return moved;
  }

  @Test
  void after_each_step_all_revisions_read_as_they_were_and_just_what_they_reach_is_in_use()
      throws IOException {
    int moved = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      try {
        moved += new History(seed).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
    assertThat(moved).isGreaterThan(2 * HISTORIES);
  }

  @Test
  void who_holds_a_pin_reads_what_he_could_reach_while_it_is_packed_and_reused()
      throws IOException {
    for (long seed = 1; seed <= 6; seed++) {
      Random random = new Random(seed);
      MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
      SpaceModel model = new SpaceModel(random).shortening();
      model.freeing(0);
      model.commit(store, 80, true);
      model.freeing(5);
      model.commit(store, 40, true);
      for (int i = 0; i < 3; i++) {
        model.commit(store, 0, true);
      }
      Pin pin = store.pin();
      byte[] root = store.root();
      long sequence = store.sequence();
      for (int i = 0; i < 6; i++) {
        model.freeing(i % 2 * 5);
        model.commit(store, 20, true);
        compact(store, model);
        store.trim(true);
        new SpaceModel(random).adoptAndVerify(store, root, sequence);
      }
      pin.close();
      compact(store, model);
      model.verify(store);
      model.assertNoLeak(store);
      store.close();
    }
  }

  @Test
  void readers_of_older_states_in_other_openings_read_them_while_the_writer_packs_and_reopens()
      throws IOException {
    for (long seed = 1; seed <= 8; seed++) {
      Random random = new Random(seed);
      SharedContainer shared = new SharedContainer();
      MultiStoreSpaceTest.KeptStorage raw =
          new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
      MultiStore store = MultiStore.create(raw, 0, StoreOptions.defaults(), shared.writer());
      SpaceModel model = new SpaceModel(random).shortening();
      List<MultiStore> readers = new ArrayList<>();
      for (int i = 0; i < 14; i++) {
        model.freeing(i % 4 < 2 ? 0 : 5);
        model.commit(store, 40, true);
        if (random.nextInt(2) == 0) {
          readers.add(
              MultiStore.open(raw, StoreOptions.defaults().withReadOnly(true), shared.reader()));
        }
        if (random.nextBoolean()) {
          compact(store, model);
        }
        if (random.nextInt(4) == 0) {
          store.close();
          store = MultiStore.open(raw, StoreOptions.defaults(), shared.writer());
          model.adoptAndVerify(store);
        }
        for (MultiStore reader : readers) {
          new SpaceModel(random).adoptAndVerify(reader);
        }
        model.verify(store);
        model.assertNoLeak(store);
      }
    }
  }

  @Test
  void a_batch_that_is_given_up_leaves_segments_where_they_were() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    SpaceModel model = new SpaceModel(new Random(3)).shortening();
    model.freeing(0);
    model.commit(store, 80, true);
    model.freeing(5);
    model.commit(store, 60, true);
    model.commit(store, 0, true);
    model.commit(store, 0, true);
    model.commit(store, 0, true);
    for (int i = 0; i < 5; i++) {
      try (Batch batch = store.begin()) {
        assertThat(batch.compact(STEP_BYTES, CompactionScope.all(store.length() + (4 << 20))))
            .isEqualTo(Batch.Compacted.MOVED);
      }
      model.verify(store);
      model.commit(store, 5, true);
      model.assertNoLeak(store);
      assertThat(store.unitsUsed(SegmentKind.HOST)).isZero();
    }
    compact(store, model);
    assertThat(store.unitsUsed(SegmentKind.HOST)).isPositive();
    model.verify(store);
  }

  /** A step in a store that was filled from its first commit on, and lost most. */
  private static MultiStore packedOnce(boolean fromTheFirst) throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    long since = fromTheFirst ? store.sequence() : Long.MAX_VALUE;
    SpaceModel model = new SpaceModel(new Random(3)).shortening();
    model.freeing(0);
    model.commit(store, 120, true);
    model.freeing(5);
    model.commit(store, 60, true);
    for (int i = 0; i < 3; i++) {
      model.commit(store, 0, true);
    }
    CompactionScope scope = new CompactionScope(store.length() + (4 << 20), since);
    model.commitOnly(store, batch -> batch.compact(STEP_BYTES, scope));
    model.verify(store);
    return store;
  }

  @Test
  void what_was_begun_after_the_compaction_is_left_but_for_the_end() throws IOException {
    long whatever = packedOnce(false).unitsUsed(SegmentKind.HOST);
    long theEnd = packedOnce(true).unitsUsed(SegmentKind.HOST);
    assertThat(theEnd).isLessThan(whatever / 2);
  }

  private static final class History {
    private final Random random;
    private final MultiStoreSpaceTest.KeptStorage raw =
        new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
    private final SpaceModel model;
    private final KeptModel kept;
    private final Map<String, Long> names = new TreeMap<>();
    private MultiStore store;

    History(long seed) throws IOException {
      random = new Random(seed);
      model = new SpaceModel(random).shortening();
      kept = new KeptModel(random);
      store = MultiStore.create(raw, 0, 0);
    }

    int run() throws IOException {
      int moved = 0;
      for (int i = 0; i < 30; i++) {
        model.freeing(i % 10 < 4 ? 0 : 4);
        moved += step();
        kept.verify(store, names);
        MultiStoreSpaceTest.assertMetaExact(store);
        check();
      }
      while (!names.isEmpty()) {
        model.commit(store, 0, true, this::drop);
      }
      while (store.isReclaimable()) {
        model.commit(store, 0, true, batch -> batch.reclaim(100));
      }
      moved += compact(store, model);
      kept.verify(store, names);
      model.assertNoLeak(store);
      store.close();
      return moved;
    }

    private int step() throws IOException {
      switch (random.nextInt(9)) {
        case 0, 1, 2, 3 -> model.commit(store, random.nextInt(80), random.nextBoolean());
        case 4 ->
            model.commit(
                store,
                random.nextInt(20),
                true,
                batch -> {
                  String name = "revision " + batch.sequence();
                  batch.keep(name);
                  names.put(name, batch.sequence());
                });
        case 5 -> model.commit(store, 10, true, this::drop);
        case 6 -> {
          store.close();
          store = MultiStore.open(raw, false, 0);
          model.adoptAndVerify(store);
        }
        default -> {
          return compact(store, model);
        }
      }
      return 0;
    }

    private void drop(Batch batch) throws IOException {
      if (!names.isEmpty()) {
        List<String> all = new ArrayList<>(names.keySet());
        String name = all.get(random.nextInt(all.size()));
        batch.drop(name);
        names.remove(name);
      }
      batch.reclaim(20);
    }

    /** What lies on the medium is whole, and pieces of packed segments are just what is in use. */
    private void check() throws IOException {
      List<String> faults = new ArrayList<>();
      MultiStore reopened = MultiStore.open(raw, true, 0);
      StoreCheck check = reopened.check((place, what) -> faults.add(place + ": " + what));
      check.checkState();
      boolean packs = false;
      for (int at = 0; at < reopened.table().count(); at++) {
        packs |= reopened.table().get(at).isPacked();
      }
      if (packs) {
        assertThat(reopened.base().usesPacked()).as("the newest slot says so").isTrue();
      }
      SpaceModel head = new SpaceModel(random);
      head.adoptAndVerify(reopened);
      head.reach(check, 0, true);
      List<KeptRevision> revisions = check.checkKept();
      long before = 0;
      for (KeptRevision revision : revisions) {
        SpaceModel old = new SpaceModel(random);
        old.adoptAndVerify(reopened, revision.root(), revision.sequence());
        old.reach(check, before, false);
        before = revision.sequence();
      }
      check.finishHeld();
      check.finish();
      assertThat(faults).isEmpty();
    }
  }
}
