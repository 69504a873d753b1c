package dev.capsa.tree;

import static dev.capsa.tree.NodeLayout.BIG_ENDIAN_INTS;
import static dev.capsa.tree.NodeLayout.CHILD_BIRTH;
import static dev.capsa.tree.NodeLayout.CHILD_BYTES;
import static dev.capsa.tree.NodeLayout.CHILD_CHECKSUM;
import static dev.capsa.tree.NodeLayout.CHILD_ID;
import static dev.capsa.tree.NodeLayout.CHILD_LENGTH;
import static dev.capsa.tree.NodeLayout.COUNT;
import static dev.capsa.tree.NodeLayout.ITEM_HEADER_BYTES;
import static dev.capsa.tree.NodeLayout.LEVEL;
import static dev.capsa.tree.NodeLayout.MAX_BYTES;
import static dev.capsa.tree.NodeLayout.MAX_KEY_BYTES;
import static dev.capsa.tree.NodeLayout.MAX_LEVEL;
import static dev.capsa.tree.NodeLayout.PREFIX;
import static dev.capsa.tree.NodeLayout.PREFIX_LENGTH;
import static dev.capsa.tree.NodeLayout.SLOT_BYTES;
import static dev.capsa.tree.NodeLayout.SLOT_OFFSET_BITS;
import static dev.capsa.tree.NodeLayout.longAt;
import static dev.capsa.tree.NodeLayout.unsignedShort;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.ObjectPointer;
import java.util.Arrays;

/**
 * A node of the catalog tree, searched as it is encoded: nothing is decoded but the header.
 *
 * <p>Item 0 of an inner node has no key of its own: it leads to all keys below item 1's. Item i
 * leads to the keys from its own (included) to item i + 1's (excluded).
 *
 * <p>Immutable; the array is never changed after construction.
 */
final class Node {
  private final byte[] bytes;
  private final int level;
  private final int count;
  private final int prefixLength;
  private final int directory;

  /**
   * The first four bytes of each suffix, padded with zeros, as integers that order as unsigned
   * bytes do. A binary search stays in these few cache lines until heads are equal.
   */
  private final int[] heads;

  private Node(byte[] bytes) {
    this.bytes = bytes;
    level = bytes[LEVEL];
    count = unsignedShort(bytes, COUNT);
    prefixLength = unsignedShort(bytes, PREFIX_LENGTH);
    directory = PREFIX + prefixLength;
    heads = new int[count];
  }

  /** Wraps what {@link NodeRun} has just encoded. */
  static Node trusted(byte[] bytes) {
    Node node = new Node(bytes);
    for (int i = 0; i < node.count; i++) {
      node.fillHead(i);
    }
    return node;
  }

  /**
   * Wraps bytes from the medium, after checking that every offset lies inside the node. The order
   * of the keys is left to {@link TreeCheck}.
   *
   * @param pointer where the bytes come from, for the message
   * @param level expected level
   * @throws CapsaCorruptException if the bytes are no such node
   */
  static Node parse(byte[] bytes, ObjectPointer pointer, int level) throws CapsaCorruptException {
    require(bytes.length > PREFIX && bytes.length <= MAX_BYTES, pointer, "its length is wrong");
    Node node = new Node(bytes);
    require(node.count > 0, pointer, "it has no items");
    int items = node.directory + node.count * SLOT_BYTES;
    require(items <= bytes.length, pointer, "its directory does not fit");
    require(
        node.level == level && level <= MAX_LEVEL,
        pointer,
        "its level is " + node.level + ", expected " + level);
    int next = items;
    for (int i = 0; i < node.count; i++) {
      require(node.itemOffset(i) == next, pointer, "item " + i + " is not at " + next);
      next = node.itemEnd(i);
      require(
          node.itemOffset(i) < bytes.length && node.valueOffset(i) <= next && next <= bytes.length,
          pointer,
          "item " + i + " does not fit");
      require(node.keyLength(i) <= MAX_KEY_BYTES, pointer, "the key of item " + i + " is too long");
      require(
          level == 0 || node.valueLength(i) == CHILD_BYTES,
          pointer,
          "item " + i + " is no child pointer");
      node.fillHead(i);
    }
    return node;
  }

  private static void require(boolean holds, ObjectPointer pointer, String what)
      throws CapsaCorruptException {
    if (!holds) {
      throw new CapsaCorruptException("catalog node " + pointer + " is malformed: " + what);
    }
  }

  private void fillHead(int index) {
    int suffix = suffixOffset(index);
    heads[index] = head(bytes, suffix, suffix + suffixLength(index));
  }

  private static int head(byte[] bytes, int from, int to) {
    int head;
    if (to - from >= Integer.BYTES) {
      head = (int) BIG_ENDIAN_INTS.get(bytes, from);
    } else {
      head = 0;
      for (int i = from; i < to; i++) {
        head |= (bytes[i] & 0xff) << 24 - 8 * (i - from);
      }
    }
    return head ^ Integer.MIN_VALUE;
  }

  int level() {
    return level;
  }

  int count() {
    return count;
  }

  /** Bytes of heap for what is not encoded. */
  int headBytes() {
    return count * Integer.BYTES;
  }

  /** Encoded length. */
  int length() {
    return bytes.length;
  }

  byte[] bytes() {
    return bytes;
  }

  int prefixLength() {
    return prefixLength;
  }

