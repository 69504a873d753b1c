package dev.capsa.store;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The root allocator: hands out segments, lowest first, and grows the container. Guarded by the
 * store's allocation lock.
 *
 * <p>The {@link Reserve} sets free segments apart for a kind. They are handed out for that kind
 * alone, and first, unless {@link #mayTakeAll}; segments may be set apart that the table does not
 * have yet, but the file has.
 */
final class RootAllocator {
  private final BaseStore base;
  private final SegmentTable table;

  /** Segments without any use. */
  private final BitSet free = new BitSet();

  /** What is set apart for each kind, by its ordinal; free, or past the end of the table. */
  private BitSet[] apart = none();

  private boolean takingAll;

  RootAllocator(BaseStore base, SegmentTable table) {
    this.base = base;
    this.table = table;
  }

  /** Nothing set apart for any kind. */
  static BitSet[] none() {
    BitSet[] sets = new BitSet[SegmentKind.values().length];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = new BitSet(0);
    }
    return sets;
  }

  /** Sets these segments apart, and no others any more. */
  void setApart(BitSet[] segments) {
    apart = segments;
  }

  /** Whether what is set apart may be taken for other kinds, too: by who would fail else. */
  void mayTakeAll(boolean all) {
    takingAll = all;
  }

  /** Takes a segment back, or in when the table is loaded. */
  void release(int segment) {
    if (Geometry.usable(segment)) {
      free.set(segment);
    }
  }

  /**
   * Hands out one segment of so many bytes or more, which are at most those of a large one, and
   * makes the file hold these bytes; where it cannot grow, one that it holds already.
   */
  Segment allocate(SegmentKind kind, long leastBytes) throws IOException {
    int from = leastBytes > Geometry.SMALL_SEGMENT_BYTES ? Geometry.FIRST_LARGE_SEGMENT : 0;
    int number = apart[kind.ordinal()].nextSetBit(from);
    if (number < 0) {
      number = free.nextSetBit(from);
      while (number >= 0 && isApart(number, kind)) {
        number = free.nextSetBit(number + 1);
      }
    }
    if (number < 0) {
      number = Math.max(from, table.count());
      while (!isOpenTo(number, kind)) {
        number++;
      }
    }
    try {
      base.ensureLength(Geometry.startOf(number) + leastBytes);
    } catch (CapsaFullException e) {
      number = present(kind, leastBytes);
      if (number < 0) {
        throw e;
      }
    }
    return take(number);
  }

  /** A segment of which the file holds so many bytes, or −1. */
  private int present(SegmentKind kind, long bytes) {
    int other = -1;
    for (int at = 0; at < table.count() || presentBytes(at) > 0; at++) {
      boolean fits = (at >= table.count() || free.get(at)) && presentBytes(at) >= bytes;
      if (fits && isOpenTo(at, kind)) {
        return at;
      }
      if (fits && Geometry.usable(at) && other < 0) {
        other = at;
      }
    }
    return takingAll ? other : -1;
  }

  private Segment take(int number) throws IOException {
    addUpTo(number);
    free.clear(number);
    for (BitSet set : apart) {
      set.clear(number);
    }
    return table.get(number);
  }

  /** Whether a segment is set apart for another kind. */
  private boolean isApart(int segment, SegmentKind kind) {
    for (int i = 0; i < apart.length; i++) {
      if (i != kind.ordinal() && apart[i].get(segment)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOpenTo(int segment, SegmentKind kind) {
    return Geometry.usable(segment) && !isApart(segment, kind);
  }

  /**
   * Hands out adjacent segments for blocks that hold {@code bytes} together, and returns the first;
   * they are marked as taken.
   */
  int allocateAdjacent(long bytes) throws IOException {
    for (int start = free.nextSetBit(0); start >= 0; start = free.nextSetBit(start + 1)) {
      int end = adjacentEnd(start, bytes);
      if (end > 0) {
        return takeAll(start, end);
      }
    }
    int start = tailStart();
    long sum = 0;
    int end = start;
    while (sum < bytes) {
      if (!isOpenTo(end, SegmentKind.BLOCK)) {
        start = end + 1;
        sum = 0;
      } else {
        sum += Geometry.bytesOf(end);
      }
      end++;
    }
    addUpTo(end - 1);
    return takeAll(start, end);
  }

  private int takeAll(int start, int end) {
    free.clear(start, end);
    apart[SegmentKind.BLOCK.ordinal()].clear(start, end);
    return start;
  }

  /** First of the free segments at the end of the table, or the table's end. */
  private int tailStart() {
    int start = table.count();
    while (start > 0 && free.get(start - 1) && isOpenTo(start - 1, SegmentKind.BLOCK)) {
      start--;
    }
    return start;
  }

  private int adjacentEnd(int start, long bytes) {
    long sum = 0;
    for (int at = start; free.get(at); at++) {
      if (!isOpenTo(at, SegmentKind.BLOCK)) {
        return -1;
      }
      sum += Geometry.bytesOf(at);
      if (sum >= bytes) {
        return at + 1;
      }
    }
    return -1;
  }

  private void addUpTo(int last) throws IOException {
    if (last >= Geometry.MOST_SEGMENTS) {
      throw new CapsaFullException(
          "the container has its most of " + Geometry.MOST_SEGMENTS + " segments");
    }
    while (table.count() <= last) {
      release(table.add().number);
    }
  }

  /** Whether most segments have no use. */
  boolean isMostlyFree() {
    return 2 * free.cardinality() > table.count();
  }

  /** The last segment below another that has a use; −1 if there is none. */
  int lastInUse(int below) {
    int at = free.previousClearBit(below - 1);
    while (at >= 0 && !Geometry.usable(at)) {
      at = free.previousClearBit(at - 1);
    }
    return at;
  }

  /** Makes the file hold the first {@code bytes} of a segment. */
  void ensurePresent(Segment segment, long bytes) throws IOException {
    base.ensureLength(segment.physicalOffset + bytes);
  }

  /** Makes the file hold the first {@code bytes} of a segment at its own place, if it can grow. */
  @Nullable CapsaFullException tryPresent(int segment, long bytes) throws IOException {
    try {
      base.ensureLength(Geometry.startOf(segment) + bytes);
      return null;
    } catch (CapsaFullException e) {
      return e;
    }
  }

  /** Bytes of a segment that are in the file. */
  long presentBytes(int segment) {
    long here = base.length() - Geometry.startOf(segment);
    return Math.max(0, Math.min(here, Geometry.bytesOf(segment)));
  }

  /** The segments without any use, those that are set apart among them; a copy. */
  BitSet freeSegments() {
    return (BitSet) free.clone();
  }

  /** Bytes of free segments that are physically in the file, and of the file past the last one. */
  long freeBytes() {
    long bytes = 0;
    for (int at = free.nextSetBit(0); at >= 0; at = free.nextSetBit(at + 1)) {
      bytes += presentBytes(at);
    }
    return bytes + Math.max(0, base.length() - Geometry.startOf(table.count()));
  }
}
