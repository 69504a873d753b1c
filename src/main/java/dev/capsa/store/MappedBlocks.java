package dev.capsa.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Blocks that users have mapped. What is freed of them becomes allocatable only when nobody has
 * them mapped any more. Guarded by the store's allocation lock, but for the closing of a pin.
 */
final class MappedBlocks {
  private final List<Range> ranges = new ArrayList<>();

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

  /** Passes on what nobody has mapped, and keeps the rest of it. */
  void release(int segment, int from, int count, Runs.Action action) {
    long base = Geometry.startOf(segment) / BlockRun.BLOCK_BYTES;
    long start = base + from;
    long end = start + count;
    for (Range range : ranges) {
      long keptFrom = Math.max(start, range.start);
      long keptEnd = Math.min(end, range.end);
      if (keptFrom < keptEnd) {
        if (start < keptFrom) {
          release(segment, from, (int) (keptFrom - start), action);
        }
        kept.add(segment, (int) (keptFrom - base), (int) (keptEnd - keptFrom));
        if (keptEnd < end) {
          release(segment, (int) (keptEnd - base), (int) (end - keptEnd), action);
        }
        return;
      }
    }
    action.apply(segment, from, count);
  }

  /** Forgets the mappings that are gone, and passes on what was kept because of them alone. */
  void forgetClosed(Runs.Action action) {
    if (ranges.removeIf(range -> range.closed) && !kept.isEmpty()) {
      Runs again = kept;
      kept = new Runs();
      again.forEach((segment, from, count) -> release(segment, from, count, action));
    }
  }

  /** Whether anything is mapped. */
  boolean isEmpty() {
    return ranges.isEmpty();
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
