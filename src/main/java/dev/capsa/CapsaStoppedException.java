package dev.capsa;

import org.jspecify.annotations.Nullable;

/** An earlier failure of the medium stopped writing; close and open again. */
public class CapsaStoppedException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public CapsaStoppedException(String message) {
    super(message);
  }

  /** Says what happened and why. */
  public CapsaStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
