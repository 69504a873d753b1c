package dev.capsa.store;

import dev.capsa.CapsaCorruptException;

/**
 * One numbering for all units to which several references may lead (docs/FORMAT.md, "Share items"):
 * blocks have their block numbers, grains come above all blocks. Adjacent units of a kind have
 * adjacent numbers, also across segments.
 */
final class SharedUnits {
  /** The number of the first grain of virtual offset 0. */
  static final long FIRST_GRAIN = 1L << 62;

  private SharedUnits() {}

  /** Whether units of a kind can have several references. */
  static boolean has(SegmentKind kind) {
    return kind == SegmentKind.BLOCK || kind == SegmentKind.GRAIN;
  }

  /** The number of a unit, of a kind that {@link #has} it. */
  static long of(SegmentKind kind, int segment, int unit) {
    long first = kind == SegmentKind.GRAIN ? FIRST_GRAIN : 0;
    return first + Geometry.startOf(segment) / kind.unitBytes() + unit;
  }

  /** The kind of a unit. */
  static SegmentKind kind(long number) {
    return number >= FIRST_GRAIN ? SegmentKind.GRAIN : SegmentKind.BLOCK;
  }

  /** The segment of a unit. */
  static int segment(long number) {
    SegmentKind kind = kind(number);
    return Geometry.segmentOf(number % FIRST_GRAIN * kind.unitBytes());
  }

  /** Units of a kind that a segment has at its own place. */
  static int perSegment(SegmentKind kind, int segment) {
    return Geometry.bytesOf(segment) / kind.unitBytes();
  }

  /** Requires a run to be of one kind and inside of what a container can have. */
  static void require(UnitShare share) throws CapsaCorruptException {
    long first = share.start() % FIRST_GRAIN;
    long most = Geometry.startOf(Geometry.MOST_SEGMENTS - 1) / kind(share.start()).unitBytes();
    if (share.start() < 1
        || share.length() < 1
        || share.length() > most
        || first + share.length() > most
        || share.count() < 2) {
      throw new CapsaCorruptException("the share index states " + share);
    }
  }
}
