package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Routes allocations to the segments of a class (kind and unit size), many segments per class, and
 * asks the root allocator for more. Guarded by the store's allocation lock.
 */
final class OmniAllocator {
  /** Segments of a class that are looked through before a new one is taken. */
  private static final int MOST_TRIES = 16;

  /** Most adjacent segments that one extent spans. */
  private static final int MOST_ADJACENT = Geometry.FIRST_LARGE_SEGMENT + 16;

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
      root.release(segment.number);
    } else if (segment.used() < segment.units()) {
      of(segment).open.set(segment.number);
    }
  }

  /** Takes in a segment whose bitmap is loaded. */
  void addLoaded(Segment segment) {
    if (Objects.requireNonNull(segment.allocator()).free() > 0) {
      of(segment).open.set(segment.number);
    }
  }

  /**
   * Has the next pages of state come from the lowest segments that have room: META segments never
   * move, so what is left in a high one keeps the file from being cut.
   */
  void restartMeta() {
    of(SegmentKind.META, Geometry.PAGE_BYTES).current = -1;
  }

  /** Makes sure that so many units of a class are free, in whatever places. */
  void ensureFree(SegmentKind kind, int unitBytes, int units) throws IOException {
    ClassSegments segments = of(kind, unitBytes);
    long free = 0;
    for (int at = segments.open.nextSetBit(0); at >= 0; at = segments.open.nextSetBit(at + 1)) {
      Segment segment = table.get(at);
      free += Objects.requireNonNull(segment.allocator()).free();
      root.ensurePresent(segment, Geometry.bytesOf(at));
    }
    while (free < units) {
      Segment fresh = root.allocate();
      fresh.assign(kind, unitBytes);
      root.ensurePresent(fresh, Geometry.bytesOf(fresh.number));
      segments.open.set(fresh.number);
      free += fresh.units();
    }
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
    Run found = tryOpen(segments, count);
    if (found != null) {
      return found;
    }
    if (Geometry.LARGE_SEGMENT_BYTES / unitBytes < count) {
      throw new IllegalArgumentException(
          count + " units of " + unitBytes + " bytes do not fit into a segment");
    }
    Segment fresh = root.allocate((long) count * unitBytes);
    fresh.assign(kind, unitBytes);
    segments.open.set(fresh.number);
    segments.current = fresh.number;
    return Objects.requireNonNull(tryIn(fresh.number, count));
  }

  private @org.jspecify.annotations.Nullable Run tryIn(int number, int count) throws IOException {
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
    if (allocator.free() == 0) {
      of(segment).open.clear(number);
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
  private @org.jspecify.annotations.Nullable Run tryOpen(ClassSegments segments, int count)
      throws IOException {
    if (segments.current >= 0) {
      Run run = tryIn(segments.current, count);
      if (run != null) {
        return run;
      }
    }
    BitSet open = segments.open;
    int tries = 0;
    for (int at = open.nextSetBit(0); at >= 0 && tries < MOST_TRIES; at = open.nextSetBit(at + 1)) {
      if (!mayHold(table.get(at), count)) {
        continue;
      }
      tries++;
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
    int first = root.allocateAdjacent((long) wanted * unit, MOST_ADJACENT);
    int left = wanted;
    int number = first;
    ClassSegments segments = of(SegmentKind.BLOCK, unit);
    try {
      for (; left > 0 && number - first < MOST_ADJACENT; number++) {
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
    for (int at = first; at - first < MOST_ADJACENT && bytes > 0; at++) {
      bytes -= Geometry.bytesOf(at);
      if (at >= number) {
        root.release(at);
      }
    }
  }

  private BlockRun longestOpenRun(int wanted, CapsaFullException full) throws IOException {
    BitSet open = of(SegmentKind.BLOCK, BlockRun.BLOCK_BYTES).open;
    for (int at = open.nextSetBit(0); at >= 0; at = open.nextSetBit(at + 1)) {
      Segment segment = table.withPage(table.get(at));
      BlockAllocator allocator = Objects.requireNonNull(segment.allocator());
      if (allocator.free() > 0) {
        int from = allocator.longestRun();
        int count = Math.min(wanted, allocator.runAt(from));
        root.ensurePresent(segment, (long) (from + count) * segment.unitBytes());
        allocator.take(from, count);
        return blocks(new Run(segment, from, count));
      }
    }
    throw full;
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
      of(segment).open.set(number);
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
      root.release(segment.number);
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
