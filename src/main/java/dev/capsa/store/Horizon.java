package dev.capsa.store;

import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.ReadState;
import java.util.List;

/**
 * How far back anybody may still look: what commits up to here freed is reached by no state that an
 * opening may fall back to, and by none that a reader in another opening holds. Pins of this
 * opening are another matter ({@link Pins}).
 *
 * <p>It never goes back, and stays right when readers come later ({@link ContainerAccess} says
 * why), for which the order matters: first what is stated as forced, then the readers. Read by any
 * thread; advanced by the thread of the open batch.
 */
final class Horizon {
  private final BaseStore base;
  private final ContainerAccess access;
  private volatile long reached;

  Horizon(BaseStore base, ContainerAccess access) {
    this.base = base;
    this.access = access;
  }

  /** The last commit whose freed space may be reused. */
  long reached() {
    return reached;
  }

  /** Looks again. Costs a read of the lock file, and a test of a lock per reader. */
  void advance() {
    long stated = base.stated();
    reached = Math.max(reached, Math.min(stated, oldest()));
  }

  /** Whether there is any live reader in another opening. */
  boolean isWatched() {
    return !states().isEmpty();
  }

  /** The states that live readers hold. */
  List<ReadState> states() {
    return access.others();
  }

  private long oldest() {
    long oldest = Long.MAX_VALUE;
    for (ReadState state : states()) {
      oldest = Math.min(oldest, state.sequence());
    }
    return oldest;
  }
}
