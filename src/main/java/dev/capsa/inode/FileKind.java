package dev.capsa.inode;

/** What an inode is. The order is part of the format. */
public enum FileKind {
  /** A file with bytes. */
  FILE,
  /** A directory. */
  DIRECTORY,
  /** A symbolic link. */
  LINK
}
