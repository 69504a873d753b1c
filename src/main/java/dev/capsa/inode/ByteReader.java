package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import java.util.Arrays;

/** Reads the value of an item, and refuses one that ends early. Confined to one thread. */
final class ByteReader {
  private final byte[] bytes;
  private int at;

  ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  int get() throws CapsaCorruptException {
    need(1);
    return bytes[at++] & 0xff;
  }

  /** The counterpart of {@link ByteWriter#varint}. */
  long varint() throws CapsaCorruptException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = get();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new CapsaCorruptException("a number of more than 10 bytes before byte " + at);
  }

  /** The counterpart of {@link ByteWriter#signed}. */
  long signed() throws CapsaCorruptException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** The counterpart of {@link ByteWriter#fixed}. */
  long fixed() throws CapsaCorruptException {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value |= (bytes[at++] & 0xffL) << 8 * i;
    }
    return value;
  }

  byte[] raw(int count) throws CapsaCorruptException {
    need(count);
    byte[] part = Arrays.copyOfRange(bytes, at, at + count);
    at += count;
    return part;
  }

  byte[] rest() {
    byte[] part = Arrays.copyOfRange(bytes, at, bytes.length);
    at = bytes.length;
    return part;
  }

  /** Refuses bytes that nothing has read. */
  void end() throws CapsaCorruptException {
    if (at != bytes.length) {
      throw new CapsaCorruptException(
          "a value of " + bytes.length + " bytes, of which only " + at + " mean something");
    }
  }

  private void need(int count) throws CapsaCorruptException {
    if (count < 0 || bytes.length - at < count) {
      throw new CapsaCorruptException(
          "a value of " + bytes.length + " bytes, expected " + count + " more at " + at);
    }
  }
}
