package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.raw.Mapper;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads blocks, and checks each once in an opening. Safe for any number of threads, each under a
 * pin.
 */
final class BlockReader {
  /** What is read at once to verify it before it is mapped. */
  private static final int VERIFIED_BLOCKS = 64;

  private final BaseStore base;
  private final SegmentTable table;

  BlockReader(BaseStore base, SegmentTable table) {
    this.base = base;
    this.table = table;
  }

  /** As {@link Space#readBlocks}. */
  void read(long block, long offset, ByteBuffer destination) throws IOException {
    long at = block * BlockRun.BLOCK_BYTES + offset;
    while (destination.hasRemaining()) {
      int number = Geometry.segmentOf(at);
      Segment segment = segment(number, at);
      BlockChecksums checksums = table.checksums(segment);
      int within = (int) (at - Geometry.startOf(number));
      int count = Math.min(destination.remaining(), Geometry.bytesOf(number) - within);
      int limit = destination.limit();
      destination.limit(destination.position() + count);
      readInSegment(segment, checksums, within, destination);
      destination.limit(limit);
      at += count;
    }
  }

  private void readInSegment(
      Segment segment, BlockChecksums checksums, int within, ByteBuffer destination)
      throws IOException {
    int size = BlockRun.BLOCK_BYTES;
    int at = within;
    int end = within + destination.remaining();
    int limit = destination.limit();
    while (at < end) {
      int block = at / size;
      boolean verified = checksums.isVerified(block);
      int until = block + 1;
      int lastBlock = (end - 1) / size;
      while (until <= lastBlock && checksums.isVerified(until) == verified) {
        until++;
      }
      int stop = Math.min(end, until * size);
      destination.limit(destination.position() + stop - at);
      if (verified) {
        table.read(segment, at, destination);
      } else {
        readUnverified(segment, checksums, at, destination);
      }
      destination.limit(limit);
      at = stop;
    }
  }

  /** Reads whole blocks around the range, checks them, and hands out the range. */
  private void readUnverified(
      Segment segment, BlockChecksums checksums, int within, ByteBuffer destination)
      throws IOException {
    int size = BlockRun.BLOCK_BYTES;
    int at = within;
    while (destination.hasRemaining()) {
      if (at % size == 0 && destination.remaining() >= size) {
        int whole = destination.remaining() / size * size;
        ByteBuffer direct = destination.slice(destination.position(), whole);
        table.read(segment, at, direct.duplicate());
        check(segment, checksums, at / size, direct);
        destination.position(destination.position() + whole);
        at += whole;
      } else {
        int first = at / size * size;
        int count = Math.min(destination.remaining(), size - (at - first));
        ByteBuffer scratch = ByteBuffer.allocate(size);
        table.read(segment, first, scratch);
        check(segment, checksums, first / size, scratch.flip());
        destination.put(scratch.slice(at - first, count));
        at += count;
      }
    }
  }

  private void check(Segment segment, BlockChecksums checksums, int firstBlock, ByteBuffer bytes)
      throws IOException {
    int size = BlockRun.BLOCK_BYTES;
    for (int i = 0; i < bytes.remaining() / size; i++) {
      int block = firstBlock + i;
      int actual = Checksums.crc32c(bytes.slice(i * size, size));
      if (actual != checksums.get(block)) {
        throw base.mismatch(
            String.format(
                java.util.Locale.ROOT,
                "block at %d+%d does not match its checksum: expected %08x, actual %08x",
                table.offset(segment, (long) block * size),
                size,
                checksums.get(block),
                actual));
      }
      if (base.protectsReads()) {
        checksums.setVerified(block);
      }
    }
  }

  private Segment segment(int number, long at) throws IOException {
    Segment segment = table.get(number);
    if (segment.kind() != SegmentKind.BLOCK) {
      throw new CapsaCorruptException(
          "block "
              + at / BlockRun.BLOCK_BYTES
              + " lies in segment "
              + number
              + ", which holds "
              + segment.kind());
    }
    return segment;
  }

  /** As {@link Space#map}; the blocks are kept from reuse already. */
  <T> T map(long block, long offset, long length, Mapper<T> mapper) throws IOException {
    long start = block * BlockRun.BLOCK_BYTES + offset;
    if (length == 0) {
      return base.map(0, 0, mapper);
    }
    long physical = -1;
    for (long at = start; at < start + length; ) {
      int number = Geometry.segmentOf(at);
      Segment segment = segment(number, at);
      if (segment.isPacked()) {
        throw new UnsupportedOperationException("segment " + number + " is packed");
      }
      int within = (int) (at - Geometry.startOf(number));
      int count = (int) Math.min(start + length - at, Geometry.bytesOf(number) - within);
      if (physical < 0) {
        physical = segment.physicalOffset + within;
      } else if (segment.physicalOffset + within != physical + (at - start)) {
        throw new UnsupportedOperationException(
            "segment " + number + " does not lie behind the one before it");
      }
      int size = BlockRun.BLOCK_BYTES;
      verify(segment, within / size, (within + count + size - 1) / size);
      at += count;
    }
    return base.map(physical, length, mapper);
  }

  /** Reads and checks those of the blocks that were not. */
  private void verify(Segment segment, int first, int end) throws IOException {
    BlockChecksums checksums = table.checksums(segment);
    for (int at = first; at < end; ) {
      int until = at;
      while (until < end && until - at < VERIFIED_BLOCKS && !checksums.isVerified(until)) {
        until++;
      }
      if (until > at) {
        verifyAgain(segment.number, at, until - at);
      }
      at = Math.max(until, at + 1);
    }
  }

  /** Reads blocks of a segment and verifies them, also those that were verified before. */
  void verifyAgain(int number, int first, int count) throws IOException {
    Segment segment = table.withPage(table.get(number));
    ByteBuffer bytes = ByteBuffer.allocate(count * BlockRun.BLOCK_BYTES);
    table.read(segment, (long) first * BlockRun.BLOCK_BYTES, bytes);
    check(segment, table.checksums(segment), first, bytes.flip());
  }
}
