package dev.capsa.repo;

import dev.capsa.store.Batch;

/**
 * When to end a compaction: when nothing is left to move, when steps only wait, or after a number
 * of them. What was freed can be reused two commits later, but a pin may keep it for ever. Confined
 * to one thread.
 */
public final class CompactionSteps {
  private static final int MOST_WAITS = 4;

  private long left;
  private int waits;

  /** At most so many steps. */
  public CompactionSteps(long most) {
    this.left = most;
  }

  /** Takes note of what a step did; whether there is to be another. */
  public boolean goOn(Batch.Compacted done) {
    waits = done == Batch.Compacted.WAITING ? waits + 1 : 0;
    left--;
    return done != Batch.Compacted.DONE && waits < MOST_WAITS && left > 0;
  }
}
