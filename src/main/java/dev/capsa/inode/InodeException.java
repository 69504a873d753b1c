package dev.capsa.inode;

import java.io.IOException;

/**
 * A name-space operation was refused; nothing changed. Has no path: the provider knows it and turns
 * this into NIO's exception.
 */
public final class InodeException extends IOException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    NO_SUCH_FILE,
    ALREADY_EXISTS,
    NOT_A_DIRECTORY,
    IS_A_DIRECTORY,
    DIRECTORY_NOT_EMPTY,
    NOT_A_LINK,
    INTO_ITSELF,
    NAME_TOO_LONG,
    TOO_MANY_LINKS,
    NO_SUCH_ATTRIBUTE,
    TOO_LARGE
  }

  private final Reason reason;

  /** Says why, with a text for people. */
  public InodeException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
