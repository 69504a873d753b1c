package dev.capsa.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The allocator of one segment: a bitmap over its units.
 *
 * <p>Keeps two maps: <i>live</i>, what the newest commit reaches, which is what the file says; and
 * <i>busy</i>, what must not be written: live, or allocated since, or freed but not yet reusable.
 * Live is a subset of busy except within a commit. Guarded by the store's allocation lock.
 */
final class BlockAllocator {
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final int units;
  private final long[] live;
  private final long[] busy;
  private int free;
  private int cursor;

  /** No run of this many units or more was found since the last release. */
  private int tooLong = Integer.MAX_VALUE;

  /** An allocator whose live units are given. */
  BlockAllocator(int units, long[] live) {
    this.units = units;
    this.live = live;
    this.busy = live.clone();
    this.free = units - Bitmaps.count(live);
  }

  int units() {
    return units;
  }

  /** Units that can be allocated now. */
  int free() {
    return free;
  }

  /** Whether nothing is live, allocated, or waiting for reuse. */
  boolean isEmpty() {
    return free == units;
  }

  /** The live bitmap; not to be changed by the caller. */
  long[] live() {
    return live;
  }

  /** Units that the newest commit reaches. */
  int used() {
    return Bitmaps.count(live);
  }

  /** The unit after the last busy one. */
  int busyEnd() {
    return Bitmaps.length(busy);
  }

  /** Whether a run of so many free units is possible, as far as is known without a search. */
  boolean mayHold(int count) {
    return count <= free && count < tooLong;
  }

  /** Allocates consecutive units, from where the last allocation ended; −1 if there is no run. */
  int allocate(int count) {
    if (!mayHold(count)) {
      return -1;
    }
    int found = find(count, cursor, units);
    if (found < 0) {
      found = find(count, 0, Math.min(units, cursor + count - 1));
    }
    if (found < 0) {
      tooLong = count;
      return -1;
    }
    take(found, count);
    return found;
  }

  /** Allocates consecutive units before a unit, the first that are free; −1 if there is no run. */
  int allocateBefore(int end, int count) {
    int found = mayHold(count) ? find(count, 0, end) : -1;
    if (found >= 0) {
      take(found, count);
    }
    return found;
  }

  /** The first unit of the longest run of free units before a unit. */
  int longestRun(int limit) {
    int best = 0;
    int bestLength = 0;
    for (int at = Bitmaps.nextClear(busy, 0, limit); at < limit; ) {
      int end = Bitmaps.nextSet(busy, at, limit);
      if (end - at > bestLength) {
        best = at;
        bestLength = end - at;
      }
      at = Bitmaps.nextClear(busy, end, limit);
    }
    return best;
  }

  /** The number of free units from a unit on, before another. */
  int runAt(int from, int limit) {
    return Bitmaps.nextSet(busy, from, limit) - from;
  }

  /**
   * Units before a unit that can surely be allocated, in runs of at most {@code most} and in
   * whatever order: a run that is not found means that each run of free units has less than that
   * left. The next allocation may cut in two the run that it begins in.
   */
  int surelyFree(int limit, int most) {
    if (most == 1 && limit == units) {
      return free;
    }
    int sum = 0;
    for (int at = Bitmaps.nextClear(busy, 0, limit); at < limit; ) {
      int end = Bitmaps.nextSet(busy, at, limit);
      if (at < cursor && cursor < end) {
        end = cursor;
      }
      sum += Math.max(0, end - at - most + 1);
      at = Bitmaps.nextClear(busy, end, limit);
    }
    return sum;
  }

  /** Allocates units that are known to be free. */
  void take(int from, int count) {
    assert Bitmaps.allClear(busy, from, count) : "units " + from + "+" + count + " are busy";
    Bitmaps.set(busy, from, count);
    free -= count;
    cursor = from + count;
  }

  /** Makes busy units allocatable again. */
  void release(int from, int count) {
    assert Bitmaps.allSet(busy, from, count) : "units " + from + "+" + count + " are not busy";
    assert Bitmaps.allClear(live, from, count) : "units " + from + "+" + count + " are live";
    Bitmaps.clear(busy, from, count);
    free += count;
    tooLong = Integer.MAX_VALUE;
    cursor = Math.min(cursor, from);
  }

  boolean isBusy(int from, int count) {
    return from >= 0 && from + count <= units && Bitmaps.allSet(busy, from, count);
  }

  boolean isLive(int from, int count) {
    return from >= 0 && from + count <= units && Bitmaps.allSet(live, from, count);
  }

  /** Whether a unit is live; for any thread, without the lock. */
  boolean isLiveNow(int unit) {
    return ((long) WORDS.getAcquire(live, unit >>> 6) & 1L << unit) != 0;
  }

  /** What a commit reaches from now on. */
  void setLive(int from, int count) {
    Bitmaps.set(live, from, count);
  }

  /** What a commit reaches no longer; stays busy. */
  void clearLive(int from, int count) {
    Bitmaps.clear(live, from, count);
  }

  private int find(int count, int from, int end) {
    int at = Bitmaps.nextClear(busy, from, end);
    while (at + count <= end) {
      int runEnd = Bitmaps.nextSet(busy, at, at + count);
      if (runEnd == at + count) {
        return at;
      }
      at = Bitmaps.nextClear(busy, runEnd, end);
    }
    return -1;
  }
}
