package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.Batch.Compacted;
import org.junit.jupiter.api.Test;

/** When a compaction ends. */
class CompactionStepsTest {
  private static int stepsUntilTheEnd(CompactionSteps steps, Compacted each) {
    int done = 1;
    while (steps.goOn(each)) {
      done++;
    }
    return done;
  }

  @Test
  void nothing_left_is_the_end() {
    assertThat(stepsUntilTheEnd(CompactionSteps.patient(100), Compacted.DONE)).isEqualTo(1);
  }

  @Test
  void there_are_only_so_many_steps() {
    assertThat(stepsUntilTheEnd(CompactionSteps.patient(100), Compacted.MOVED)).isEqualTo(100);
  }

  @Test
  void what_is_still_freed_is_waited_for_long() {
    assertThat(stepsUntilTheEnd(CompactionSteps.hasty(100), Compacted.FREEING)).isEqualTo(1600);
  }

  @Test
  void who_only_waits_ends_soon_and_who_has_time_a_little_later() {
    assertThat(stepsUntilTheEnd(CompactionSteps.hasty(100), Compacted.WAITING)).isEqualTo(4);
    CompactionSteps patient = CompactionSteps.patient(100);
    long paused = 0;
    while (patient.goOn(Compacted.WAITING)) {
      paused += patient.pauseMillis();
    }
    assertThat(paused).isBetween(50L, 100L);
  }

  @Test
  void after_a_move_waits_count_anew() {
    CompactionSteps steps = CompactionSteps.hasty(100);
    for (int i = 0; i < 10; i++) {
      assertThat(steps.goOn(Compacted.WAITING)).isTrue();
      assertThat(steps.goOn(Compacted.WAITING)).isTrue();
      assertThat(steps.goOn(Compacted.MOVED)).isTrue();
    }
  }
}
