package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.SimulatedRawStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Recorded histories with compaction and cuts of the file, and what a loss of power at every moment
 * may leave of them: a committed state, not older than the last durable one, with just the kept
 * revisions of its commit, each as it was.
 */
class CompactionCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 40) / 8;
  private static final int IMAGES_PER_EVENT = 2;

  @Test
  void every_crash_image_during_compaction_has_what_its_commit_had() throws IOException {
    long images = 0;
    int moved = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      History history = new History(seed);
      images += history.run();
      moved += history.moved;
    }
    System.out.println("crash images with " + moved + " steps of compaction: " + images);
    assertThat(moved).isGreaterThan(4 * HISTORIES);
    assertThat(images).isGreaterThanOrEqualTo(100L * HISTORIES);
  }

  private static final class History {
    private final long seed;
    private final Random random;
    private final SimulatedRawStorage raw = new SimulatedRawStorage();
    private final Map<Long, Map<String, Long>> kept = new HashMap<>();
    private final TreeMap<Integer, Long> durable = new TreeMap<>();
    private final Map<String, Long> names = new TreeMap<>();
    private int moved;

    History(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    long run() throws IOException {
      MultiStore store = MultiStore.create(raw, 0, 0);
      prepare(store);
      SpaceModel model = new SpaceModel(random).shortening();
      committed(store);
      int start = raw.events();
      model.freeing(0);
      model.commit(store, 60, true);
      committed(store);
      for (int i = 0; i < 24; i++) {
        model.freeing(i % 6 < 4 ? 5 : 1);
        if (random.nextInt(3) > 0) {
          long most = store.length() + (1 << 20);
          Batch.Compacted[] done = new Batch.Compacted[1];
          model.commitOnly(
              store, batch -> done[0] = batch.compact(200_000, CompactionScope.all(most)));
          moved += done[0] == Batch.Compacted.MOVED ? 1 : 0;
        } else if (random.nextInt(4) == 0) {
          store.trim(true);
        } else {
          model.commit(store, random.nextInt(12), true, this::change);
        }
        committed(store);
        model.verify(store);
      }
      return CrashImages.check(raw, seed, start, IMAGES_PER_EVENT, this::check);
    }

    private static void prepare(MultiStore store) {
      store.trimming().impatient();
    }

    private void committed(MultiStore store) {
      kept.put(store.sequence(), new TreeMap<>(names));
      durable.put(raw.events(), store.sequence());
    }

    private void change(Batch batch) throws IOException {
      if (random.nextBoolean() && !names.isEmpty()) {
        List<String> all = new ArrayList<>(names.keySet());
        String gone = all.get(random.nextInt(all.size()));
        batch.drop(gone);
        names.remove(gone);
      }
      batch.reclaim(1 + random.nextInt(30));
      if (random.nextInt(3) == 0) {
        String name = "revision " + batch.sequence();
        batch.keep(name);
        names.put(name, batch.sequence());
      }
    }

    private void check(SimulatedRawStorage image, int moment, Random dice) throws IOException {
      MultiStore store = MultiStore.open(image, false, 0);
      assertThat(store.sequence()).isGreaterThanOrEqualTo(durable.floorEntry(moment).getValue());
      Map<String, Long> found = new TreeMap<>(kept.get(store.sequence()));
      KeptModel model = new KeptModel(dice);
      model.verify(store, found);
      MultiStoreSpaceTest.assertMetaExact(store);
      if (dice.nextInt(4) == 0) {
        prepare(store);
        SpaceModel head = new SpaceModel(dice).shortening();
        head.adoptAndVerify(store);
        head.freeing(3);
        head.commit(store, 8, true);
        CompactionTest.compact(store, head);
        model.verify(store, found);
      }
    }
  }
}
