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
 * Recorded histories of keeping, dropping and reclaiming, and what a loss of power at every moment
 * may leave of them. Each image must open with just the revisions kept that were kept by the commit
 * that it opens in, each as it was; what was dropped must be reclaimed in the end.
 */
class KeptCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 40) / 8;
  private static final int IMAGES_PER_EVENT = 2;

  @Test
  void every_crash_image_has_the_kept_revisions_of_its_commit() throws IOException {
    long images = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      images += new History(seed).run();
    }
    System.out.println("crash images with kept revisions: " + images);
    assertThat(images).isGreaterThanOrEqualTo(100L * HISTORIES);
  }

  private static final class History {
    private final long seed;
    private final Random random;
    private final SimulatedRawStorage raw = new SimulatedRawStorage();

    /** Names of each commit. */
    private final Map<Long, Map<String, Long>> kept = new HashMap<>();

    /** Events at which a commit was durable. */
    private final TreeMap<Integer, Long> durable = new TreeMap<>();

    History(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    long run() throws IOException {
      MultiStore store = MultiStore.create(raw, 0, 0);
      Map<String, Long> names = new TreeMap<>();
      SpaceModel model = new SpaceModel(random).shortening();
      if (seed % 2 == 0) {
        model.sharing();
      }
      int unforced = 0;
      kept.put(store.sequence(), Map.of());
      durable.put(raw.events(), store.sequence());
      int start = raw.events();
      if (random.nextBoolean()) {
        store.base().limitVerifiedRanges(3);
      }
      for (int i = 0; i < 14; i++) {
        boolean force = unforced == 4 || random.nextInt(3) > 0;
        unforced = force ? 0 : unforced + 1;
        model.shareFrom(seed % 2 == 0 ? revisions(store) : List.of());
        model.commit(store, random.nextInt(10), force, batch -> change(batch, names));
        kept.put(store.sequence(), new TreeMap<>(names));
        if (force) {
          durable.put(raw.events(), store.sequence());
        }
      }
      return CrashImages.check(raw, seed, start, IMAGES_PER_EVENT, this::check);
    }

    private List<SpaceModel> revisions(MultiStore store) throws IOException {
      List<SpaceModel> revisions = new ArrayList<>();
      for (KeptRevision each : store.keptRevisions()) {
        SpaceModel revision = new SpaceModel(random);
        revision.adoptAndVerify(store, each.root(), each.sequence());
        revisions.add(revision);
      }
      return revisions;
    }

    private void change(Batch batch, Map<String, Long> names) throws IOException {
      int dice = random.nextInt(6);
      if (dice < 3 && !names.isEmpty()) {
        List<String> all = new ArrayList<>(names.keySet());
        String gone = all.get(random.nextInt(all.size()));
        batch.drop(gone);
        names.remove(gone);
      }
      if (dice == 2 || dice == 3) {
        batch.reclaim(1 + random.nextInt(10));
      }
      if (dice != 3) {
        String name = "revision " + batch.sequence();
        batch.keep(name);
        names.put(name, batch.sequence());
      }
    }

    private void check(SimulatedRawStorage image, int moment, Random dice) throws IOException {
      MultiStore store = MultiStore.open(image, false, 0);
      assertThat(store.sequence()).isGreaterThanOrEqualTo(durable.floorEntry(moment).getValue());
      Map<String, Long> names = new TreeMap<>(kept.get(store.sequence()));
      KeptModel model = new KeptModel(dice);
      model.verify(store, names);
      MultiStoreSpaceTest.assertMetaExact(store);
      if (dice.nextInt(3) == 0) {
        goOn(store, names, model, dice);
      }
    }

    /** Another process goes on with what is left, and drops the rest. */
    private static void goOn(MultiStore store, Map<String, Long> names, KeptModel kept, Random dice)
        throws IOException {
      SpaceModel head = new SpaceModel(dice).shortening().sharing();
      head.adoptAndVerify(store);
      head.commit(store, dice.nextInt(6), true, batch -> batch.reclaim(5));
      kept.verify(store, names);
      while (!names.isEmpty()) {
        String gone = names.keySet().iterator().next();
        names.remove(gone);
        head.commit(store, dice.nextInt(3), true, batch -> batch.drop(gone));
      }
      kept.verify(store, names);
      while (store.isReclaimable()) {
        head.commit(store, 0, true, batch -> batch.reclaim(20));
      }
      head.assertNoLeak(store);
    }
  }
}
