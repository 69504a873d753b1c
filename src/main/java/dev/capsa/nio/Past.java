package dev.capsa.nio;

import dev.capsa.Revision;
import dev.capsa.inode.FileTree;
import dev.capsa.repo.KeptHead;

/**
 * An open revision: what a file system shows that shows no live head. Its files are others than
 * those of the head, though they have the same inodes, so it has locks and watches of its own;
 * nothing is ever told to these watches.
 */
record Past(Revision revision, KeptHead head, FileTree tree, FileLocks locks, Watches watches)
    implements AutoCloseable {
  /** Lets go of the revision. Idempotent. */
  @Override
  public void close() {
    head.close();
  }
}
