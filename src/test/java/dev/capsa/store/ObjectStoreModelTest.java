package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories against the model, with commits, reopening, and pins that hold space back. */
class ObjectStoreModelTest {
  @Test
  void random_changes_read_back_at_every_step_and_after_reopening() throws IOException {
    for (long seed = 1; seed <= 12; seed++) {
      try {
        run(seed);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void run(long seed) throws IOException {
    Random random = new Random(seed);
    MemoryRawStorage raw = new MemoryRawStorage();
    MultiStore store = MultiStore.create(raw, 0, 0);
    ObjectModel model = new ObjectModel(random);
    Pin held = store.pin();
    store.objects().limitPending(random.nextInt(20_000));
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 12; i++) {
        for (int n = random.nextInt(12); n > 0; n--) {
          model.change(store);
        }
        if (random.nextInt(3) == 0) {
          model.verify(store);
        }
        if (random.nextInt(4) == 0) {
          held.close();
          held = store.pin();
        }
        model.commit(store);
      }
      model.verify(store);
      model.assertNoLeak(store);
      store.close();
      raw = raw.reopen();
      store = MultiStore.open(raw, false, 0);
      held = store.pin();
      store.objects().limitPending(random.nextInt(20_000));
      model.verify(store);
      model.assertNoLeak(store);
      assertThat(store.objects().redirectCount()).isLessThan(200);
    }
    store.close();
  }
}
