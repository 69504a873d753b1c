package dev.capsa.inode;

import java.nio.charset.StandardCharsets;

/** What a name may be. */
final class Names {
  private Names() {}

  /**
   * Checks the name of a new entry.
   *
   * @throws InodeException NAME_TOO_LONG, above 255 bytes
   * @throws IllegalArgumentException for a name that no path can have: empty, or with '/' or NUL
   */
  static void check(byte[] name) throws InodeException {
    if (name.length > FileTree.MAX_NAME_BYTES) {
      throw new InodeException(
          InodeException.Reason.NAME_TOO_LONG,
          "a name of " + name.length + " bytes, at most 255 are possible: " + text(name));
    }
    if (name.length == 0) {
      throw new IllegalArgumentException("an empty name");
    }
    for (byte each : name) {
      if (each == '/' || each == 0) {
        throw new IllegalArgumentException("a name with '/' or NUL: " + text(name));
      }
    }
  }

  /** A name for a message. */
  static String text(byte[] name) {
    return new String(name, StandardCharsets.UTF_8);
  }
}
