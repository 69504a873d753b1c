package dev.capsa.store;

import java.util.HashMap;
import java.util.Map;

/**
 * A set of units that may be shared: a bitmap for each segment that has some. Confined to one
 * thread.
 */
final class UnitSet {
  private final Map<Integer, long[]> maps = new HashMap<>();

  /** Adds units of a segment of a kind. */
  void add(SegmentKind kind, int segment, int from, int count) {
    int units = SharedUnits.perSegment(kind, segment);
    long[] map = maps.computeIfAbsent(segment, it -> new long[Bitmaps.words(units)]);
    Bitmaps.set(map, from, count);
  }

  boolean contains(int segment, int unit) {
    long[] map = maps.get(segment);
    return map != null && Bitmaps.get(map, unit);
  }

  /** Whether none of the units is in the set. */
  boolean hasNone(int segment, int from, int count) {
    long[] map = maps.get(segment);
    return map == null || Bitmaps.allClear(map, from, count);
  }
}
