package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Routes allocations to the segments of a class (kind and unit size), many segments per class, and
 * asks the root allocator for more. Guarded by the store's allocation lock.
 */
final class OmniAllocator {
  /** Segments of a class that are looked through before a new one is taken. */
  private static final int MOST_TRIES = 16;

  /** Free pages in a lower segment that make it worth to move pages of state there. */
  private static final int FEW_PAGES = 8;

  private final SegmentTable table;
  private final RootAllocator root;
  private final Map<SizeClass, ClassSegments> classes = new HashMap<>();

  private record SizeClass(SegmentKind kind, int unitBytes) {}

  /** The segments of a class that have free units, and the one that is being filled. */
  private static final class ClassSegments {
    final BitSet open = new BitSet();
    int current = -1;
  }

  OmniAllocator(SegmentTable table, RootAllocator root) {
    this.table = table;
    this.root = root;
  }

  /** Takes in a segment of the loaded table. */
  void add(Segment segment) {
    if (segment.used() == 0) {
      root.addFree(segment.number);
    } else if (!segment.isPacked() && segment.used() < segment.units()) {
      of(segment).open.set(segment.number);
    }
  }

  /** Takes in a segment whose bitmap is loaded. */
  void addLoaded(Segment segment) {
    if (!segment.isPacked() && Objects.requireNonNull(segment.allocator()).free() > 0) {
      of(segment).open.set(segment.number);
    }
  }

  /** Has nothing allocated in a segment any more: it is packed. */
  void close(Segment segment) {
    ClassSegments segments = of(segment);
    segments.open.clear(segment.number);
    if (segments.current == segment.number) {
      segments.current = -1;
    }
  }

  /** Ends {@link #close}: it is not packed after all. */
  void reopen(Segment segment) {
    if (Objects.requireNonNull(segment.allocator()).free() > 0) {
      of(segment).open.set(segment.number);
    }
  }

  /**
   * Has no page of state allocated in a segment until it is opened again; false, and nothing, if
   * that would take a new one from above it.
   */
  boolean closeMeta(Segment meta) {
    ClassSegments segments = of(meta);
    int place = Geometry.placeOf(meta.physicalOffset);
    boolean lower = root.hasPlaceBelow(place, SegmentKind.META, Geometry.PAGE_BYTES);
    for (int at = segments.open.nextSetBit(0); at >= 0; at = segments.open.nextSetBit(at + 1)) {
      Segment other = Objects.requireNonNull(table.peek(at));
      BlockAllocator units = other.allocator();
      lower |=
          other.physicalOffset < meta.physicalOffset && units != null && units.free() > FEW_PAGES;
    }
    if (lower) {
      close(meta);
    }
    return lower;
  }

  /**
   * Allocates pages for a piece of a packed segment in the lowest place that has them in a row.
   *
   * @param above a place; where nothing is hosted yet, the piece lies there or behind it
   * @param below a physical offset; the piece lies before it
   * @param mostLength what the file may grow to
   * @return null if there is no room
   */
  @Nullable Run allocateHost(int pages, int above, long below, long mostLength) throws IOException {
    ClassSegments segments = of(SegmentKind.HOST, Geometry.PAGE_BYTES);
    BitSet left = (BitSet) segments.open.clone();
    while (!left.isEmpty()) {
      Segment lowest = null;
      for (int at = left.nextSetBit(0); at >= 0; at = left.nextSetBit(at + 1)) {
        Segment each = table.get(at);
        if (lowest == null || each.physicalOffset < lowest.physicalOffset) {
          lowest = each;
        }
      }
      Segment host = table.withPage(Objects.requireNonNull(lowest));
      left.clear(host.number);
      if (host.physicalOffset >= below) {
        break;
      }
      BlockAllocator units = Objects.requireNonNull(host.allocator());
      long before = (below - host.physicalOffset) / Geometry.PAGE_BYTES;
      int limit = (int) Math.min(units.units(), before);
      int from = mayHold(host, pages) ? units.allocateBefore(limit, pages) : -1;
      if (from >= 0) {
        long end = host.physicalOffset + (long) (from + pages) * Geometry.PAGE_BYTES;
        if (end <= mostLength) {
          try {
            root.ensureJust(end);
            return taken(host, from, pages);
          } catch (CapsaFullException e) {
            // as if it were not free
          }
        }
        units.release(from, pages);
      }
    }
    long bytes = (long) pages * Geometry.PAGE_BYTES;
    Segment fresh = root.allocateBetween(above, below, bytes, mostLength);
    if (fresh == null) {
      return null;
    }
    fresh.assign(SegmentKind.HOST, Geometry.PAGE_BYTES);
    segments.open.set(fresh.number);
    Objects.requireNonNull(fresh.allocator()).take(0, pages);
    return taken(fresh, 0, pages);
  }

