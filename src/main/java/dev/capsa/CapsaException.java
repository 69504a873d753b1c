package dev.capsa;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a container. A message says what, where, expected and actual. */
public class CapsaException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what happened. */
  public CapsaException(String message) {
    super(message);
  }

  /** Says what happened and why. */
  public CapsaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
