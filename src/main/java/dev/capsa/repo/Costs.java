package dev.capsa.repo;

import dev.capsa.store.Space;
import dev.capsa.tree.ItemKey;

/** What changes cost, at most: in memory, and in the container. */
final class Costs {
  /** Room that is always kept for what removes, and for the commit's own state. */
  static final long KEPT_BYTES = 128 << 10;

  private static final int PAGE_BYTES = FileDelta.PAGE_BYTES;

  /** An entry of a map. */
  private static final int ENTRY_BYTES = 96;

  /** A file's delta without pages. */
  private static final int FILE_BYTES = 256;

  /** An extent with its key, in a leaf that is half full. */
  private static final int EXTENT_BYTES = 64;

  /** Files up to this size are stored as one object: a changed page stores all of it again. */
  private static final int WHOLE_FILE_BYTES = Space.MAX_OBJECT_BYTES;

  private Costs() {}

  /**
   * An item or tombstone.
   *
   * @param nextInode least inode number that the newest root does not have
   */
  static Load item(byte[] key, byte[] value, long nextInode) {
    int bytes = ENTRY_BYTES + key.length + value.length;
    boolean old = key.length < ItemKey.PREFIX_BYTES || ItemKey.inode(key) < nextInode;
    return new Load(bytes, 0, old ? 1 : 0, bytes);
  }

  /** A file whose content changes for the first time, without its pages. */
  static Load file(long inode, long size, long nextInode) {
    long whole = size <= WHOLE_FILE_BYTES ? (size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES : 0;
    // Its descriptor, and the leaf where its extents are.
    return new Load(FILE_BYTES, whole, inode < nextInode ? 2 : 0, FILE_BYTES);
  }

  /**
   * Dirty pages; negative if they go.
   *
   * @param units parts of the file that are stored again because of them
   * @param unitPages pages of such a part
   */
  static Load pages(long count, long units, int unitPages) {
    return new Load(
        count * (PAGE_BYTES + ENTRY_BYTES),
        units * unitPages * PAGE_BYTES,
        0,
        units * EXTENT_BYTES);
  }

  /** The part of a file through which a cut goes: stored again without its end. */
  static Load cut(int unitPages) {
    return pages(0, 1, unitPages);
  }

  /**
   * Most bytes that a commit of a load allocates: its content; of the old nodes twice those that
   * can be touched; the items again, in leaves that are half full; and what is kept.
   *
   * @param nodes number of nodes of the catalog
   */
  static long room(Load load, long nodes) {
    long touched = 2 * Math.min(load.oldItems(), nodes);
    return load.contentBytes()
        + touched * (Space.MAX_NODE_BYTES + 32)
        + 2 * load.itemBytes()
        + KEPT_BYTES;
  }
}
