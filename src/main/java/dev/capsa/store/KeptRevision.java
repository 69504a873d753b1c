package dev.capsa.store;

/**
 * A committed state that stays readable until it is dropped. What its root reaches is read through
 * the same methods as the newest state, under a pin taken before this was asked for: who holds the
 * pin may go on when the revision is dropped meanwhile.
 *
 * @param name given by its user, 1 to 255 bytes in UTF-8; no two have the same. One that begins
 *     with NUL is of none. Empty of the newest commit, where it stands for itself
 * @param sequence of its commit
 * @param timeNanos when that was, nanoseconds since 1970
 * @param root the upper layers' root; fresh, the caller's
 */
public record KeptRevision(String name, long sequence, long timeNanos, byte[] root) {
  private static final char AUTOMATIC = '\0';

  /**
   * Checks that a revision can have a name.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireName(String name) {
    KeptEntry.nameBytes(name);
    if (name.charAt(0) == AUTOMATIC) {
      throw new IllegalArgumentException("a name with a NUL: " + name);
    }
  }

  /** The name of a revision that is kept without being asked for: of no user's. */
  public static String automaticName(long sequence) {
    return AUTOMATIC + Long.toString(sequence);
  }

  /** The name under which the state before a rollback is kept, unless it is kept by a rule. */
  public static String beforeRollback(long sequence) {
    return "before-rollback-" + sequence;
  }

  /** Whether nobody asked to keep it. */
  public boolean isAutomatic() {
    return !name.isEmpty() && name.charAt(0) == AUTOMATIC;
  }
}
