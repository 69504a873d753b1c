package dev.capsa.inode;

import dev.capsa.tree.ItemKey;

/** Keys with a tail of two parts. */
final class Keys {
  private static final int NUMBER_BYTES = 8;

  private Keys() {}

  /** The key of a further name of a file. */
  static byte[] parent(long inode, long directory, byte[] name) {
    byte[] key = new byte[ItemKey.PREFIX_BYTES + NUMBER_BYTES + name.length];
    byte[] head = ItemKey.of(inode, ItemKey.PARENT, directory);
    System.arraycopy(head, 0, key, 0, head.length);
    System.arraycopy(name, 0, key, head.length, name.length);
    return key;
  }

  /** The directory in the key of a further name. */
  static long parentDirectory(byte[] key) {
    return ItemKey.number(key);
  }

  /** The name in the key of a further name. */
  static byte[] parentName(byte[] key) {
    int from = ItemKey.PREFIX_BYTES + NUMBER_BYTES;
    byte[] name = new byte[key.length - from];
    System.arraycopy(key, from, name, 0, name.length);
    return name;
  }

  /** The key of a part of a user attribute. */
  static byte[] attribute(long inode, byte[] name, int part) {
    byte[] tail = new byte[name.length + 1];
    System.arraycopy(name, 0, tail, 0, name.length);
    tail[name.length] = (byte) part;
    return ItemKey.of(inode, ItemKey.ATTRIBUTE, tail);
  }
}
