package dev.capsa.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * A number for each unit, 0 or 1 for most: a bit then, and only in segments where some are higher
 * an {@code int} for each unit. Confined to one thread.
 */
final class UnitCounts {
  private final IntUnaryOperator units;
  private final Map<Integer, long[]> some = new HashMap<>();
  private final Map<Integer, int[]> further = new HashMap<>();

  /** Takes what is odd. */
  interface Visitor {
    /** Units of a segment, and the first of them. */
    void found(int segment, int number, int first);
  }

  /**
   * All 0.
   *
   * @param units how many units a segment has
   */
  UnitCounts(IntUnaryOperator units) {
    this.units = units;
  }

  int count(int segment, int unit) {
    long[] map = some.get(segment);
    if (map == null || !Bitmaps.get(map, unit)) {
      return 0;
    }
    int[] more = further.get(segment);
    return more == null ? 1 : 1 + more[unit];
  }

  /** Adds 1 to each of some units; the highest number of them. */
  int add(int segment, int from, int count) {
    int size = units.applyAsInt(segment);
    long[] map = some.computeIfAbsent(segment, it -> new long[Bitmaps.words(size)]);
    int[] more = further.get(segment);
    if (more == null && Bitmaps.allClear(map, from, count)) {
      Bitmaps.set(map, from, count);
      return 1;
    }
    more = more == null ? new int[size] : more;
    further.put(segment, more);
    int highest = 1;
    for (int unit = from; unit < from + count; unit++) {
      if (Bitmaps.get(map, unit)) {
        more[unit]++;
      }
      highest = Math.max(highest, 1 + more[unit]);
    }
    Bitmaps.set(map, from, count);
    return highest;
  }

  /** Takes 1 from each of some units that has it; whether all had. */
  boolean take(int segment, int from, int count) {
    long[] map = some.get(segment);
    int[] more = further.get(segment);
    boolean all = map != null;
    for (int unit = from; map != null && unit < from + count; unit++) {
      if (more != null && more[unit] > 0) {
        more[unit]--;
      } else {
        all &= Bitmaps.get(map, unit);
        Bitmaps.clear(map, unit, 1);
      }
    }
    return all;
  }

  /** Hands out each segment with units that are not 0. */
  void visit(Visitor visitor) {
    some.forEach(
        (segment, map) -> {
          int number = Bitmaps.count(map);
          if (number > 0) {
            visitor.found(segment, number, Bitmaps.nextSet(map, 0, map.length * 64));
          }
        });
  }
}
