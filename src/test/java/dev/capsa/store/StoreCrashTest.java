package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.PassingStorage;
import dev.capsa.raw.RawStorage;
import dev.capsa.raw.SimulatedRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Recorded histories of commits, and what a loss of power at every moment may leave of them. Each
 * image must open in a committed state that is not older than the last durable one, whole, with
 * just its space allocated, and must go on from there.
 */
class StoreCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 40);
  private static final int IMAGES_PER_EVENT = 4;

  @Test
  void every_crash_image_opens_in_a_committed_state_not_older_than_the_last_durable_one()
      throws IOException {
    long images = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      images += new History(seed, raw -> raw).run();
    }
    System.out.println("store crash images: " + images);
    assertThat(images).isGreaterThanOrEqualTo(10_000L * HISTORIES / 40);
  }

  @Test
  void a_force_that_does_nothing_is_found() {
    assertThat(violations(Silent::new)).isPositive();
  }

  @Test
  void a_missing_barrier_before_a_slot_that_claims_it_is_found() {
    assertThat(violations(NoBarrier::new)).isPositive();
  }

  private static int violations(Function<RawStorage, RawStorage> breaking) {
    int found = 0;
    for (long seed = 1; seed <= 12; seed++) {
      try {
        new History(seed, breaking).run();
      } catch (AssertionError | IOException | RuntimeException e) {
        found++;
      }
    }
    return found;
  }

  /** A commit as its caller saw it. */
  private record Acknowledged(int moment, long sequence) {}

  /** One recorded history and its images. */
  private static final class History {
    private final long seed;
    private final Random random;
    private final Function<RawStorage, RawStorage> medium;
    private final List<Acknowledged> durable = new ArrayList<>();
    private final List<Long> sequences = new ArrayList<>();
    private SimulatedRawStorage raw = new SimulatedRawStorage();

    History(long seed, Function<RawStorage, RawStorage> medium) {
      this.seed = seed;
      this.random = new Random(seed);
      this.medium = medium;
    }

    long run() throws IOException {
      MultiStore store = MultiStore.create(medium.apply(raw), 0, 0);
      committed(store, true);
      int start = raw.events();
      SpaceModel model = new SpaceModel(random);
      session(store, model);
      while (random.nextInt(3) > 0) {
        if (random.nextBoolean()) {
          store.close();
          durable.add(new Acknowledged(raw.events(), store.sequence()));
        }
        raw = raw.reopen();
        store = MultiStore.open(medium.apply(raw), false, 0);
        model.adoptAndVerify(store);
        session(store, model);
      }
      long images = 0;
      for (int moment = start; moment <= raw.events(); moment++) {
        for (int i = 0; i < IMAGES_PER_EVENT; i++) {
          check(moment, i);
          images++;
        }
      }
      return images;
    }

    /** What one process does with the container. */
    private void session(MultiStore store, SpaceModel model) throws IOException {
      if (random.nextBoolean()) {
        store.base().limitVerifiedRanges(2);
      }
      int commits = 1 + random.nextInt(6);
      int unforced = 0;
      for (int i = 0; i < commits; i++) {
        boolean force = unforced == 4 || random.nextInt(3) > 0;
        unforced = force ? 0 : unforced + 1;
        if (random.nextInt(6) == 0) {
          try (Batch batch = store.begin()) {
            batch.putObject(SpaceModel.bytes(i, 9000));
          }
        }
        model.commit(store, 1 + random.nextInt(8), force);
        committed(store, force);
      }
    }

    private void committed(MultiStore store, boolean forced) {
      sequences.add(store.sequence());
      if (forced) {
        durable.add(new Acknowledged(raw.events(), store.sequence()));
      }
    }

    private long leastAt(int moment) {
      return durable.stream()
          .filter(each -> each.moment() <= moment)
          .mapToLong(Acknowledged::sequence)
          .max()
          .orElse(0);
    }

    private void check(int moment, int image) throws IOException {
      Random dice = new Random(seed * 1_000_003 + moment * 31L + image);
      String what = "seed " + seed + " moment " + moment + " image " + image;
      SimulatedRawStorage after = image == 0 ? raw.killImage(moment) : raw.crashImage(moment, dice);
      try {
        long least = leastAt(moment);
        SpaceModel model = new SpaceModel(dice);
        MultiStore store = MultiStore.open(after, false, 0);
        assertThat(store.sequence()).as(what).isIn(sequences).isGreaterThanOrEqualTo(least);
        model.adoptAndVerify(store);
        model.assertNoLeak(store);
        MultiStoreSpaceTest.assertMetaExact(store);
        if (dice.nextInt(4) == 0) {
          again(store, after, model, dice);
        }
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(what + ": " + e, e);
      }
    }

    /** Work goes on in the image, and crashes again. */
    private void again(MultiStore store, SimulatedRawStorage after, SpaceModel model, Random dice)
        throws IOException {
      long recovered = store.sequence();
      long acknowledged = recovered;
      int before = after.events();
      int acknowledgedAt = before;
      for (int i = 0; i < 2; i++) {
        boolean force = dice.nextBoolean();
        model.commit(store, 1 + dice.nextInt(5), force);
        if (force) {
          acknowledged = store.sequence();
          acknowledgedAt = after.events();
        }
      }
      int moment = before + dice.nextInt(after.events() - before + 1);
      MultiStore reopened = MultiStore.open(after.crashImage(moment, dice), false, 0);
      assertThat(reopened.sequence())
          .as("seed " + seed + ", second crash")
          .isGreaterThanOrEqualTo(moment >= acknowledgedAt ? acknowledged : leastOf(recovered));
      SpaceModel found = new SpaceModel(dice);
      found.adoptAndVerify(reopened);
      found.assertNoLeak(reopened);
    }

    /** The recovered state was in the image, so it was durable there. */
    private static long leastOf(long recovered) {
      return recovered;
    }
  }

  /** A medium whose force returns without having done anything. */
  private static class Silent extends PassingStorage {
    Silent(RawStorage inner) {
      super(inner);
    }

    @Override
    public void force() {}
  }

  /** A medium that forces only after a slot was written since the last force. */
  private static final class NoBarrier extends PassingStorage {
    private boolean slotWritten;

    NoBarrier(RawStorage inner) {
      super(inner);
    }

    @Override
    public void write(long offset, ByteBuffer... sources) throws IOException {
      slotWritten |= offset < Geometry.SMALL_SEGMENT_BYTES;
      super.write(offset, sources);
    }

    @Override
    public void force() throws IOException {
      if (slotWritten) {
        super.force();
      }
      slotWritten = false;
    }
  }
}
