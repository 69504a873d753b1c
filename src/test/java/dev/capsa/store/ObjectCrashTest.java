package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.raw.Fault;
import dev.capsa.raw.RawStorage;
import dev.capsa.raw.SimulatedRawStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Histories of changes through {@link Store}, and what a loss of power at every write may leave: a
 * committed state, whole, not older than the last commit that returned.
 */
class ObjectCrashTest {
  private static final int HISTORIES = Integer.getInteger("capsa.crash.histories", 25);
  private static final int IMAGES_PER_EVENT = 2;

  private record Durable(int moment, long sequence) {}

  @Test
  void every_crash_image_opens_in_a_committed_state_and_goes_on() throws IOException {
    long images = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      images += history(seed);
    }
    assertThat(images).isGreaterThan(100L * HISTORIES);
  }

  /** Sessions that end with or without closing; the second one starts from what the first left. */
  private static long history(long seed) throws IOException {
    Random random = new Random(seed);
    SimulatedRawStorage raw = new SimulatedRawStorage();
    List<Durable> durable = new ArrayList<>();
    ObjectModel model = new ObjectModel(random);
    MultiStore store = MultiStore.create(raw, 0, 0);
    vary(store, random);
    int start = raw.events();
    model.commit(store);
    durable.add(new Durable(start, store.sequence()));
    do {
      int commits = 1 + random.nextInt(8);
      for (int i = 0; i < commits; i++) {
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          model.change(store);
        }
        model.commit(store);
        durable.add(new Durable(raw.events(), store.sequence()));
      }
      if (random.nextBoolean()) {
        store.close();
      }
      raw = raw.reopen();
      store = MultiStore.open(raw, false, 0);
      vary(store, random);
      model.verify(store);
    } while (random.nextInt(2) > 0);
    long images = 0;
    for (int moment = start; moment <= raw.events(); moment++) {
      for (int i = 0; i < IMAGES_PER_EVENT; i++) {
        Random dice = new Random(seed * 1_000_003 + moment * 31L + i);
        RawStorage image = i == 0 ? raw.killImage(moment) : raw.crashImage(moment, dice);
        String what = "seed " + seed + " moment " + moment + " image " + i;
        try {
          check(image, model, least(durable, moment), dice);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError(what, e);
        }
        images++;
      }
    }
    return images;
  }

  /** Has some sessions write before the commit, and some force before the slot. */
  private static void vary(MultiStore store, Random random) {
    if (random.nextInt(3) > 0) {
      store.objects().limitPending(random.nextInt(6000));
    }
    if (random.nextInt(3) == 0) {
      store.base().limitVerifiedRanges(2);
    }
  }

  private static long least(List<Durable> durable, int moment) {
    long least = 0;
    for (Durable each : durable) {
      least = each.moment() <= moment ? each.sequence() : least;
    }
    return least;
  }

  private static void check(RawStorage image, ObjectModel known, long least, Random dice)
      throws IOException {
    MultiStore store = MultiStore.open(image, false, 0);
    assertThat(store.sequence()).isGreaterThanOrEqualTo(least);
    ObjectModel model = known.at(store.sequence(), dice);
    model.verify(store);
    model.assertNoLeak(store);
    if (dice.nextInt(8) == 0) {
      vary(store, dice);
      model.forgetGone();
      for (int i = 0; i < 4; i++) {
        model.change(store);
        model.commit(store);
      }
      model.verify(store);
      model.assertNoLeak(store);
    }
  }

  @Test
  void a_commit_that_fails_is_given_up_whole_and_the_store_goes_on() throws IOException {
    for (long seed = 1; seed <= 60; seed++) {
      Random random = new Random(seed);
      SimulatedRawStorage raw = new SimulatedRawStorage();
      MultiStore store = MultiStore.create(raw, 0, 0);
      vary(store, random);
      ObjectModel model = new ObjectModel(random);
      for (int i = 0; i < 6; i++) {
        model.change(store);
        model.commit(store);
      }
      long sequence = store.sequence();
      store.objects().limitPending(1 << 20);
      for (int i = 0; i < 5; i++) {
        model.change(store);
      }
      raw.inject(Fault.nth(Fault.Operation.WRITE, 1));
      assertThatThrownBy(store::commit).as("seed %s", seed).hasMessageContaining("injected");
      raw.heal();
      model.giveUpTo(sequence);
      model.verify(store);
      model.assertNoLeak(store);
      for (int i = 0; i < 6; i++) {
        model.change(store);
        model.commit(store);
        model.verify(store);
      }
      model.assertNoLeak(store);
      store.close();
      model.verify(MultiStore.open(raw.reopen(), false, 0));
    }
  }
}
