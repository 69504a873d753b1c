package dev.capsa.store;

import dev.capsa.CapsaException;

/**
 * A store was closed, and durably so, while readers or writers were open that nobody closed in
 * time. They are invalid now; what was written through them since their opening is lost.
 */
public class LeakedHandlesException extends CapsaException {
  private static final long serialVersionUID = 1;

  private final int count;

  /** Says how many, and names some of their objects. */
  public LeakedHandlesException(int count, String some) {
    super("the store was closed with " + count + " open readers and writers: " + some);
    this.count = count;
  }

  /** How many handles were open. */
  public int count() {
    return count;
  }
}
