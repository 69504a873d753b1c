package dev.capsa.tree;

import static dev.capsa.tree.NodeLayout.CHILD_BIRTH;
import static dev.capsa.tree.NodeLayout.CHILD_BYTES;
import static dev.capsa.tree.NodeLayout.CHILD_CHECKSUM;
import static dev.capsa.tree.NodeLayout.CHILD_ID;
import static dev.capsa.tree.NodeLayout.CHILD_LENGTH;
import static dev.capsa.tree.NodeLayout.COUNT;
import static dev.capsa.tree.NodeLayout.ITEM_OVERHEAD_BYTES;
import static dev.capsa.tree.NodeLayout.LEVEL;
import static dev.capsa.tree.NodeLayout.LONGS;
import static dev.capsa.tree.NodeLayout.MAX_BYTES;
import static dev.capsa.tree.NodeLayout.PREFIX;
import static dev.capsa.tree.NodeLayout.PREFIX_LENGTH;
import static dev.capsa.tree.NodeLayout.SHORTS;
import static dev.capsa.tree.NodeLayout.SLOT_BYTES;
import static dev.capsa.tree.NodeLayout.SLOT_OFFSET_BITS;

import dev.capsa.store.ObjectPointer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive items of one level that wait to be cut into nodes. Items are added at the end in
 * ascending order, or a whole node in front, and leave from the front. Keys are kept whole, so that
 * an item costs no object. Confined to one thread.
 */
final class NodeRun {
  private final int level;
  private byte[] data = new byte[2 * MAX_BYTES];

  /** Where the key of an item begins in the data, its value following; one more for the end. */
  private int[] starts = new int[256];

  private int[] keyLengths = new int[256];
  private int count;

  /** At most the first key and above all keys before it; what leads to the first node. */
  private byte @Nullable [] low;

