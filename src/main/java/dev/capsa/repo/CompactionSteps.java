package dev.capsa.repo;

import dev.capsa.store.Batch;

/**
 * When to end a compaction: when nothing is left to move, when steps only wait, or after a number
 * of them. What was freed can be reused two commits later, but a pin may keep it for ever: that of
 * a reader for as long as it reads, so later waits are long ones. Confined to one thread.
 */
public final class CompactionSteps {
  /** Waits in a row without a pause. */
  private static final int SHORT_WAITS = 4;

  /** And with one: of 2, 4, 8, 16 and 32 ms. */
  private static final int LONG_WAITS = 5;

  /** Steps without effect while removed data are freed that count for one. */
  private static final int FREEING_STEPS_FOR_ONE = 16;

  private final int mostWaits;
  private long left;
  private int waits;

  private CompactionSteps(long most, int mostWaits) {
    this.left = most * FREEING_STEPS_FOR_ONE;
    this.mostWaits = mostWaits;
  }

  /** At most so many steps, by somebody who can wait. */
  public static CompactionSteps patient(long most) {
    return new CompactionSteps(most, SHORT_WAITS + LONG_WAITS);
  }

  /** At most so many steps, and no pauses. */
  public static CompactionSteps hasty(long most) {
    return new CompactionSteps(most, SHORT_WAITS);
  }

  /** Takes note of what a step did; whether there is to be another. */
  public boolean goOn(Batch.Compacted done) {
    waits = done == Batch.Compacted.WAITING ? waits + 1 : 0;
    left -= done == Batch.Compacted.FREEING ? 1 : FREEING_STEPS_FOR_ONE;
    return done != Batch.Compacted.DONE && waits < mostWaits && left > 0;
  }

  /** How long to wait before the next step. */
  public long pauseMillis() {
    return waits < SHORT_WAITS ? 0 : 2L << (waits - SHORT_WAITS);
  }
}
