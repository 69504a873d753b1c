package dev.capsa.store;

import java.io.IOException;
import java.util.BitSet;

/**
 * The root allocator: hands out segments, lowest first, and grows the container. Guarded by the
 * store's allocation lock.
 */
final class RootAllocator {
  private final BaseStore base;
  private final SegmentTable table;

  /** Segments without any use. */
  private final BitSet free = new BitSet();

  RootAllocator(BaseStore base, SegmentTable table) {
    this.base = base;
    this.table = table;
  }

  /** Takes a segment back, or in when the table is loaded. */
  void release(int segment) {
    if (Geometry.usable(segment)) {
      free.set(segment);
    }
  }

  /** Hands out one segment. */
  Segment allocate() throws IOException {
    return allocate(1);
  }

  /** Hands out one segment of so many bytes or more, which are at most those of a large one. */
  Segment allocate(long leastBytes) throws IOException {
    int from = leastBytes > Geometry.SMALL_SEGMENT_BYTES ? Geometry.FIRST_LARGE_SEGMENT : 0;
    int number = free.nextSetBit(from);
    if (number < 0) {
      addUpTo(nextUsable(Math.max(from, table.count())));
      number = free.nextSetBit(from);
    }
    free.clear(number);
    return table.get(number);
  }

  /**
   * Hands out adjacent segments that hold {@code bytes} together, and returns the first; they are
   * marked as taken.
   */
  int allocateAdjacent(long bytes, int most) throws IOException {
    for (int start = free.nextSetBit(0); start >= 0; start = free.nextSetBit(start + 1)) {
      int end = adjacentEnd(start, bytes, most);
      if (end > 0) {
        free.clear(start, end);
        return start;
      }
    }
    int start = nextUsable(tailStart());
    long sum = 0;
    int end = start;
    while (sum < bytes && end - start < most) {
      if (!Geometry.usable(end)) {
        start = end + 1;
        sum = 0;
      } else {
        sum += Geometry.bytesOf(end);
      }
      end++;
    }
    addUpTo(end - 1);
    free.clear(start, end);
    return start;
  }

  /** First of the free segments at the end of the table, or the table's end. */
  private int tailStart() {
    int start = table.count();
    while (start > 0 && free.get(start - 1)) {
      start--;
    }
    return start;
  }

  private int adjacentEnd(int start, long bytes, int most) {
    long sum = 0;
    for (int at = start; free.get(at) && at - start < most; at++) {
      sum += Geometry.bytesOf(at);
      if (sum >= bytes) {
        return at + 1;
      }
    }
    return -1;
  }

  private static int nextUsable(int segment) {
    return Geometry.usable(segment) ? segment : nextUsable(segment + 1);
  }

  private void addUpTo(int last) throws IOException {
    if (last >= Geometry.MOST_SEGMENTS) {
      throw new dev.capsa.CapsaFullException(
          "the container has its most of " + Geometry.MOST_SEGMENTS + " segments");
    }
    while (table.count() <= last) {
      release(table.add().number);
    }
  }

  /** Makes the file hold the first {@code bytes} of a segment. */
  void ensurePresent(Segment segment, long bytes) throws IOException {
    base.ensureLength(segment.physicalOffset + bytes);
  }

  /** Bytes of free segments that are physically in the file, and of the file past the last one. */
  long freeBytes() {
    long length = base.length();
    long bytes = 0;
    for (int at = free.nextSetBit(0); at >= 0; at = free.nextSetBit(at + 1)) {
      long start = Geometry.startOf(at);
      bytes += Math.max(0, Math.min(length - start, Geometry.bytesOf(at)));
    }
    return bytes + Math.max(0, length - Geometry.startOf(table.count()));
  }
}
