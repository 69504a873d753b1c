package dev.capsa.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that users have mapped. What is freed of them becomes allocatable only when nobody has
 * them mapped any more. Guarded by the store's allocation lock, but for the closing of a pin.
 */
final class MappedBlocks {
  private static final Comparator<Range> BY_START = Comparator.comparingLong(range -> range.start);

  /** By their starts, as far as {@link #ends} goes; then what came since. */
  private final List<Range> ranges = new ArrayList<>();

  /** For each range, the highest end of it and all before it. */
  private long[] ends = new long[0];

  /** Freed, and kept here because of a mapping. */
  private Runs kept = new Runs();

  /** A mapping's blocks. Closing waits for nothing: it is done by the thread that cleans. */
  private static final class Range implements Pin {
    final long start;
    final long end;
    volatile boolean closed;

    Range(long start, long end) {
      this.start = start;
      this.end = end;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Keeps blocks until the pin is closed. */
  Pin pin(long block, long count) {
    Range range = new Range(block, block + count);
    ranges.add(range);
    return range;
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

  /** The end of the last block that is mapped, as a virtual offset. */
  long endBytes() {
    long end = 0;
    for (Range range : ranges) {
      end = Math.max(end, range.closed ? 0 : range.end);
    }
    return end * BlockRun.BLOCK_BYTES;
  }
}
