package dev.capsa.store;

import dev.capsa.CapsaFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The header of a container: what never changes.
 *
 * @param uuid identity of the container
 * @param createdNanos nanoseconds since 1970
 * @param layout how large files are kept: 0 extents, 1 block chains
 * @param readOnlyOnly whether it has optional features that this version does not know
 */
record ContainerHeader(UUID uuid, long createdNanos, int layout, boolean readOnlyOnly) {
  /** 0x89 "CAPSA" CR LF, as a little-endian long. */
  static final long MAGIC = 0x0a0d415350414389L;

  static final int FORMAT_VERSION = 1;
  static final int NODE_BYTES = 16384;

  /** The sector's bytes. */
  ByteBuffer encode() {
    ByteBuffer sector = ByteBuffer.allocate(Geometry.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    sector.putLong(HeaderLayout.MAGIC, MAGIC);
    sector.putInt(HeaderLayout.FORMAT_VERSION, FORMAT_VERSION);
    sector.putInt(HeaderLayout.BLOCK_SIZE, BlockRun.BLOCK_BYTES);
    sector.putLong(HeaderLayout.UUID, uuid.getMostSignificantBits());
    sector.putLong(HeaderLayout.UUID + 8, uuid.getLeastSignificantBits());
    sector.putLong(HeaderLayout.CREATED_NANOS, createdNanos);
    sector.putInt(HeaderLayout.NODE_SIZE, NODE_BYTES);
    sector.putInt(HeaderLayout.LAYOUT, layout);
    sector.putInt(HeaderLayout.CRC, Checksums.masked(sector.slice(0, HeaderLayout.CRC)));
    return sector;
  }

  /** Whether the bytes begin as a container does. */
  static boolean hasMagic(ByteBuffer sector) {
    return sector.order(ByteOrder.LITTLE_ENDIAN).getLong(HeaderLayout.MAGIC) == MAGIC;
  }

  /** Whether the checksum holds. */
  static boolean isIntact(ByteBuffer sector) {
    return hasMagic(sector)
        && sector.getInt(HeaderLayout.CRC) == Checksums.masked(sector.slice(0, HeaderLayout.CRC));
  }

  /**
   * Reads an intact sector.
   *
   * @throws CapsaFormatException if this version cannot read the container; the message says why
   */
  static ContainerHeader decode(ByteBuffer sector) throws CapsaFormatException {
    int version = sector.getInt(HeaderLayout.FORMAT_VERSION);
    if (version != FORMAT_VERSION) {
      throw new CapsaFormatException(
          "container has format version " + version + ", this program reads " + FORMAT_VERSION);
    }
    long incompatible = sector.getLong(HeaderLayout.INCOMPATIBLE_FEATURES);
    if (incompatible != 0) {
      throw new CapsaFormatException(
          "container needs features that this program does not know: bits "
              + Long.toBinaryString(incompatible));
    }
    int blockSize = sector.getInt(HeaderLayout.BLOCK_SIZE);
    int nodeSize = sector.getInt(HeaderLayout.NODE_SIZE);
    if (blockSize != BlockRun.BLOCK_BYTES || nodeSize != NODE_BYTES) {
      throw new CapsaFormatException(
          "container has blocks of "
              + blockSize
              + " and nodes of "
              + nodeSize
              + " bytes, expected "
              + BlockRun.BLOCK_BYTES
              + " and "
              + NODE_BYTES);
    }
    return new ContainerHeader(
        new UUID(sector.getLong(HeaderLayout.UUID), sector.getLong(HeaderLayout.UUID + 8)),
        sector.getLong(HeaderLayout.CREATED_NANOS),
        sector.getInt(HeaderLayout.LAYOUT),
        sector.getLong(HeaderLayout.COMPATIBLE_FEATURES) != 0);
  }
}