  NodeRun(int level) {
    this.level = level;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  /** Bytes of all items before compression. */
  int rawBytes() {
    return starts[count];
  }

  /** Notes what separates this run from the items before it, unless items are waiting. */
  void open(byte[] separator) {
    if (count == 0) {
      low = separator;
    }
  }

  /** The separator of the first item. */
  byte[] low() {
    byte[] known = low;
    if (known == null) {
      throw new IllegalStateException("nothing is waiting on level " + level);
    }
    return known;
  }

  void add(byte[] key, byte[] value) {
    int at = room(key.length, value.length);
    System.arraycopy(key, 0, data, at, key.length);
    System.arraycopy(value, 0, data, at + key.length, value.length);
  }

  void add(byte[] key, ObjectPointer child) {
    int at = room(key.length, CHILD_BYTES);
    System.arraycopy(key, 0, data, at, key.length);
    putChild(at + key.length, child);
  }

  /** Adds an item of a node, with its own key. */
  void add(Node node, int index) {
    int prefix = node.prefixLength();
    int suffix = node.suffixLength(index);
    int value = node.valueLength(index);
    int at = room(prefix + suffix, value);
    System.arraycopy(node.bytes(), PREFIX, data, at, prefix);
    System.arraycopy(node.bytes(), node.suffixOffset(index), data, at + prefix, suffix + value);
  }

  /** Adds the first item of an inner node, whose key is the node's separator. */
  void addFirstChild(byte[] separator, Node node) {
    int at = room(separator.length, CHILD_BYTES);
    System.arraycopy(separator, 0, data, at, separator.length);
    System.arraycopy(node.bytes(), node.valueOffset(0), data, at + separator.length, CHILD_BYTES);
  }

  /** Adds all items of a node in front of what waits here. */
  void prepend(Node node, byte[] separator) {
    NodeRun joined = new NodeRun(level);
    joined.open(separator);
    for (int i = 0; i < node.count(); i++) {
      if (i == 0 && level > 0) {
        joined.addFirstChild(separator, node);
      } else {
        joined.add(node, i);
      }
    }
    for (int i = 0; i < count; i++) {
      int at = joined.room(keyLengths[i], starts[i + 1] - starts[i] - keyLengths[i]);
      System.arraycopy(data, starts[i], joined.data, at, starts[i + 1] - starts[i]);
    }
    data = joined.data;
    starts = joined.starts;
    keyLengths = joined.keyLengths;
    count = joined.count;
    low = separator;
  }

  /** Bytes of a node with all the items, if one can hold them; else more than it can hold. */
  int encodedLength() {
    return encodedLength(0, count);
  }

  /** Bytes of a node with the items from {@code from} to {@code to} (excluded). */
  int encodedLength(int from, int to) {
    int prefix = prefixLength(from, to);
    int length = PREFIX + prefix + starts[to] - starts[from];
    length += (to - from) * (ITEM_OVERHEAD_BYTES - prefix);
    return level == 0 ? length : length - keyLengths[from] + prefix;
  }

  /** Length of the prefix of all keys that a node of these items keeps. */
  private int prefixLength(int from, int to) {
    int first = level == 0 ? from : from + 1;
    return first < to ? commonPrefix(first, to - 1) : 0;
  }

  private int commonPrefix(int one, int other) {
    int end = Math.min(keyLengths[one], keyLengths[other]);
    int mismatch =
        Arrays.mismatch(
            data, starts[one], starts[one] + end, data, starts[other], starts[other] + end);
    return mismatch < 0 ? end : mismatch;
  }

  /** End of the longest node that begins at {@code from}. */
  int fullEnd(int from) {
    int fits = from + 1;
    int tooMany = count + 1;
    while (fits + 1 < tooMany) {
      int middle = fits + tooMany >>> 1;
      if (encodedLength(from, middle) <= MAX_BYTES) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return fits;
  }

  /**
   * Where to cut the items from {@code from} to the end, which need two nodes, so that these are
   * about equally full.
   */
  int evenEnd(int from) {
    int end = fullEnd(from);
    while (end - 1 > from && encodedLength(end - 1, count) <= encodedLength(from, end - 1)) {
      end--;
    }
    return end;
  }

  /** The node of the items from {@code from} to {@code to} (excluded). */
  byte[] encode(int from, int to) {
    int prefix = prefixLength(from, to);
    byte[] node = new byte[encodedLength(from, to)];
    node[LEVEL] = (byte) level;
    SHORTS.set(node, COUNT, (char) (to - from));
    SHORTS.set(node, PREFIX_LENGTH, (char) prefix);
    System.arraycopy(data, starts[to - 1], node, PREFIX, prefix);
    int slot = PREFIX + prefix;
    int at = slot + (to - from) * SLOT_BYTES;
    for (int i = from; i < to; i++) {
      int skip = i == from && level > 0 ? keyLengths[i] : prefix;
      int suffix = keyLengths[i] - skip;
      SHORTS.set(node, slot, (char) (suffix >>> 8 << SLOT_OFFSET_BITS | at));
      slot += SLOT_BYTES;
      node[at++] = (byte) suffix;
      int rest = starts[i + 1] - starts[i] - skip;
      System.arraycopy(data, starts[i] + skip, node, at, rest);
      at += rest;
    }
    assert at == node.length : "encoded " + at + " bytes, computed " + node.length;
    return node;
  }

  /** What separates item {@code index} from the one before it, as short as possible. */
  byte[] separator(int index) {
    if (index == 0) {
      return low();
    }
    int length = level > 0 ? keyLengths[index] : commonPrefix(index - 1, index) + 1;
    return Arrays.copyOfRange(data, starts[index], starts[index] + length);
  }

  /** Drops the items before {@code index}, which are written. */
  void dropFirst(int index) {
    low = index == count ? null : separator(index);
    int dropped = starts[index];
    System.arraycopy(data, dropped, data, 0, starts[count] - dropped);
    count -= index;
    for (int i = 0; i <= count; i++) {
      starts[i] = starts[i + index] - dropped;
    }
    System.arraycopy(keyLengths, index, keyLengths, 0, count);
  }

  /** The child of the last item. */
  ObjectPointer lastChild() {
    int at = starts[count] - CHILD_BYTES;
    return new ObjectPointer(
        NodeLayout.longAt(data, at + CHILD_ID),
        NodeLayout.longAt(data, at + CHILD_BIRTH),
        NodeLayout.unsignedShort(data, at + CHILD_LENGTH),
        NodeLayout.longAt(data, at + CHILD_CHECKSUM));
  }

  /** The whole key of the last item. */
  byte[] lastKey() {
    int start = starts[count - 1];
    return Arrays.copyOfRange(data, start, start + keyLengths[count - 1]);
  }

  void dropLast() {
    count--;
    if (count == 0) {
      low = null;
    }
  }

  private void putChild(int at, ObjectPointer child) {
    LONGS.set(data, at + CHILD_ID, child.id());
    LONGS.set(data, at + CHILD_BIRTH, child.birth());
    LONGS.set(data, at + CHILD_CHECKSUM, child.checksum());
    SHORTS.set(data, at + CHILD_LENGTH, (char) child.length());
  }

  /** Appends an item of these lengths and says where its bytes go. */
  private int room(int keyLength, int valueLength) {
    int at = starts[count];
    int end = at + keyLength + valueLength;
    if (end > data.length) {
      data = Arrays.copyOf(data, Math.max(end, 2 * data.length));
    }
    if (count + 1 == starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
      keyLengths = Arrays.copyOf(keyLengths, 2 * keyLengths.length);
    }
    keyLengths[count++] = keyLength;
    starts[count] = end;
    return at;
  }
}
