package dev.capsa.nio;

import java.util.UUID;

/** The identity of a file: the {@code fileKey} of its attributes. Never used for another file. */
record InodeKey(UUID container, long inode) {
  @Override
  public String toString() {
    return "(container=" + container + ",inode=" + inode + ")";
  }
}
