package dev.capsa.repo;

import dev.capsa.CapsaException;
import dev.capsa.store.KeptRevision;
import dev.capsa.tree.Tree;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A rollback that the committer is asked for. Done by the committer alone, in one commit; whoever
 * asked waits for the round, and lets nobody change a file meanwhile.
 */
final class Rewinding {
  /** Number of the revision that comes back. */
  final long target;

  /** Says what is to be changed. */
  final LiveHead.Differences differences;

  /** Set once it is done: the state before. If nothing differed, the newest one. */
  volatile @Nullable KeptRevision before;

  /** Set by who asked, after a round that failed: he does not wait for it any more. */
  volatile boolean withdrawn;

  /** Why it was not done; nothing has changed then. */
  volatile @Nullable CapsaException problem;

  Rewinding(long target, LiveHead.Differences differences) {
    this.target = target;
    this.differences = differences;
  }

  /** Has the layer above say what is to be changed; whatever fails there, nothing has. */
  void note(Tree now, Tree then, Reversal reversal) throws CapsaException {
    try {
      differences.note(now, then, reversal);
    } catch (CapsaException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new CapsaException("the difference cannot be read: " + e, e);
    }
  }
}
