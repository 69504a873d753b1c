package dev.capsa.inode;

import java.util.Arrays;

/** Writes the value of an item. Confined to one thread. */
final class ByteWriter {
  private byte[] bytes = new byte[48];
  private int length;

  ByteWriter put(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
    return this;
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  ByteWriter varint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  /** A signed number as a varint: 0, −1, 1, −2, … become 0, 1, 2, 3, … */
  ByteWriter signed(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  /** Eight bytes, little-endian. */
  ByteWriter fixed(long value) {
    reserve(8);
    for (int i = 0; i < 8; i++) {
      bytes[length++] = (byte) (value >>> 8 * i);
    }
    return this;
  }

  ByteWriter raw(byte[] source) {
    return raw(source, 0, source.length);
  }

  ByteWriter raw(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
    return this;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
    }
  }
}