  private int slot(int index) {
    return unsignedShort(bytes, directory + index * SLOT_BYTES);
  }

  private int itemOffset(int index) {
    return slot(index) & (1 << SLOT_OFFSET_BITS) - 1;
  }

  private int itemEnd(int index) {
    return index + 1 < count ? itemOffset(index + 1) : bytes.length;
  }

  int suffixOffset(int index) {
    return itemOffset(index) + ITEM_HEADER_BYTES;
  }

  int suffixLength(int index) {
    int slot = slot(index);
    return slot >>> SLOT_OFFSET_BITS << 8 | bytes[slot & (1 << SLOT_OFFSET_BITS) - 1] & 0xff;
  }

  int keyLength(int index) {
    return prefixLength + suffixLength(index);
  }

  int valueOffset(int index) {
    return suffixOffset(index) + suffixLength(index);
  }

  int valueLength(int index) {
    return itemEnd(index) - valueOffset(index);
  }

  /** A copy of the key; of an inner node's item 0 it means nothing. */
  byte[] key(int index) {
    int suffixLength = suffixLength(index);
    byte[] key = new byte[prefixLength + suffixLength];
    System.arraycopy(bytes, PREFIX, key, 0, prefixLength);
    System.arraycopy(bytes, suffixOffset(index), key, prefixLength, suffixLength);
    return key;
  }

  /** A copy of the value. */
  byte[] value(int index) {
    return Arrays.copyOfRange(bytes, valueOffset(index), itemEnd(index));
  }

  /**
   * How many items, from one on, are the same as those of another leaf from one on: looks at the
   * encoded bytes of all of them at once. 0 also where the leaves' prefixes differ.
   */
  int sameItems(int index, Node other, int otherIndex) {
    if (!Arrays.equals(bytes, PREFIX, directory, other.bytes, PREFIX, other.directory)) {
      return 0;
    }
    int start = itemOffset(index);
    int otherStart = other.itemOffset(otherIndex);
    int differs =
        Arrays.mismatch(bytes, start, bytes.length, other.bytes, otherStart, other.bytes.length);
    int alike = differs < 0 ? bytes.length - start : differs;
    int most = Math.min(count - index, other.count - otherIndex);
    int same = 0;
    while (same < most
        && itemEnd(index + same) - start <= alike
        && itemEnd(index + same) - start == other.itemEnd(otherIndex + same) - otherStart
        && suffixLength(index + same) == other.suffixLength(otherIndex + same)) {
      same++;
    }
    return same;
  }

  boolean valueEquals(int index, byte[] value) {
    return Arrays.equals(bytes, valueOffset(index), itemEnd(index), value, 0, value.length);
  }

  long childId(int index) {
    return longAt(bytes, valueOffset(index) + CHILD_ID);
  }

  long childBirth(int index) {
    return longAt(bytes, valueOffset(index) + CHILD_BIRTH);
  }

  long childChecksum(int index) {
    return longAt(bytes, valueOffset(index) + CHILD_CHECKSUM);
  }

  ObjectPointer child(int index) {
    int at = valueOffset(index);
    return new ObjectPointer(
        longAt(bytes, at + CHILD_ID),
        longAt(bytes, at + CHILD_BIRTH),
        unsignedShort(bytes, at + CHILD_LENGTH),
        longAt(bytes, at + CHILD_CHECKSUM));
  }

  /** Index of the item with the key, or {@code -(index of the first greater one) - 1}. */
  int find(byte[] key) {
    return search(key, 0);
  }

  /** Index of the first item whose key is at least {@code key}; {@link #count} if there is none. */
  int ceiling(byte[] key) {
    int found = search(key, 0);
    return found < 0 ? -found - 1 : found;
  }

  /** Index of the child of an inner node that the key belongs to. */
  int childIndex(byte[] key) {
    int found = search(key, 1);
    return found < 0 ? -found - 2 : found;
  }

  /** Compares the key of an item with another one. */
  int compareKey(int index, byte[] key) {
    int byPrefix = comparePrefix(key);
    return byPrefix != 0 ? byPrefix : compareSuffix(index, key);
  }

  /** 0 if the key begins with the prefix, else how the prefix compares with it. */
  private int comparePrefix(byte[] key) {
    return Arrays.compareUnsigned(
        bytes, PREFIX, directory, key, 0, Math.min(prefixLength, key.length));
  }

  private int compareSuffix(int index, byte[] key) {
    int slot = slot(index);
    int item = slot & (1 << SLOT_OFFSET_BITS) - 1;
    int suffix = item + ITEM_HEADER_BYTES;
    int length = slot >>> SLOT_OFFSET_BITS << 8 | bytes[item] & 0xff;
    return Arrays.compareUnsigned(bytes, suffix, suffix + length, key, prefixLength, key.length);
  }

  private int search(byte[] key, int from) {
    int byPrefix = comparePrefix(key);
    if (byPrefix != 0) {
      return byPrefix > 0 ? -from - 1 : -count - 1;
    }
    int head = head(key, prefixLength, key.length);
    int low = from;
    int high = count;
    while (low < high) {
      int middle = low + high >>> 1;
      if (heads[middle] < head) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    high = count - 1;
    while (low <= high && heads[low] == head) {
      int middle = low + high >>> 1;
      int order = heads[middle] > head ? 1 : compareSuffix(middle, key);
      if (order < 0) {
        low = middle + 1;
      } else if (order > 0) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -low - 1;
  }
}
