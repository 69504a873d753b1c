package dev.capsa.inode;

import java.util.List;

/**
 * What a rollback did to directories that somebody was interested in.
 *
 * @param names what became of names there, those of one directory in order
 * @param gone directories that are not there any more
 */
public record Rollback(List<NameChange> names, List<Long> gone) {
  /** What may become of a name. */
  public enum Kind {
    /** It is there again. */
    CREATED,
    /** It is not there any more, or names another file after this. */
    DELETED,
    /** It names the same file, which is another in content or attributes. */
    MODIFIED
  }

  /** What became of one name. */
  public record NameChange(long directory, Kind kind, byte[] name) {}
}
