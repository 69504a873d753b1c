package dev.capsa.repo;

/**
 * A part of a file that the committer is asked to store in consecutive blocks. Done by the
 * committer alone, in a commit of its own; whoever asked waits for the round.
 */
final class Gathering {
  final long inode;
  final long position;
  final long length;

  /** Whether the part was stored so. */
  volatile boolean done;

  Gathering(long inode, long position, long length) {
    this.inode = inode;
    this.position = position;
    this.length = length;
  }
}
