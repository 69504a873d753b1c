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
  private static final int MASK_BITS = 15;
  private static final int MASK = 0x43617073;

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

  /**
   * The CRC32C of the remaining bytes as it is kept among bytes that another CRC32C covers. Bytes
   * followed by their own CRC32C always have the same CRC32C, whatever they are, so that a checksum
   * around them would take old ones for new ones; a rotation and a carry break that.
   */
  static int masked(ByteBuffer bytes) {
    return mask(crc32c(bytes));
  }

  /** As {@link #masked}, of a CRC32C. */
  static int mask(int crc) {
    return Integer.rotateRight(crc, MASK_BITS) + MASK;
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
