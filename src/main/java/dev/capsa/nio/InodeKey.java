package dev.capsa.nio;

import java.util.UUID;

/**
 * The identity of a file: the {@code fileKey} of its attributes. Never used for another file; what
 * a file was in a revision is another one than the file.
 *
 * @param revision that the file system shows; 0: the live head
 */
record InodeKey(UUID container, long revision, long inode) {
  @Override
  public String toString() {
    String shown = revision == 0 ? "" : ",revision=" + revision;
    return "(container=" + container + shown + ",inode=" + inode + ")";
  }
}
