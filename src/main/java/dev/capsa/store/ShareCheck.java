package dev.capsa.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Compares the share counts with the references to blocks and grains that a check finds. The counts
 * are read first; then each reference of the newest state and of the dead lists is handed in once,
 * and at the end what is missing is reported. Confined to one thread.
 */
final class ShareCheck {
  static final String WHERE = "share counts";

  private final BiConsumer<String, String> faults;

  /** What a segment holds; FREE if that is not known. */
  private final IntFunction<SegmentKind> kinds;

  /** Counts by segment, 0 for what has no item; only segments with shared units. */
  private final Map<Integer, int[]> stated = new HashMap<>();

  private final UnitCounts found;

  /** What kept revisions must have: references up to the newest of them, and dead ones. */
  private final UnitCounts held;

  private boolean known = true;

  /**
   * A check.
   *
   * @param kinds what a segment holds; FREE if that cannot be read
   */
  ShareCheck(BiConsumer<String, String> faults, IntFunction<SegmentKind> kinds) {
    this.faults = faults;
    this.kinds = kinds;
    this.found = new UnitCounts(number -> SharedUnits.perSegment(kinds.apply(number), number));
    this.held = new UnitCounts(number -> SharedUnits.perSegment(kinds.apply(number), number));
  }

  /** Reads the counts; hands out the objects that hold them. */
  void read(StateObjects objects, ShareState state, int segments, Consumer<Link> nodes) {
    long[] count = new long[1];
    long[] end = new long[1];
    int[] last = new int[1];
    new StateIndex(objects, IndexLayout.SHARE_MAGIC, state.index())
        .visit(
            new StateIndex.Visitor() {
              @Override
              public void node(Link link) {
                count[0]++;
                nodes.accept(link);
              }

              @Override
              public void item(byte[] key, byte[] value) {
                try {
                  UnitShare share = UnitShare.decode(key, value);
                  if (share.start() < end[0]) {
                    fault(share + " overlaps the one before");
                  } else if (share.start() == end[0] && share.count() == last[0]) {
                    fault(share + " goes on with the count of the one before");
                  }
                  end[0] = share.end();
                  last[0] = share.count();
                  state(share, segments);
                } catch (IOException e) {
                  known = false;
                  fault(String.valueOf(e.getMessage()));
                }
              }

              @Override
              public void fault(Link link, IOException cause) {
                known = false;
                ShareCheck.this.fault("a node of the index cannot be read: " + cause.getMessage());
              }

              private void fault(String what) {
                ShareCheck.this.fault(what);
              }
            });
    if (known && count[0] != state.nodes()) {
      fault("the record states " + state.nodes() + " nodes of the index, it has " + count[0]);
    }
  }

  private void fault(String what) {
    faults.accept(WHERE, what);
  }

  private void state(UnitShare share, int segments) {
    SegmentKind kind = SharedUnits.kind(share.start());
    long at = share.start();
    while (at < share.end()) {
      int number = SharedUnits.segment(at);
      if (number >= segments) {
        fault(share + " lies past the end of the container");
        return;
      }
      SegmentKind found = kinds.apply(number);
      if (found != kind) {
        fault(share + " is of " + kind + " units, but segment " + number + " holds " + found);
        return;
      }
      long start = SharedUnits.of(kind, number, 0);
      int units = SharedUnits.perSegment(kind, number);
      int[] counts = stated.computeIfAbsent(number, it -> new int[units]);
      int from = (int) (at - start);
      int to = (int) Math.min(units, share.end() - start);
      Arrays.fill(counts, from, to, share.count());
      at = start + to;
    }
  }

  /** Counts a reference; false if units have more references now than is stated. */
  boolean refer(int segment, int from, int count) {
    int highest = found.add(segment, from, count);
    if (!known || highest == 1) {
      return true;
    }
    int[] counts = stated.get(segment);
    for (int block = from; block < from + count; block++) {
      int most = counts == null ? 1 : Math.max(1, counts[block]);
      if (found.count(segment, block) > most) {
        return false;
      }
    }
    return true;
  }

  /** Notes a reference that a kept revision must have. */
  void expectHeld(int segment, int from, int count) {
    held.add(segment, from, count);
  }

  /** Counts a reference of a kept revision; false if there should be none. */
  boolean hold(int segment, int from, int count) {
    return held.take(segment, from, count);
  }

  /** Reports what kept revisions should have and have not. */
  void finishHeld() {
    held.visit(
        (segment, number, first) ->
            faults.accept(
                "segment " + segment,
                number
                    + " units are referred to since a kept revision or by a dead list, and no"
                    + " kept revision reaches them, the first is unit "
                    + first));
  }

  /** Reports units with fewer references than stated. */
  void finish() {
    if (!known) {
      return;
    }
    for (int segment : List.copyOf(stated.keySet())) {
      int[] counts = stated.get(segment);
      int wrong = 0;
      int first = -1;
      for (int block = 0; counts != null && block < counts.length; block++) {
        if (found.count(segment, block) < counts[block]) {
          wrong++;
          first = first < 0 ? block : first;
        }
      }
      if (wrong > 0 && counts != null) {
        faults.accept(
            "segment " + segment,
            wrong
                + " units have fewer references than their share counts state; the first, unit "
                + first
                + ", has "
                + found.count(segment, first)
                + " and should have "
                + counts[first]);
      }
    }
  }
}
