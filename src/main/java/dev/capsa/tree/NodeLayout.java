package dev.capsa.tree;

import dev.capsa.store.Space;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where the fields of a catalog node lie (docs/FORMAT.md, "Catalog nodes"). */
final class NodeLayout {
  /** 1 byte: 0 for a leaf, else the number of levels below. */
  static final int LEVEL = 0;

  /** 1 byte, 0. */
  static final int NODE_RESERVED = LEVEL + 1;

  /** 2 bytes: number of items, at least 1. */
  static final int COUNT = NODE_RESERVED + 1;

  /** 2 bytes: length of the prefix that all keys of the node share. */
  static final int PREFIX_LENGTH = COUNT + 2;

  /** The prefix; behind it the directory, then the items. */
  static final int PREFIX = PREFIX_LENGTH + 2;

  /**
   * Bytes of an entry of the directory: an item's offset and the high bits of its suffix length.
   */
  static final int SLOT_BYTES = 2;

  /** Low bits of a slot: the item's offset in the node. */
  static final int SLOT_OFFSET_BITS = 14;

  /** Bytes before the suffix of an item: the low 8 bits of the suffix length. */
  static final int ITEM_HEADER_BYTES = 1;

  /** What an item costs besides suffix and value. */
  static final int ITEM_OVERHEAD_BYTES = SLOT_BYTES + ITEM_HEADER_BYTES;

  /** In the value of an inner node's item, 8 bytes: id of the child. */
  static final int CHILD_ID = 0;

  /** 8 bytes: birth of the child. */
  static final int CHILD_BIRTH = CHILD_ID + 8;

  /** 8 bytes: checksum64 of the child. */
  static final int CHILD_CHECKSUM = CHILD_BIRTH + 8;

  /** 2 bytes: content length of the child. */
  static final int CHILD_LENGTH = CHILD_CHECKSUM + 8;

  /** Bytes of an inner node's value. */
  static final int CHILD_BYTES = CHILD_LENGTH + 2;

  /** Most bytes of a key: inode, kind, a parent's inode, and a name of 255 bytes. */
  static final int MAX_KEY_BYTES = 9 + 8 + 255;

  /** Most bytes of a value; four items of the greatest size fit into a node. */
  static final int MAX_VALUE_BYTES = 3584;

  /** Most bytes of a node. */
  static final int MAX_BYTES = Space.MAX_NODE_BYTES;

  /** A node with fewer bytes is joined with a neighbour when it is rewritten. */
  static final int MIN_BYTES = MAX_BYTES / 4;

  /** More levels than any tree can have: 54 children at least, 2^64 items at most. */
  static final int MAX_LEVEL = 32;

  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** For the order of keys, which compare as unsigned bytes. */
  static final VarHandle BIG_ENDIAN_INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private NodeLayout() {}

  static int unsignedShort(byte[] bytes, int offset) {
    return (char) SHORTS.get(bytes, offset);
  }

  static long longAt(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }

  static {
    assert MAX_BYTES < 1 << SLOT_OFFSET_BITS : "an offset does not fit into a slot";
    assert PREFIX + 4 * (ITEM_OVERHEAD_BYTES + MAX_KEY_BYTES + MAX_VALUE_BYTES) <= MAX_BYTES
        : "four of the greatest items do not fit into a node";
  }
}
