package dev.capsa;

import org.jspecify.annotations.Nullable;

/** The file is not a container, or one of a newer format. */
public class CapsaFormatException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public CapsaFormatException(String message) {
    super(message);
  }

  /** Says what happened and why. */
  public CapsaFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
