package dev.capsa.repo;

import dev.capsa.store.Batch;

/**
 * A step of compaction that the committer is asked for. Done by the committer alone, in a commit of
 * its own; whoever asked waits for the round.
 */
final class CompactionStep {
  /** What the container may grow to for it. */
  final long mostLength;

  /** Whether to cut the file instead: nothing is left to move. */
  final boolean last;

  /** What was done. */
  volatile Batch.Compacted done = Batch.Compacted.DONE;

  CompactionStep(long mostLength, boolean last) {
    this.mostLength = mostLength;
    this.last = last;
  }
}
