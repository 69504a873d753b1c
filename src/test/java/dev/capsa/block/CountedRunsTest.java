package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CountedRunsTest {
  @Test
  void random_counts_agree_with_an_array() {
    long seed = 8;
    Random random = new Random(seed);
    int[] model = new int[50];
    CountedRuns runs = new CountedRuns();
    for (int step = 0; step < 5_000; step++) {
      String where = "seed " + seed + ", step " + step;
      int start = random.nextInt(model.length);
      int length = random.nextInt(model.length - start + 1);
      int least = Integer.MAX_VALUE;
      for (int at = start; at < start + length; at++) {
        least = Math.min(least, model[at]);
      }
      if (random.nextInt(20) == 0) {
        runs.clear(start, length);
        for (int at = start; at < start + length; at++) {
          model[at] = 0;
        }
      } else {
        int delta = random.nextInt(3) > 0 || least == 0 ? 1 : -1;
        runs.add(start, length, delta);
        for (int at = start; at < start + length; at++) {
          model[at] += delta;
        }
      }
      for (int at = 0; at < model.length; at++) {
        assertThat(runs.count(at)).as(where).isEqualTo(model[at]);
      }
      List<CountedRuns.Run> all = runs.all();
      for (int i = 1; i < all.size(); i++) {
        CountedRuns.Run left = all.get(i - 1);
        assertThat(left.end() == all.get(i).start() && left.count() == all.get(i).count())
            .as("%s: %s could be joined", where, all)
            .isFalse();
      }
      assertThat(runs.over(0, 50).stream().mapToLong(CountedRuns.Run::length).sum())
          .as(where)
          .isEqualTo(50);
    }
  }

  @Test
  void no_count_falls_below_0() {
    CountedRuns runs = new CountedRuns();
    runs.add(5, 2, 1);
    assertThatThrownBy(() -> runs.add(4, 2, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(runs.all()).containsExactly(new CountedRuns.Run(5, 2, 1));
  }
}
