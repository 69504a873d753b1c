package dev.capsa.store;

import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a batch places, in few large writes, and keeps the manifest. Adjacent pieces are
 * gathered in a staging buffer per kind of segment. Confined to the batch's thread.
 */
final class BatchWriter {
  private static final int STAGING_BYTES = 1 << 20;

  private final BaseStore base;
  private final List<CommitRecord.WrittenRange> manifest = new ArrayList<>();
  private final Staging[] stagings;
  private long bytes;

  BatchWriter(BaseStore base, Buffers buffers) {
    this.base = base;
    this.stagings =
        new Staging[] {
          new Staging(buffers.get(0)), new Staging(buffers.get(1)), new Staging(buffers.get(2))
        };
  }

  /** Buffers that a store lends to one batch after the other. */
  static final class Buffers {
    private final ByteBuffer[] buffers = new ByteBuffer[3];

    ByteBuffer get(int index) {
      if (buffers[index] == null) {
        buffers[index] = ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      }
      return buffers[index];
    }
  }

  /** Adjacent bytes on their way to the medium. */
  private final class Staging {
    final ByteBuffer buffer;
    long start;

    Staging(ByteBuffer buffer) {
      this.buffer = buffer.clear();
    }

    ByteBuffer reserve(long offset, int size) throws IOException {
      long end = start + buffer.position();
      boolean crosses =
          buffer.position() > 0
              && start / RawStorage.SEGMENT_BYTES != (offset + size - 1) / RawStorage.SEGMENT_BYTES;
      if (buffer.position() == 0 || offset != end || size > buffer.remaining() || crosses) {
        flush();
        start = offset;
      }
      return buffer;
    }

    void flush() throws IOException {
      if (buffer.position() > 0) {
        writeNow(start, buffer.flip());
        buffer.clear();
      }
    }
  }

  /**
   * Writes content at a place, with the rest of its units as zeros.
   *
   * @param kind chooses the staging buffer
   * @param header put before the content; may be empty
   * @param units bytes of the whole place
   */
  void put(SegmentKind kind, long offset, ByteBuffer header, ByteBuffer content, int units)
      throws IOException {
    ByteBuffer staged = stagings[kind.ordinal() % stagings.length].reserve(offset, units);
    int start = staged.position();
    staged.put(header.duplicate()).put(content.duplicate());
    while (staged.position() < start + units) {
      staged.put((byte) 0);
    }
  }

  /** Writes bytes that are large enough to go without staging. */
  void putLarge(long offset, ByteBuffer content) throws IOException {
    ByteBuffer rest = content.duplicate();
    long at = offset;
    while (rest.hasRemaining()) {
      int room = (int) (RawStorage.SEGMENT_BYTES - at % RawStorage.SEGMENT_BYTES);
      int count = Math.min(room, rest.remaining());
      ByteBuffer piece = rest.slice(rest.position(), count);
      writeNow(at, piece);
      rest.position(rest.position() + count);
      at += count;
    }
  }

  /** Writes all that is staged. */
  void flush() throws IOException {
    for (Staging staging : stagings) {
      staging.flush();
    }
  }

  private void writeNow(long offset, ByteBuffer content) throws IOException {
    if (isVerifiable()) {
      manifest.add(
          new CommitRecord.WrittenRange(offset, content.remaining(), Checksums.crc32c(content)));
    }
    bytes += content.remaining();
    base.write(offset, content);
  }

  /** Whether the manifest holds everything so far, and an opening may verify it all. */
  boolean isVerifiable() {
    return bytes <= BaseStore.MOST_VERIFIED_BYTES && manifest.size() < base.mostVerifiedRanges();
  }

  List<CommitRecord.WrittenRange> manifest() {
    return manifest;
  }
}
