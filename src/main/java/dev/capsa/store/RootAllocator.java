package dev.capsa.store;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The root allocator: hands out segments, lowest first, and grows the container. Guarded by the
 * store's allocation lock.
 *
 * <p>A segment has a <i>number</i>, which ids and block numbers are made of, and a <i>place</i> in
 * the file, named by the number of the segment whose own place it is. As long as nothing was packed
 * each segment is at its own place. A packed segment keeps its number and has no place, so others
 * come there; numbers are then taken where they are free. Every place that is in use is below the
 * end of the table. A large number may have a small place; the segment is small then.
 *
 * <p>The {@link Reserve} sets free places apart for a kind. They are handed out for that kind
 * alone, and first, unless {@link #mayTakeAll}; places may be set apart that the table does not
 * have yet, but the file has.
 */
final class RootAllocator {
  private final BaseStore base;
  private final SegmentTable table;

  /** Numbers without any use. */
  private final BitSet free = new BitSet();

  /** Places that are in use, or not reusable yet. */
  private final BitSet taken = new BitSet();

  /** The numbers of segments that are at another place than their own, by the place. */
  private final Map<Integer, Integer> displaced = new HashMap<>();

  /** What is set apart for each kind, by its ordinal; free places, or past the end of the table. */
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

  /** Sets these places apart, and no others any more. */
  void setApart(BitSet[] places) {
    apart = places;
  }

  /** Whether what is set apart may be taken for other kinds, too: by who would fail else. */
  void mayTakeAll(boolean all) {
    takingAll = all;
  }

  /** Takes in a number without use when the table is loaded. */
  void addFree(int segment) {
    if (Geometry.usable(segment)) {
      free.set(segment);
    }
  }

  /** Takes in the place of a segment that is in use. */
  void addTaken(Segment segment) {
    if (!segment.isPacked()) {
      occupy(Geometry.placeOf(segment.physicalOffset), segment.number);
    }
  }

  private void occupy(int place, int segment) {
    taken.set(place);
    if (place != segment) {
      displaced.put(place, segment);
    }
  }

  /** Keeps a free place from use until {@link #releasePlace}; false if it is in use. */
  boolean hold(int place) {
    boolean isFree = !taken.get(place) && Geometry.usable(place);
    taken.set(place);
    return isFree;
  }

  boolean isTaken(int place) {
    return taken.get(place);
  }

  /** Takes back a segment in which nothing is any more. */
  void release(Segment segment) {
    if (!segment.isPacked()) {
      releasePlace(Geometry.placeOf(segment.physicalOffset));
    }
    segment.unpack();
    addFree(segment.number);
  }

  /** Takes back a place at which nothing is any more. */
  void releasePlace(int place) {
    taken.clear(place);
    displaced.remove(place);
  }

  /** A segment was packed: its place has no owner, and waits for its reuse. */
  void vacate(int place) {
    displaced.remove(place);
  }

  /** Whether all segments are at their own places. */
  boolean hasDisplaced() {
    return !displaced.isEmpty();
  }

  /** The segment at a place; null if there is none. */
  @Nullable Segment owner(int place) throws IOException {
    int number = displaced.getOrDefault(place, place);
    Segment segment = number < table.count() ? table.get(number) : null;
    boolean here =
        segment != null
            && !free.get(number)
            && !segment.isPacked()
            && Geometry.placeOf(segment.physicalOffset) == place;
    return here ? segment : null;
  }

  /**
   * Hands out one segment of so many bytes or more, which are at most those of a large one, and
   * makes the file hold these bytes; where it cannot grow, one that it holds already.
   */
  Segment allocate(SegmentKind kind, long leastBytes) throws IOException {
    int place = place(kind, leastBytes);
    try {
      base.ensureLength(Geometry.startOf(place) + leastBytes);
    } catch (CapsaFullException e) {
      place = present(kind, leastBytes);
      if (place < 0) {
        throw e;
      }
    }
    return takeAny(place);
  }

  /**
   * As {@link #allocate}, in the first of some places, also one that is set apart, and within what
   * the file may grow to; null if there is none.
   */
  @Nullable Segment allocateBetween(int from, long below, long leastBytes, long mostLength)
      throws IOException {
    int place = taken.nextClearBit(from);
    while (!Geometry.usable(place)) {
      place = taken.nextClearBit(place + 1);
    }
    long end = Geometry.startOf(place) + leastBytes;
    if (end > Math.min(below, mostLength)) {
      return null;
    }
    try {
      base.ensureJust(end);
    } catch (CapsaFullException e) {
      return null;
    }
    return takeAny(place);
  }

  private int place(SegmentKind kind, long leastBytes) {
    int from = leastBytes > Geometry.SMALL_SEGMENT_BYTES ? Geometry.FIRST_LARGE_SEGMENT : 0;
    BitSet own = apart[kind.ordinal()];
    if (own.nextSetBit(from) >= 0) {
      return own.nextSetBit(from);
    }
    int place = taken.nextClearBit(from);
    while (!isOpenTo(place, kind)) {
      place = taken.nextClearBit(place + 1);
    }
    return place;
  }

  /** The number that a segment at a free place gets: its own, or one that can have it. */
  private int numberFor(int place) {
    if (place >= table.count() || free.get(place)) {
      return place;
    }
    boolean small = place < Geometry.FIRST_LARGE_SEGMENT;
    int number = free.nextSetBit(small ? 0 : Geometry.FIRST_LARGE_SEGMENT);
    return number >= 0 ? number : Math.max(table.count(), Geometry.FIRST_LARGE_SEGMENT);
  }

  /** A place of which the file holds so many bytes, or −1. */
  private int present(SegmentKind kind, long bytes) {
    int other = -1;
    for (int at = 0; at < table.count() || presentBytes(at) > 0; at++) {
      boolean fits = !taken.get(at) && presentBytes(at) >= bytes;
      if (fits && isOpenTo(at, kind)) {
        return at;
      }
      if (fits && Geometry.usable(at) && other < 0) {
        other = at;
      }
    }
    return takingAll ? other : -1;
  }

  private Segment takeAny(int place) throws IOException {
    int number = numberFor(place);
    addUpTo(Math.max(number, place));
    for (BitSet set : apart) {
      set.clear(place);
    }
    return take(number, place);
  }

  private Segment take(int number, int place) throws IOException {
    free.clear(number);
    occupy(place, number);
    Segment segment = table.get(number);
    segment.take(Geometry.startOf(place), base.sequence());
    if (number != place) {
      base.usePacked();
    }
    return segment;
  }

  /** Whether a place is set apart for another kind. */
  private boolean isApart(int place, SegmentKind kind) {
    for (int i = 0; i < apart.length; i++) {
      if (i != kind.ordinal() && apart[i].get(place)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOpenTo(int place, SegmentKind kind) {
    return Geometry.usable(place) && !isApart(place, kind);
  }

  /**
   * Hands out adjacent segments for blocks that hold {@code bytes} together, at adjacent places,
   * and returns the first number; they are marked as taken.
   */
  int allocateAdjacent(long bytes) throws IOException {
    int start = free.nextSetBit(0);
    int end = -1;
    while (start >= 0 && end < 0) {
      end = adjacentEnd(start, bytes);
      start = end < 0 ? free.nextSetBit(start + 1) : start;
    }
    if (end < 0) {
      start = tailStart();
    }
    int count = Math.toIntExact((bytes - 1) / Geometry.LARGE_SEGMENT_BYTES) + 1;
    int place = freePlaces(count);
    if (place < start) {
      return takeElsewhere(place, count);
    }
    if (end < 0) {
      long sum = 0;
      end = start;
      while (sum < bytes) {
        if (!isOpenTo(end, SegmentKind.BLOCK)) {
          start = end + 1;
          sum = 0;
        } else {
          sum += Geometry.bytesOf(end);
        }
        end++;
      }
    }
    addUpTo(end - 1);
    for (int at = start; at < end; at++) {
      take(at, at);
    }
    apart[SegmentKind.BLOCK.ordinal()].clear(start, end);
    return start;
  }

  /** The first of so many adjacent large places that are free. */
  private int freePlaces(int count) {
    int start = Geometry.FIRST_LARGE_SEGMENT;
    for (int at = start; at < start + count; at++) {
      if (taken.get(at) || !isOpenTo(at, SegmentKind.BLOCK)) {
        start = at + 1;
      }
    }
    return start;
  }

  /** Takes adjacent large places for as many adjacent numbers, wherever these are free. */
  private int takeElsewhere(int place, int count) throws IOException {
    int first = Geometry.FIRST_LARGE_SEGMENT;
    for (int at = first; at < first + count; at++) {
      if (at < table.count() && !free.get(at)) {
        first = at + 1;
      }
    }
    addUpTo(Math.max(first, place) + count - 1);
    for (int i = 0; i < count; i++) {
      take(first + i, place + i);
    }
    apart[SegmentKind.BLOCK.ordinal()].clear(place, place + count);
    return first;
  }

  /** First of the free segments at the end of the table, or the table's end. */
  private int tailStart() {
    int start = table.count();
    while (start > 0
        && free.get(start - 1)
        && !taken.get(start - 1)
        && isOpenTo(start - 1, SegmentKind.BLOCK)) {
      start--;
    }
    return start;
  }

  private int adjacentEnd(int start, long bytes) {
    long sum = 0;
    for (int at = start; free.get(at) && !taken.get(at); at++) {
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
      addFree(table.add().number);
    }
  }

  /** Whether most places have no use. */
  boolean isMostlyFree() {
    return 2 * (taken.length() - taken.cardinality()) > taken.length();
  }

  /** The last place below another that is in use, or not reusable yet; −1 if there is none. */
  int lastInUse(int below) {
    return below <= 0 ? -1 : taken.previousSetBit(below - 1);
  }

  /** Whether allocation is to pass a segment by for now. */
  boolean isDrained(Segment segment) {
    return segment.isDrained(base.sequence());
  }

  /** Whether a new segment of so many bytes or more would get a place below another. */
  boolean hasPlaceBelow(int place, SegmentKind kind, long leastBytes) {
    return place(kind, leastBytes) < place;
  }

  /** Whether a large place below another is in no use, and not reusable yet. */
  boolean hasVacatedBelow(int place) throws IOException {
    for (int at = Geometry.FIRST_LARGE_SEGMENT; at < place; at++) {
      if (taken.get(at) && owner(at) == null) {
        return true;
      }
    }
    return false;
  }

  /** Makes the file hold the first {@code bytes} of a segment. */
  void ensurePresent(Segment segment, long bytes) throws IOException {
    base.ensureLength(segment.physicalOffset + bytes);
  }

  /** Makes the file so long and no longer. */
  void ensureJust(long end) throws IOException {
    base.ensureJust(end);
  }

  /** Makes the file hold the first {@code bytes} of a place, if it can grow. */
  @Nullable CapsaFullException tryPresent(int place, long bytes) throws IOException {
    try {
      base.ensureLength(Geometry.startOf(place) + bytes);
      return null;
    } catch (CapsaFullException e) {
      return e;
    }
  }

  /** Bytes of a place that are in the file. */
  long presentBytes(int place) {
    long here = base.length() - Geometry.startOf(place);
    return Math.max(0, Math.min(here, Geometry.bytesOf(place)));
  }

  /** The free places below the table's end, those that are set apart among them; a copy. */
  BitSet freePlaces() {
    BitSet places = new BitSet();
    for (int at = taken.nextClearBit(0); at < table.count(); at = taken.nextClearBit(at + 1)) {
      places.set(at, Geometry.usable(at));
    }
    return places;
  }

  /** Bytes of free places that are physically in the file, and of the file past the last one. */
  long freeBytes() {
    long bytes = 0;
    for (int at = taken.nextClearBit(0); at < table.count(); at = taken.nextClearBit(at + 1)) {
      bytes += Geometry.usable(at) ? presentBytes(at) : 0;
    }
    return bytes + Math.max(0, base.length() - Geometry.startOf(table.count()));
  }
}
