package dev.capsa.store;

import java.util.Arrays;

/** A list of references that were dropped: each a birth and a run of units. */
final class DeadRuns {
  private static final int KIND_SHIFT = 60;
  private static final int SEGMENT_SHIFT = 32;
  private static final int FROM_SHIFT = 16;

  private long[] pairs;
  private int size;

  DeadRuns(int capacity) {
    pairs = new long[2 * capacity];
  }

  /** What to do with a run. */
  interface Action {
    void apply(SegmentKind kind, int segment, int from, int count) throws java.io.IOException;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  long birth(int index) {
    return pairs[2 * index];
  }

  /** Kind, segment, first unit and number of units, as in the file. */
  long run(int index) {
    return pairs[2 * index + 1];
  }

  static long run(SegmentKind kind, int segment, int from, int count) {
    return (long) kind.ordinal() << KIND_SHIFT
        | (long) segment << SEGMENT_SHIFT
        | (long) from << FROM_SHIFT
        | count - 1;
  }

  /** The ordinal of a {@link SegmentKind}, if it is one. */
  static int kind(long run) {
    return (int) (run >>> KIND_SHIFT);
  }

  static int segment(long run) {
    return (int) (run >>> SEGMENT_SHIFT) & (Geometry.MOST_SEGMENTS - 1);
  }

  static int from(long run) {
    return (int) (run >>> FROM_SHIFT) & 0xffff;
  }

  static int count(long run) {
    return ((int) run & 0xffff) + 1;
  }

  /** Adds a reference; joins it with the last one if it goes on there. */
  void add(long birth, long run) {
    int last = 2 * size - 2;
    if (size > 0 && pairs[last] == birth && continues(pairs[last + 1], run)) {
      pairs[last + 1] += count(run);
      return;
    }
    append(birth, run);
  }

  /** Adds a reference as it is. */
  void append(long birth, long run) {
    if (2 * size == pairs.length) {
      pairs = Arrays.copyOf(pairs, Math.max(16, 2 * pairs.length));
    }
    pairs[2 * size] = birth;
    pairs[2 * size + 1] = run;
    size++;
  }

  private static boolean continues(long before, long run) {
    return before >>> SEGMENT_SHIFT == run >>> SEGMENT_SHIFT
        && from(before) + count(before) == from(run);
  }

  long highestBirth() {
    long highest = 0;
    for (int i = 0; i < size; i++) {
      highest = Math.max(highest, birth(i));
    }
    return highest;
  }

  static void apply(long run, Action action) throws java.io.IOException {
    SegmentKind kind = SegmentKind.values()[Math.min(kind(run), SegmentKind.values().length - 1)];
    action.apply(kind, segment(run), from(run), count(run));
  }
}
