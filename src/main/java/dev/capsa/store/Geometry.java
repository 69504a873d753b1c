package dev.capsa.store;

/**
 * Where segments lie: pure arithmetic on virtual offsets (docs/FORMAT.md, "Map of a container").
 */
final class Geometry {
  /** Bytes of a block, a sector and a page of state. */
  static final int PAGE_BYTES = 4096;

  /** Bytes of each of the first segments. */
  static final int SMALL_SEGMENT_BYTES = 64 << 10;

  /** Number of the first segment that is not small. */
  static final int FIRST_LARGE_SEGMENT = 64;

  /** Bytes of later segments. */
  static final int LARGE_SEGMENT_BYTES = 4 << 20;

  /** The segment of the header and rings A and B. */
  static final int HEAD_SEGMENT = 0;

  /** The segment kept for ring C. */
  static final int RING_SEGMENT = 16;

  /** File length above which ring C is written. */
  static final long RING_C_FROM_BYTES = 2 << 20;

  /** A container is never shorter. */
  static final long LEAST_BYTES = 3L * SMALL_SEGMENT_BYTES;

  /** Segment numbers have 28 bits in an id. */
  static final int MOST_SEGMENTS = 1 << 28;

  private Geometry() {}

  /** The segment that holds a virtual offset. */
  static int segmentOf(long virtualOffset) {
    return virtualOffset < LARGE_SEGMENT_BYTES
        ? (int) (virtualOffset / SMALL_SEGMENT_BYTES)
        : (int) (virtualOffset / LARGE_SEGMENT_BYTES) + FIRST_LARGE_SEGMENT - 1;
  }

  /** The virtual offset of a segment's first byte. */
  static long startOf(int segment) {
    return segment < FIRST_LARGE_SEGMENT
        ? (long) segment * SMALL_SEGMENT_BYTES
        : (long) (segment - FIRST_LARGE_SEGMENT + 1) * LARGE_SEGMENT_BYTES;
  }

  /** The bytes of a segment. */
  static int bytesOf(int segment) {
    return segment < FIRST_LARGE_SEGMENT ? SMALL_SEGMENT_BYTES : LARGE_SEGMENT_BYTES;
  }

  /** The bytes of the file that a segment could have as its place: its number if it is there. */
  static int placeOf(long physicalOffset) {
    return segmentOf(physicalOffset);
  }

  /** Whether the root allocator may hand the segment out. */
  static boolean usable(int segment) {
    return segment != HEAD_SEGMENT && segment != RING_SEGMENT;
  }

  /** {@code bytes} in whole pages. */
  static int pages(long bytes) {
    return Math.toIntExact((bytes + PAGE_BYTES - 1) / PAGE_BYTES);
  }
}
