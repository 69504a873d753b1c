package dev.capsa.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The checksums of the format. {@code checksum64} joins CRC32C and CRC-32: their polynomials have
 * no common factor, so together they are a 64-bit CRC, and both run on the processor's own
 * instructions.
 */
final class Checksums {
  private Checksums() {}

  /** CRC32C of the remaining bytes, which stay remaining. */
  static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /** CRC32C of a range. */
  static int crc32c(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** The 64-bit checksum of the remaining bytes, which stay remaining. */
  static long checksum64(ByteBuffer bytes) {
    CRC32C high = new CRC32C();
    CRC32 low = new CRC32();
    high.update(bytes.duplicate());
    low.update(bytes.duplicate());
    return high.getValue() << 32 | low.getValue();
  }

  /** The 64-bit checksum of an object: its remaining bytes, then its id and birth. */
  static long checksum64(ByteBuffer bytes, long id, long birth) {
    byte[] identity = new byte[16];
    ByteBuffer.wrap(identity).order(ByteOrder.LITTLE_ENDIAN).putLong(id).putLong(birth);
    CRC32C high = new CRC32C();
    CRC32 low = new CRC32();
    high.update(bytes.duplicate());
    low.update(bytes.duplicate());
    high.update(identity, 0, 16);
    low.update(identity, 0, 16);
    return high.getValue() << 32 | low.getValue();
  }
}