  /**
   * Has the next pages of state come from the lowest segments that have room: META segments never
   * move, so what is left in a high one keeps the file from being cut. So it is with all that is
   * allocated, where most segments are in no use: whatever was placed together there, is gone.
   */
  void restart() {
    of(SegmentKind.META, Geometry.PAGE_BYTES).current = -1;
    if (root.isMostlyFree()) {
      classes.values().forEach(segments -> segments.current = -1);
    }
  }

  /** Makes sure that so many units of a class are free and in the file, in whatever places. */
  void ensureFree(SegmentKind kind, int unitBytes, int units) throws IOException {
    ClassSegments segments = of(kind, unitBytes);
    BitSet open = segments.open;
    long free = 0;
    for (int at = open.nextSetBit(0); at >= 0 && free < units; at = open.nextSetBit(at + 1)) {
      Segment segment = table.withPage(table.get(at));
      BlockAllocator allocator = Objects.requireNonNull(segment.allocator());
      int found = allocator.surelyFree(presentUnits(segment), 1);
      if (free + found < units && found < allocator.free()) {
        root.tryPresent(Geometry.placeOf(segment.physicalOffset), segment.bytes());
        found = allocator.surelyFree(presentUnits(segment), 1);
      }
      free += found;
    }
    while (free < units) {
      int wanted = (int) Math.min(units - free, Geometry.SMALL_SEGMENT_BYTES / unitBytes);
      Segment fresh = fresh(kind, unitBytes, wanted);
      free += presentUnits(fresh);
    }
  }

  /**
   * Units of a class that can surely be allocated, in runs of at most {@code most}, without a new
   * segment and without growing.
   *
   * @param enough more need not be found
   * @param looks segments that are looked into; their pages are loaded only if there is no bound
   * @param counted takes each segment that has some
   */
  long surelyFree(SegmentKind kind, int most, long enough, int looks, IntConsumer counted)
      throws IOException {
    ClassSegments segments = of(kind, kind.unitBytes());
    int current = segments.current;
    boolean all = looks == Integer.MAX_VALUE;
    long sum =
        current < 0 || !segments.open.get(current) ? 0 : surelyFree(current, most, all, counted);
    int left = looks;
    BitSet open = segments.open;
    for (int at = open.nextSetBit(0);
        at >= 0 && sum < enough && left > 0;
        at = open.nextSetBit(at + 1)) {
      sum += at == current ? 0 : surelyFree(at, most, all, counted);
      left--;
    }
    return sum;
  }

  private int surelyFree(int number, int most, boolean loading, IntConsumer counted)
      throws IOException {
    int found = surelyFree(number, most, loading);
    if (found > 0) {
      counted.accept(Geometry.placeOf(table.get(number).physicalOffset));
    }
    return found;
  }

  private int surelyFree(int number, int most, boolean loading) throws IOException {
    Segment segment = table.get(number);
    BlockAllocator units = segment.allocator();
    int present = presentUnits(segment);
    if (units == null && most == 1 && present == segment.units()) {
      return segment.units() - segment.used();
    }
    if (units == null && !loading) {
      return 0;
    }
    if (units == null) {
      units = Objects.requireNonNull(table.withPage(segment).allocator());
    }
    return units.free() < most ? 0 : units.surelyFree(present, most);
  }

  /** Units of a segment that are wholly in the file. */
  private int presentUnits(Segment segment) {
    int place = Geometry.placeOf(segment.physicalOffset);
    return (int) (root.presentBytes(place) / segment.unitBytes());
  }

  /** A run of units in one segment. */
  record Run(Segment segment, int from, int count) {
    long physicalOffset() {
      return segment.physicalOffset + (long) from * segment.unitBytes();
    }
  }

  /** Allocates consecutive units of one segment. */
  Run allocate(SegmentKind kind, int unitBytes, int count) throws IOException {
    ClassSegments segments = of(kind, unitBytes);
    if (Geometry.LARGE_SEGMENT_BYTES / unitBytes < count) {
      throw new IllegalArgumentException(
          count + " units of " + unitBytes + " bytes do not fit into a segment");
    }
    Run found = null;
    try {
      found = tryOpen(segments, count);
    } catch (CapsaFullException e) {
      found = tryPresent(segments, count);
    }
    if (found != null) {
      return found;
    }
    try {
      return Objects.requireNonNull(tryIn(fresh(kind, unitBytes, count).number, count));
    } catch (CapsaFullException e) {
      found = tryPresent(segments, count);
      if (found == null) {
        throw e;
      }
      return found;
    }
  }

