package dev.capsa.repo;

import dev.capsa.store.Batch;
import dev.capsa.store.CompactionScope;
import org.jspecify.annotations.Nullable;

/**
 * A step of compaction that the committer is asked for. Done by the committer alone, in a commit of
 * its own; whoever asked waits for the round.
 */
final class CompactionStep {
  /** Of the compaction; null to cut the file: nothing is left to move. */
  final @Nullable CompactionScope scope;

  /** What was done. */
  volatile Batch.Compacted done = Batch.Compacted.DONE;

  private CompactionStep(@Nullable CompactionScope scope) {
    this.scope = scope;
  }

  /** A step that moves something. */
  static CompactionStep of(CompactionScope scope) {
    return new CompactionStep(scope);
  }

  /** The last step. */
  static CompactionStep cut() {
    return new CompactionStep(null);
  }
}
