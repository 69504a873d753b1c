package dev.capsa.inode;

import org.jspecify.annotations.Nullable;

/**
 * What became of a file from one state to another.
 *
 * @param kind what happened
 * @param before its path in the first state; null if it was created
 * @param after its path in the second state; null if it was deleted
 */
public record FileDifference(Kind kind, @Nullable String before, @Nullable String after) {

  /** What happened to a file, or to one of its names. */
  public enum Kind {
    /** It has a name that it had not. */
    CREATED,
    /** It has lost a name. */
    DELETED,
    /** It has another name, or another directory. */
    MOVED,
    /** It was written. */
    CHANGED,
    /** Its attributes were set. */
    ATTRIBUTES
  }
}