  /** A new segment of a class, with so many units in the file at least. */
  private Segment fresh(SegmentKind kind, int unitBytes, int units) throws IOException {
    Segment fresh = root.allocate(kind, (long) units * unitBytes);
    fresh.assign(kind, unitBytes);
    ClassSegments segments = of(kind, unitBytes);
    segments.open.set(fresh.number);
    segments.current = fresh.number;
    return fresh;
  }

  /** A run in whatever segment of a class has one, if the file cannot grow. */
  private @Nullable Run tryPresent(ClassSegments segments, int count) throws IOException {
    BitSet open = segments.open;
    for (int at = open.nextSetBit(0); at >= 0; at = open.nextSetBit(at + 1)) {
      Segment segment = table.get(at);
      if (mayHold(segment, count)) {
        BlockAllocator units = Objects.requireNonNull(table.withPage(segment).allocator());
        int from = units.allocateBefore(presentUnits(segment), count);
        if (from >= 0) {
          return taken(segment, from, count);
        }
      }
    }
    return null;
  }

  private @Nullable Run tryIn(int number, int count) throws IOException {
    Segment segment = table.withPage(table.get(number));
    BlockAllocator allocator = Objects.requireNonNull(segment.allocator());
    int from = allocator.allocate(count);
    if (from < 0) {
      return null;
    }
    try {
      root.ensurePresent(segment, (long) (from + count) * segment.unitBytes());
    } catch (IOException | RuntimeException e) {
      allocator.release(from, count);
      returnIfEmpty(segment);
      throw e;
    }
    return taken(segment, from, count);
  }

  private Run taken(Segment segment, int from, int count) {
    if (Objects.requireNonNull(segment.allocator()).free() == 0) {
      of(segment).open.clear(segment.number);
    }
    return new Run(segment, from, count);
  }

  /**
   * Allocates up to {@code wanted} blocks in a row, over adjacent segments if it is worth it; fewer
   * if the container is nearly full.
   */
  BlockRun allocateBlocks(int wanted) throws IOException {
    int unit = BlockRun.BLOCK_BYTES;
    try {
      if (wanted <= Geometry.SMALL_SEGMENT_BYTES / unit) {
        return blocks(allocate(SegmentKind.BLOCK, unit, wanted));
      }
      if (wanted < Geometry.LARGE_SEGMENT_BYTES / unit) {
        Run run = tryOpen(of(SegmentKind.BLOCK, unit), wanted);
        if (run != null) {
          return blocks(run);
        }
      }
      return allocateAdjacent(wanted);
    } catch (CapsaFullException e) {
      return longestOpenRun(wanted, e);
    }
  }

  /**
   * A run in a segment that is in use: the one being filled, else the first of a few that may have
   * it. Those that are known not to are passed by, however many they are: or a few nearly full ones
   * would hide all others, and the container would grow for ever.
   */
  private @Nullable Run tryOpen(ClassSegments segments, int count) throws IOException {
    if (segments.current >= 0 && !root.isDrained(table.get(segments.current))) {
      Run run = tryIn(segments.current, count);
      if (run != null) {
        return run;
      }
    }
    BitSet open = segments.open;
    int tries = 0;
    for (int at = open.nextSetBit(0); at >= 0 && tries < MOST_TRIES; at = open.nextSetBit(at + 1)) {
      Segment segment = table.get(at);
      if (!mayHold(segment, count) || root.isDrained(segment)) {
        continue;
      }
      tries += at < Geometry.FIRST_LARGE_SEGMENT ? 0 : 1; // a small one costs no search
      Run run = tryIn(at, count);
      if (run != null) {
        segments.current = at;
        return run;
      }
    }
    return null;
  }

  /** Whether a segment may have a run of free units, as far as is known without a look. */
  private static boolean mayHold(Segment segment, int count) {
    BlockAllocator loaded = segment.allocator();
    return loaded == null ? segment.units() - segment.used() >= count : loaded.mayHold(count);
  }

