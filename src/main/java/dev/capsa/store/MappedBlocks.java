package dev.capsa.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that users have mapped. What is freed of them becomes allocatable only when nobody has
 * them mapped any more. Guarded by the store's allocation lock, but for the closing of a pin.
 *
 * <p>Users keep what they mapped when the container is closed, and the process dies if it touches
 * what a file was cut by. So what is still mapped at the closing is left to the next opening of the
 * same medium in this process, which keeps it as if it were in use. Other processes know nothing of
 * it.
 */
final class MappedBlocks {
  /** What closed stores have left, by the medium. */
  private static final Map<Object, MappedBlocks> LEFT = new ConcurrentHashMap<>();

  private static final Comparator<Range> BY_START = Comparator.comparingLong(range -> range.start);

  /** By their starts, as far as {@link #ends} goes; then what came since. */
  private final List<Range> ranges = new ArrayList<>();

  /** For each range, the highest end of it and all before it. */
  private long[] ends = new long[0];

  /** Freed, and kept here because of a mapping. */
  private Runs kept = new Runs();

  /** Places that segments have left, and that are kept because of a mapping. */
  private final List<Integer> keptPlaces = new ArrayList<>();

  /** A mapping's blocks. Closing waits for nothing: it is done by the thread that cleans. */
  private static final class Range implements Pin {
    final long start;
    final long end;

    /** Physical offset of the first block. */
    final long offset;

    volatile boolean closed;

    Range(long start, long end, long offset) {
      this.start = start;
      this.end = end;
      this.offset = offset;
    }

    long endOffset() {
      return offset + (end - start) * BlockRun.BLOCK_BYTES;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** What is mapped of a medium that is being opened. */
  static MappedBlocks of(Object medium) {
    MappedBlocks left = LEFT.remove(medium);
    return left == null ? new MappedBlocks() : left;
  }

  /** Leaves what is still mapped to the next opening. */
  void leave(Object medium) {
    LEFT.values().removeIf(MappedBlocks::isOver);
    kept = new Runs();
    keptPlaces.clear();
    if (!isOver()) {
      LEFT.put(medium, this);
    }
  }

  private boolean isOver() {
    return ranges.stream().allMatch(range -> range.closed);
  }

  /** Makes busy what is mapped and free, since an earlier opening mapped it. */
  void take(SegmentTable table, RootAllocator root) throws IOException {
    for (Range range : ranges) {
      for (long block = range.start; block < range.end && !range.closed; block++) {
        int number = Geometry.segmentOf(block * BlockRun.BLOCK_BYTES);
        long offset = range.offset + (block - range.start) * BlockRun.BLOCK_BYTES;
        int place = Geometry.placeOf(offset);
        if (place < table.count()) {
          int unit = (int) (block - Geometry.startOf(number) / BlockRun.BLOCK_BYTES);
          take(table, root, table.get(number), unit, place);
        }
      }
    }
  }

  private void take(SegmentTable table, RootAllocator root, Segment segment, int unit, int place)
      throws IOException {
    boolean isUnused = segment.allocator() == null && segment.used() == 0;
    if (root.hold(place)) {
      if (isUnused) {
        root.releasePlace(place);
        segment.physicalOffset = Geometry.startOf(place);
        segment.assign(SegmentKind.BLOCK, BlockRun.BLOCK_BYTES);
        root.addTaken(segment);
      } else {
        keptPlaces.add(place);
      }
    }
    boolean isHere = Geometry.placeOf(segment.physicalOffset) == place && !segment.isPacked();
    if (isHere && segment.kind() == SegmentKind.BLOCK) {
      BlockAllocator units = Objects.requireNonNull(table.withPage(segment).allocator());
      if (!units.isBusy(unit, 1)) {
        units.take(unit, 1);
        kept.add(segment.number, unit, 1);
      }
    }
  }

  /** Keeps blocks until the pin is closed; they are at their own places in the file. */
  Pin pin(long block, long count) {
    return pin(block, count, block * BlockRun.BLOCK_BYTES);
  }

  /**
   * Keeps blocks until the pin is closed.
   *
   * @param offset physical, of the first; the others follow
   */
  Pin pin(long block, long count, long offset) {
    Range range = new Range(block, block + count, offset);
    ranges.add(range);
    return range;
  }

  /** Whether anybody has blocks of a segment mapped. */
  boolean hasMapped(int segment) {
    long start = Geometry.startOf(segment) / BlockRun.BLOCK_BYTES;
    long end = start + Geometry.bytesOf(segment) / BlockRun.BLOCK_BYTES;
    return ranges.stream().anyMatch(each -> !each.closed && each.start < end && start < each.end);
  }

  /** Passes on a place that a packed segment has left, or keeps it while it is mapped. */
  void releasePlace(int place, IntConsumer action) {
    long start = Geometry.startOf(place);
    long end = start + Geometry.bytesOf(place);
    boolean mapped =
        ranges.stream()
            .anyMatch(each -> !each.closed && each.offset < end && start < each.endOffset());
    if (mapped) {
      keptPlaces.add(place);
    } else {
      action.accept(place);
    }
  }

  /** As {@link #releasePlace}, of all places that were kept. */
  void releasePlaces(IntConsumer action) {
    if (!keptPlaces.isEmpty()) {
      List<Integer> again = List.copyOf(keptPlaces);
      keptPlaces.clear();
      again.forEach(place -> releasePlace(place, action));
    }
  }

  /** Whether anything may be mapped. */
  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /**
   * Takes note of what was mapped since the last call, forgets what is mapped no longer, and passes
   * on what was kept because of that alone. To be called before {@link #release}.
   */
  void refresh(Runs.Action action) {
    boolean fewer = ranges.removeIf(range -> range.closed);
    if (!fewer && ranges.size() == ends.length) {
      return;
    }
    ranges.sort(BY_START);
    ends = new long[ranges.size()];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = Math.max(ranges.get(i).end, i == 0 ? 0 : ends[i - 1]);
    }
    if (fewer && !kept.isEmpty()) {
      Runs again = kept;
      kept = new Runs();
      again.forEach((segment, from, count) -> release(segment, from, count, action));
    }
  }

  /** Passes on what nobody has mapped, and keeps the rest of it. */
  void release(int segment, int from, int count, Runs.Action action) {
    long base = Geometry.startOf(segment) / BlockRun.BLOCK_BYTES;
    long start = base + from;
    long end = start + count;
    Range over = over(start, end);
    if (over == null) {
      action.apply(segment, from, count);
      return;
    }
    long keptFrom = Math.max(start, over.start);
    long keptEnd = Math.min(end, over.end);
    if (start < keptFrom) {
      release(segment, from, (int) (keptFrom - start), action);
    }
    kept.add(segment, (int) (keptFrom - base), (int) (keptEnd - keptFrom));
    if (keptEnd < end) {
      release(segment, (int) (keptEnd - base), (int) (end - keptEnd), action);
    }
  }

  /** A range that has some of these blocks; null if there is none. */
  private @Nullable Range over(long start, long end) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).start < end) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (int i = low - 1; i >= 0 && ends[i] > start; i--) {
      if (ranges.get(i).end > start) {
        return ranges.get(i);
      }
    }
    return null;
  }

  /** The end of the last block that is mapped, as a physical offset. */
  long endBytes() {
    long end = 0;
    for (Range range : ranges) {
      end = Math.max(end, range.closed ? 0 : range.endOffset());
    }
    return end;
  }
}
