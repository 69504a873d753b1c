package dev.capsa.store;

import java.util.ArrayDeque;

/**
 * Freed space that must not be reused yet (docs/FORMAT.md, invariant 1). Guarded by the store's
 * allocation lock.
 */
final class Quarantine {
  private static final long NO_TAG = Long.MAX_VALUE;

  private final ArrayDeque<Freed> waiting = new ArrayDeque<>();

  private static final class Freed {
    final long sequence;
    final Runs runs;
    long tag = NO_TAG;

    Freed(long sequence, Runs runs) {
      this.sequence = sequence;
      this.runs = runs;
    }
  }

  /** Takes what a commit freed. */
  void add(long sequence, Runs runs) {
    if (!runs.isEmpty()) {
      waiting.add(new Freed(sequence, runs));
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Tags what came since the last call with the generation that is open now. */
  void tag(long generation) {
    for (Freed freed : waiting) {
      if (freed.tag == NO_TAG) {
        freed.tag = generation;
      }
    }
  }

  /** Hands over what is pinned by nobody and was freed by commits up to the {@link Horizon}. */
  void release(long horizon, long oldestPinned, Runs.Action action) {
    for (Freed first = waiting.peek(); first != null; first = waiting.peek()) {
      if (first.sequence > horizon || first.tag >= oldestPinned) {
        return;
      }
      first.runs.forEach(action);
      waiting.remove();
    }
  }
}