  private BlockRun allocateAdjacent(int wanted) throws IOException {
    int unit = BlockRun.BLOCK_BYTES;
    int first = root.allocateAdjacent((long) wanted * unit);
    int left = wanted;
    int number = first;
    ClassSegments segments = of(SegmentKind.BLOCK, unit);
    try {
      for (; left > 0; number++) {
        Segment segment = table.get(number);
        int count = Math.min(left, Geometry.bytesOf(number) / unit);
        root.ensurePresent(segment, (long) count * unit);
        segment.assign(SegmentKind.BLOCK, unit);
        BlockAllocator allocator = Objects.requireNonNull(segment.allocator());
        allocator.take(0, count);
        if (allocator.free() > 0) {
          segments.open.set(number);
          segments.current = number;
        }
        left -= count;
      }
    } catch (CapsaFullException e) {
      releaseFrom(number, first, wanted);
      if (left == wanted) {
        throw e;
      }
    }
    return new BlockRun(Geometry.startOf(first) / unit, wanted - left);
  }

  /** Gives back the segments that an adjacent allocation took and could not make present. */
  private void releaseFrom(int number, int first, int wanted) {
    long bytes = (long) wanted * BlockRun.BLOCK_BYTES;
    for (int at = first; bytes > 0; at++) {
      bytes -= Geometry.bytesOf(at);
      if (at >= number) {
        root.release(loaded(at));
      }
    }
  }

  private Segment loaded(int number) {
    return Objects.requireNonNull(table.peek(number));
  }

  /** As many blocks in a row as there are somewhere, if the file cannot grow. */
  private BlockRun longestOpenRun(int wanted, CapsaFullException full) throws IOException {
    BitSet open = of(SegmentKind.BLOCK, BlockRun.BLOCK_BYTES).open;
    for (int at = open.nextSetBit(0); at >= 0; at = open.nextSetBit(at + 1)) {
      Segment segment = table.withPage(table.get(at));
      BlockAllocator units = Objects.requireNonNull(segment.allocator());
      int end = presentUnits(segment);
      int from = units.longestRun(end);
      int count = Math.min(wanted, units.runAt(from, end));
      if (count > 0) {
        units.take(from, count);
        return blocks(taken(segment, from, count));
      }
    }
    try {
      Segment fresh = fresh(SegmentKind.BLOCK, BlockRun.BLOCK_BYTES, 1);
      int count = Math.min(wanted, presentUnits(fresh));
      Objects.requireNonNull(fresh.allocator()).take(0, count);
      return blocks(taken(fresh, 0, count));
    } catch (CapsaFullException e) {
      full.addSuppressed(e);
      throw full;
    }
  }

  private static BlockRun blocks(Run run) {
    return new BlockRun(
        Geometry.startOf(run.segment().number) / BlockRun.BLOCK_BYTES + run.from(), run.count());
  }

  /** Makes units allocatable again; a segment without any use goes back to the root allocator. */
  void release(int number, int from, int count) {
    try {
      Segment segment = table.get(number);
      Objects.requireNonNull(segment.allocator()).release(from, count);
      if (!segment.isPacked()) {
        of(segment).open.set(number);
      }
      returnIfEmpty(segment);
    } catch (IOException e) {
      throw new IllegalStateException("segment " + number + " was loaded when it was allocated", e);
    }
  }

  private void returnIfEmpty(Segment segment) {
    if (Objects.requireNonNull(segment.allocator()).isEmpty()) {
      ClassSegments segments = of(segment);
      segments.open.clear(segment.number);
      if (segments.current == segment.number) {
        segments.current = -1;
      }
      segment.dropChecksums();
      root.release(segment);
    }
  }

  /** Requires units to be in use, with the message of a reference that is freed twice. */
  Segment requireBusy(SegmentKind kind, int number, int from, int count) throws IOException {
    Segment segment = table.get(number);
    if (segment.kind() != kind) {
      throw new CapsaCorruptException(
          "freeing units of segment "
              + number
              + " as "
              + kind
              + ", but it holds "
              + segment.kind());
    }
    table.withPage(segment);
    if (!Objects.requireNonNull(segment.allocator()).isBusy(from, count)) {
      throw new CapsaCorruptException(
          "units "
              + from
              + "+"
              + count
              + " of segment "
              + number
              + " are not in use; freed twice?");
    }
    return segment;
  }

  private ClassSegments of(Segment segment) {
    return of(segment.kind(), segment.unitBytes());
  }

  private ClassSegments of(SegmentKind kind, int unitBytes) {
    return classes.computeIfAbsent(new SizeClass(kind, unitBytes), ignored -> new ClassSegments());
  }
}
