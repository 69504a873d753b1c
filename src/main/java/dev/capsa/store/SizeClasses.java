package dev.capsa.store;

import java.util.TreeSet;

/**
 * Routes an object to units by its size: a slot of the smallest class that holds it, else a run of
 * grains, else a run of blocks. Immutable.
 */
final class SizeClasses {
  private static final int LEAST_BYTES = 64;
  private static final int LARGEST_DEFAULT_BYTES = 4096;

  /** Most bytes of header and content in grains. */
  private static final int MOST_GRAIN_BYTES = Geometry.SMALL_SEGMENT_BYTES;

  private final TreeSet<Integer> classes = new TreeSet<>();

  /**
   * Where an object goes.
   *
   * @param idKind kind in its id
   * @param kind of the segment
   * @param unitBytes of the segment
   * @param units how many consecutive ones
   */
  record Route(int idKind, SegmentKind kind, int unitBytes, int units) {
    /** How an object of this size lies in units of a known kind. */
    static Route within(int idKind, SegmentKind kind, int unitBytes, int size) {
      int bytes = size + ObjectLayout.HEADER_BYTES;
      return new Route(idKind, kind, unitBytes, (bytes + unitBytes - 1) / unitBytes);
    }
  }

  /** The default classes, and these; a class is rounded up to a multiple of 8. */
  SizeClasses(Iterable<Integer> extra) {
    for (int size = LEAST_BYTES; size <= LARGEST_DEFAULT_BYTES; size *= 2) {
      classes.add(size);
    }
    for (int size : extra) {
      classes.add(
          (size + EntryLayout.UNIT_SCALE - 1) / EntryLayout.UNIT_SCALE * EntryLayout.UNIT_SCALE);
    }
  }

  Route route(int size) {
    Integer slot = classes.ceiling(size);
    if (slot != null) {
      int unit = slot + ObjectLayout.HEADER_BYTES;
      return new Route(ObjectId.SLOT, SegmentKind.SLOT, unit, 1);
    }
    if (size + ObjectLayout.HEADER_BYTES <= MOST_GRAIN_BYTES) {
      int grain = SegmentKind.GRAIN.unitBytes();
      return Route.within(ObjectId.SLOT_IN_GRAINS, SegmentKind.GRAIN, grain, size);
    }
    return Route.within(ObjectId.BLOCKS, SegmentKind.BLOCK, BlockRun.BLOCK_BYTES, size);
  }

  /** The classes, ascending. */
  TreeSet<Integer> classes() {
    return new TreeSet<>(classes);
  }
}
