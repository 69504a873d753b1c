package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.SimulatedRawStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Recorded histories in which the file grows and is cut again while it is open, and what a loss of
 * power at every moment may leave of them: a committed state, not older than the last durable one.
 */
class TrimmingCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 40) / 4;
  private static final int IMAGES_PER_EVENT = 3;

  @Test
  void a_crash_around_a_cut_leaves_a_committed_state_not_older_than_the_last_durable_one()
      throws IOException {
    long images = 0;
    int cuts = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      History history = new History(seed);
      images += history.run();
      cuts += history.cuts;
    }
    System.out.println("crash images around " + cuts + " cuts: " + images);
    assertThat(cuts).isGreaterThanOrEqualTo(HISTORIES);
    assertThat(images).isGreaterThanOrEqualTo(100L * HISTORIES);
  }

  private static final class History {
    private final long seed;
    private final Random random;
    private final SimulatedRawStorage raw = new SimulatedRawStorage();
    private final List<Long> sequences = new ArrayList<>();
    private final TreeMap<Integer, Long> durable = new TreeMap<>();
    private int cuts;

    History(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    long run() throws IOException {
      MultiStore store = MultiStore.create(raw, 0, 0);
      store.trimming().impatient();
      sequences.add(store.sequence());
      durable.put(raw.events(), store.sequence());
      int start = raw.events();
      SpaceModel model = new SpaceModel(random);
      int unforced = 0;
      for (int i = 0; i < 16; i++) {
        boolean force = unforced == 4 || random.nextInt(3) > 0;
        unforced = force ? 0 : unforced + 1;
        model.freeing(i % 8 < 4 ? 1 : 5);
        long before = raw.length();
        model.commit(store, random.nextInt(25), force);
        sequences.add(store.sequence());
        if (force) {
          durable.put(raw.events(), store.sequence());
        }
        if (random.nextInt(3) == 0) {
          store.trim(false);
        }
        cuts += raw.length() < before ? 1 : 0;
        model.verify(store);
      }
      return CrashImages.check(raw, seed, start, IMAGES_PER_EVENT, this::check);
    }

    private void check(SimulatedRawStorage image, int moment, Random dice) throws IOException {
      MultiStore store = MultiStore.open(image, false, 0);
      assertThat(store.sequence())
          .isIn(sequences)
          .isGreaterThanOrEqualTo(durable.floorEntry(moment).getValue());
      SpaceModel model = new SpaceModel(dice);
      model.adoptAndVerify(store);
      model.assertNoLeak(store);
      MultiStoreSpaceTest.assertMetaExact(store);
      if (dice.nextInt(4) == 0) {
        store.trimming().impatient();
        model.freeing(4);
        model.commit(store, 10, true);
        store.trim(false);
        model.commit(store, 3, true);
        model.verify(store);
        model.assertNoLeak(store);
      }
    }
  }
}
