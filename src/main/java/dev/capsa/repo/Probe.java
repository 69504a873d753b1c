package dev.capsa.repo;

/** Places where a test may hold a thread, to order what races. */
@FunctionalInterface
interface Probe {
  /** A place. */
  enum Point {
    /** A writer has built its pages and is not yet inside the gate. */
    PREPARED,
    /** A writer is inside the gate, between two of its changes. */
    INSIDE,
    /** The committer has made its cut and written nothing. */
    CUT,
    /** The committer's batch is committed, the new head not yet published. */
    COMMITTED,
    /** The new head is published. */
    PUBLISHED
  }

  /** Does nothing. */
  Probe NONE = point -> {};

  /** Called by the thread that is there. */
  void at(Point point);
}
