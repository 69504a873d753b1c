package dev.capsa.store;

import dev.capsa.CapsaException;

/** A write passes the end of its object. Nothing of it was written. */
public class WriteLimitExceededException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says what was to be written where. */
  public WriteLimitExceededException(ObjectId id, long offset, long bytes, int limit) {
    super("cannot write " + offset + "+" + bytes + " of " + id + ": it has " + limit + " bytes");
  }
}
