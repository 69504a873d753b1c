package dev.capsa.store;

import java.io.IOException;
import java.util.Arrays;

/** Whether what a commit adds to dead lists can be: no more references to units than they have. */
final class DropCheck {
  private DropCheck() {}

  /** Sweeps over the runs: where several overlap, the units must be shared by as many. */
  static boolean isSound(DeadRuns runs, ShareCounts shares) throws IOException {
    long[] starts = new long[runs.size()];
    long[] ends = new long[runs.size()];
    for (int i = 0; i < runs.size(); i++) {
      long run = runs.run(i);
      starts[i] = place(run, DeadRuns.from(run));
      ends[i] = place(run, DeadRuns.from(run) + DeadRuns.count(run));
    }
    Arrays.sort(starts);
    Arrays.sort(ends);
    int open = 0;
    long at = 0;
    for (int begun = 0, ended = 0; ended < ends.length; ) {
      long next = begun < starts.length ? Math.min(starts[begun], ends[ended]) : ends[ended];
      if (open > 1 && at < next && !haveReferences(open, at, next, shares)) {
        return false;
      }
      at = next;
      for (; begun < starts.length && starts[begun] == at; begun++) {
        open++;
      }
      for (; ended < ends.length && ends[ended] == at; ended++) {
        open--;
      }
    }
    return true;
  }

  /** A unit as a number that ascends with segment and unit; segments have at most 2^16 units. */
  private static long place(long run, int unit) {
    return (long) DeadRuns.kind(run) << 60 | (long) DeadRuns.segment(run) << 24 | unit;
  }

  private static boolean haveReferences(int count, long from, long to, ShareCounts shares)
      throws IOException {
    SegmentKind kind = SegmentKind.values()[(int) (from >>> 60)];
    if (!SharedUnits.has(kind)) {
      return false;
    }
    int segment = (int) (from >>> 24) & Geometry.MOST_SEGMENTS - 1;
    long first = SharedUnits.of(kind, segment, (int) from & 0xffffff);
    long left = to - from;
    for (UnitShare share : shares.shared(first, left)) {
      left -= share.count() >= count ? share.length() : 0;
    }
    return left == 0;
  }
}
