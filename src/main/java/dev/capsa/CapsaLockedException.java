package dev.capsa;

import org.jspecify.annotations.Nullable;

/** Somebody else writes this container; the message says who. */
public class CapsaLockedException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public CapsaLockedException(String message) {
    super(message);
  }

  /** Says what happened and why. */
  public CapsaLockedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
