package dev.capsa.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A number for each block, 0 for most, kept as runs of equal numbers: who is allocated, how many
 * share. Neighbouring runs never have the same number. Confined, or guarded by the owner's lock.
 */
final class CountedRuns {
  /** Blocks with the same number. */
  record Run(long start, long length, int count) {
    long end() {
      return start + length;
    }
  }

  /** By start; none has the number 0. */
  private final NavigableMap<Long, Run> runs = new TreeMap<>();

  /** The number of a block. */
  int count(long block) {
    Map.Entry<Long, Run> floor = runs.floorEntry(block);
    return floor == null || floor.getValue().end() <= block ? 0 : floor.getValue().count();
  }

  /** The runs that make up a range, cut at its edges, those with the number 0 among them. */
  List<Run> over(long start, long length) {
    List<Run> result = new ArrayList<>();
    long end = start + length;
    long at = start;
    Map.Entry<Long, Run> next = runs.floorEntry(start);
    if (next == null || next.getValue().end() <= start) {
      next = runs.higherEntry(start);
    }
    while (at < end) {
      if (next == null || next.getKey() >= end) {
        result.add(new Run(at, end - at, 0));
        return result;
      }
      Run run = next.getValue();
      if (run.start() > at) {
        result.add(new Run(at, run.start() - at, 0));
        at = run.start();
      }
      long to = Math.min(end, run.end());
      result.add(new Run(at, to - at, run.count()));
      at = to;
      next = runs.higherEntry(run.start());
    }
    return result;
  }

  /** Whether each block of a range has at least this number. */
  boolean atLeast(int count, long start, long length) {
    return over(start, length).stream().allMatch(run -> run.count() >= count);
  }

  /** Adds to the number of each block of a range; no number may fall below 0. */
  void add(long start, long length, int delta) {
    List<Run> changed = over(start, length);
    for (Run run : changed) {
      if (run.count() + delta < 0) {
        throw new IllegalArgumentException(run + " by " + delta);
      }
    }
    cut(start);
    cut(start + length);
    runs.subMap(start, start + length).clear();
    for (Run run : changed) {
      int count = run.count() + delta;
      if (count > 0) {
        runs.put(run.start(), new Run(run.start(), run.length(), count));
        join(run.start());
      }
    }
    join(start + length);
  }

  /** Sets the number of each block of a range to 0. */
  void clear(long start, long length) {
    if (length == 0) {
      return;
    }
    cut(start);
    cut(start + length);
    runs.subMap(start, start + length).clear();
  }

  /** All runs with a number other than 0, ascending. */
  List<Run> all() {
    return List.copyOf(runs.values());
  }

  /** Blocks with a number other than 0. */
  long blocks() {
    return runs.values().stream().mapToLong(Run::length).sum();
  }

  private void cut(long at) {
    Map.Entry<Long, Run> lower = runs.lowerEntry(at);
    if (lower != null && lower.getValue().end() > at) {
      Run run = lower.getValue();
      runs.put(run.start(), new Run(run.start(), at - run.start(), run.count()));
      runs.put(at, new Run(at, run.end() - at, run.count()));
    }
  }

  /** Joins the run that starts here with the one before, if they are alike. */
  private void join(long at) {
    Run right = runs.get(at);
    Map.Entry<Long, Run> lower = runs.lowerEntry(at);
    if (right == null || lower == null) {
      return;
    }
    Run left = lower.getValue();
    if (left.end() == at && left.count() == right.count()) {
      runs.remove(at);
      runs.put(left.start(), new Run(left.start(), left.length() + right.length(), left.count()));
    }
  }
}
