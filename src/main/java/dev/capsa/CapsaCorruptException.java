package dev.capsa;

import org.jspecify.annotations.Nullable;

/** Bytes of the container do not match their checksum, or contradict each other. */
public class CapsaCorruptException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public CapsaCorruptException(String message) {
    super(message);
  }

  /** Says what happened and why. */
  public CapsaCorruptException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
