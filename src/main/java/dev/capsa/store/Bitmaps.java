package dev.capsa.store;

/** Operations on bitmaps in {@code long[]}; bit set means in use. */
final class Bitmaps {
  private Bitmaps() {}

  /** Words that hold {@code bits} bits. */
  static int words(int bits) {
    return (bits + 63) >>> 6;
  }

  static boolean get(long[] map, int bit) {
    return (map[bit >>> 6] & 1L << bit) != 0;
  }

  /** Sets {@code count} bits from {@code from}. */
  static void set(long[] map, int from, int count) {
    forEachWord(from, count, (word, mask) -> map[word] |= mask);
  }

  /** Clears {@code count} bits from {@code from}. */
  static void clear(long[] map, int from, int count) {
    forEachWord(from, count, (word, mask) -> map[word] &= ~mask);
  }

  /** Whether all of the bits are set. */
  static boolean allSet(long[] map, int from, int count) {
    return nextClear(map, from, from + count) == from + count;
  }

  /** Whether all of the bits are clear. */
  static boolean allClear(long[] map, int from, int count) {
    return nextSet(map, from, from + count) == from + count;
  }

  /** The first clear bit at or after {@code from}, or {@code end}. */
  static int nextClear(long[] map, int from, int end) {
    return next(map, from, end, -1L);
  }

  /** The first set bit at or after {@code from}, or {@code end}. */
  static int nextSet(long[] map, int from, int end) {
    return next(map, from, end, 0);
  }

  /** The number of set bits. */
  static int count(long[] map) {
    int count = 0;
    for (long word : map) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The highest set bit plus one; 0 if none is set. */
  static int length(long[] map) {
    for (int word = map.length - 1; word >= 0; word--) {
      if (map[word] != 0) {
        return (word << 6) + 64 - Long.numberOfLeadingZeros(map[word]);
      }
    }
    return 0;
  }

  private static int next(long[] map, int from, int end, long invert) {
    if (from >= end) {
      return end;
    }
    int word = from >>> 6;
    long bits = (map[word] ^ invert) & -1L << from;
    while (bits == 0) {
      if (++word << 6 >= end) {
        return end;
      }
      bits = map[word] ^ invert;
    }
    return Math.min(end, (word << 6) + Long.numberOfTrailingZeros(bits));
  }

  private interface WordAction {
    void apply(int word, long mask);
  }

  private static void forEachWord(int from, int count, WordAction action) {
    int at = from;
    int left = count;
    while (left > 0) {
      int bit = at & 63;
      int here = Math.min(64 - bit, left);
      action.apply(at >>> 6, (here == 64 ? -1L : (1L << here) - 1) << bit);
      at += here;
      left -= here;
    }
  }
}
