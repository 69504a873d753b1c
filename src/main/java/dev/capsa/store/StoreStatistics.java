package dev.capsa.store;

import java.io.IOException;
import java.util.UUID;

/**
 * Figures of a store, as of its newest commit.
 *
 * @param uuid of the container
 * @param formatVersion of the container
 * @param layout how large files are kept: 0 extents, 1 block chains
 * @param createdNanos when the container was made, since 1970
 * @param lengthBytes of the medium
 * @param usedBytes that the newest commit reaches, the container's own state included
 * @param sequence of the newest commit
 * @param committedNanos when that was, since 1970
 * @param durable whether that is known to survive a crash
 * @param epoch number of the writable opening that wrote last
 */
public record StoreStatistics(
    UUID uuid,
    int formatVersion,
    int layout,
    long createdNanos,
    long lengthBytes,
    long usedBytes,
    long sequence,
    long committedNanos,
    boolean durable,
    long epoch) {

  static StoreStatistics of(BaseStore base, SegmentTable table) throws IOException {
    CommitRecord record = base.record();
    return new StoreStatistics(
        base.header().uuid(),
        ContainerHeader.FORMAT_VERSION,
        base.header().layout(),
        base.header().createdNanos(),
        base.length(),
        usedBytes(base, table),
        record.sequence(),
        record.timeNanos(),
        base.lastForced() >= record.sequence(),
        base.epoch());
  }

  /** Units in use, META pages as the record lists them, header and rings. */
  private static long usedBytes(BaseStore base, SegmentTable table) throws IOException {
    long bytes = Geometry.SMALL_SEGMENT_BYTES;
    if (base.length() > Geometry.RING_C_FROM_BYTES) {
      bytes += Geometry.SMALL_SEGMENT_BYTES;
    }
    for (CommitRecord.MetaSegment meta : base.record().metaSegments()) {
      for (long word : meta.bitmap()) {
        bytes += (long) Long.bitCount(word) * Geometry.PAGE_BYTES;
      }
    }
    for (int at = 0; at < table.count(); at++) {
      Segment segment = table.get(at);
      if (segment.kind() != SegmentKind.META && !segment.isPacked()) {
        bytes += (long) segment.used() * segment.unitBytes();
      }
    }
    return bytes;
  }
}
