package dev.capsa.store;

import java.util.HashMap;
import java.util.Map;

/** A set of units: a bitmap for each segment that has some. Confined to one thread. */
final class UnitSet {
  private final Map<Integer, long[]> maps = new HashMap<>();

  /** Adds units of a segment. */
  void add(int segment, int from, int count) {
    Bitmaps.set(map(segment), from, count);
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

  /** The bitmap of a segment, for as many units as blocks fit. */
  private long[] map(int segment) {
    int blocks = Geometry.bytesOf(segment) / BlockRun.BLOCK_BYTES;
    return maps.computeIfAbsent(segment, it -> new long[Bitmaps.words(blocks)]);
  }
}
