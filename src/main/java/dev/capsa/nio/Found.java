package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import dev.capsa.inode.FileTree;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads.
 *
 * @param directory inode of the directory that has the name
 * @param name the last name; null if the path ends in the root, "." or "..": what it leads to then
 *     has no name to create, move or remove
 * @param inode what it leads to; 0 if nothing has the name
 * @param kind of that; null if nothing has the name
 */
record Found(long directory, byte @Nullable [] name, long inode, @Nullable FileKind kind) {
  static final Found ROOT = nameless(FileTree.ROOT);

  static Found nameless(long directory) {
    return new Found(directory, null, directory, FileKind.DIRECTORY);
  }

  static Found nothing(long directory, byte[] name) {
    return new Found(directory, name, 0, null);
  }

  boolean exists() {
    return inode != 0;
  }

  boolean isDirectory() {
    return kind == FileKind.DIRECTORY;
  }

  boolean isLink() {
    return kind == FileKind.LINK;
  }
}
