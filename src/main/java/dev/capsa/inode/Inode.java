package dev.capsa.inode;

import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file, immutable.
 *
 * @param number identity; never reused in a container
 * @param kind file, directory or symbolic link
 * @param mode the nine permission bits, as in POSIX (0–0777), plus set-id and sticky bits (07000)
 * @param owner name of the owner
 * @param group name of the group
 * @param size bytes of a file; of a link, bytes of its target; of a directory, 0
 * @param links names that the file has; 0 when it is open without a name; a directory has 1
 * @param createdNanos creation, nanoseconds since 1970
 * @param modifiedNanos last change of content
 * @param accessedNanos last access as set; reads do not change it
 * @param changedNanos last change of attributes or content
 * @param parent inode of the directory of the first name; of the root: itself
 * @param target text of a symbolic link in UTF-8, verbatim; else null
 */
public record Inode(
    long number,
    FileKind kind,
    int mode,
    String owner,
    String group,
    long size,
    int links,
    long createdNanos,
    long modifiedNanos,
    long accessedNanos,
    long changedNanos,
    long parent,
    byte @Nullable [] target) {

  /** A new file or directory, or a new link to the target, of this moment. */
  static Inode make(
      long number,
      FileKind kind,
      NewFile how,
      long parent,
      byte @Nullable [] target,
      long nowNanos) {
    return new Inode(
        number,
        kind,
        how.mode(),
        how.owner(),
        how.group(),
        target == null ? 0 : target.length,
        1,
        nowNanos,
        nowNanos,
        nowNanos,
        nowNanos,
        parent,
        target);
  }

  /** With content of another size, changed now. */
  Inode written(long newSize, long nowNanos) {
    return copy(newSize, links, nowNanos, nowNanos, parent);
  }

  /** A directory with other entries, changed now. */
  Inode touched(long nowNanos) {
    return written(size, nowNanos);
  }

  /** With other names, or other user attributes, changed now. */
  Inode renamed(int newLinks, long newParent, long nowNanos) {
    return copy(size, newLinks, modifiedNanos, nowNanos, newParent);
  }

  /** With other attributes, changed now. */
  Inode with(AttributeChange change, long nowNanos) {
    return new Inode(
        number,
        kind,
        or(change.mode(), mode),
        or(change.owner(), owner),
        or(change.group(), group),
        size,
        links,
        or(change.createdNanos(), createdNanos),
        or(change.modifiedNanos(), modifiedNanos),
        or(change.accessedNanos(), accessedNanos),
        nowNanos,
        parent,
        target);
  }

  private Inode copy(
      long newSize, int newLinks, long newModified, long newChanged, long newParent) {
    return new Inode(
        number,
        kind,
        mode,
        owner,
        group,
        newSize,
        newLinks,
        createdNanos,
        newModified,
        accessedNanos,
        newChanged,
        newParent,
        target);
  }

  private static <T> T or(@Nullable T changed, T present) {
    return changed == null ? present : changed;
  }
}
