package dev.capsa;

import org.jspecify.annotations.Nullable;

/** The medium, or the container's own limit, has no room. Nothing was accepted. */
public class CapsaFullException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public CapsaFullException(String message) {
    super(message);
  }

  /** Says what happened and why. */
  public CapsaFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
