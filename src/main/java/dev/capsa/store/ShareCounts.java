package dev.capsa.store;

import dev.capsa.CapsaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Who frees a unit
 *
 * Each reference to a block or to an object in grains ends once: the head drops it, and either frees it at once, or, if a kept
 * revision holds it, leaves it to the dead list, from which it is freed when nobody holds it any
 * more. So the references to a unit are those of the head and those on dead lists (a reference that
 * head and kept revisions have in common is one), and the count is the number of both. Going from
 * the head to a dead list leaves it as it is. A copy adds one; each free takes one, and whoever takes
 * the last frees the unit. Nobody has to know who the others are.
 *
 * A unit with one reference has no item, and most have one. Most containers with shared blocks share
 * no grains, so that is asked once for all the grains that a batch frees.
 */

/**
 * The counts of shared units, numbered as {@link SharedUnits} does, and what a batch changes in
 * them; nothing of it counts before the commit. Confined to one thread. For reading, or for one
 * batch.
 *
 * <p>Invariant: items do not overlap, have a count of 2 or more, and neighbouring ones differ in
 * it.
 */
final class ShareCounts {
  private final Counting objects;
  private final ShareState before;
  private final StateIndex index;

  /** Whether some grains may be shared; null until somebody asks. */
  private @Nullable Boolean grains;

  /** What is done with a run of units. */
  interface Action {
    void apply(long start, long length) throws IOException;
  }

  /** Counts nodes. */
  private static final class Counting implements StateObjects {
    private final StateObjects objects;
    private long nodes;

    Counting(StateObjects objects, long nodes) {
      this.objects = objects;
      this.nodes = nodes;
    }

    @Override
    public ByteBuffer read(ObjectPointer pointer) throws IOException {
      return objects.read(pointer);
    }

    @Override
    public ObjectPointer put(ByteBuffer content) throws IOException {
      nodes++;
      return objects.put(content);
    }

    @Override
    public void free(ObjectPointer pointer) throws IOException {
      nodes--;
      objects.free(pointer);
    }
  }

  ShareCounts(StateObjects objects, ShareState before) {
    this.objects = new Counting(objects, before.nodes());
    this.before = before;
    this.index = new StateIndex(this.objects, IndexLayout.SHARE_MAGIC, before.index());
  }

  /** The parts of a range that are shared, ascending, cut at its edges. */
  List<UnitShare> shared(long start, long length) throws IOException {
    List<UnitShare> parts = new ArrayList<>();
    for (UnitShare item : items(start, start + length)) {
      parts.add(item.within(start, start + length));
    }
    return parts;
  }

  /** Adds a reference to each unit of a range. */
  void share(long start, long length) throws IOException {
    if (start >= SharedUnits.FIRST_GRAIN) {
      grains = true;
    }
    change(start, length, 1, (from, count) -> {});
  }

  /**
   * Takes a reference from each unit of a range.
   *
   * @param free takes the units that have none any more
   */
  void release(long start, long length, Action free) throws IOException {
    if (index.isEmpty() || start >= SharedUnits.FIRST_GRAIN && !hasGrains()) {
      free.apply(start, length);
    } else {
      change(start, length, -1, free);
    }
  }

  private boolean hasGrains() throws IOException {
    Boolean known = grains;
    if (known == null) {
      known = index.ceiling(UnitShare.key(SharedUnits.FIRST_GRAIN)) != null;
      grains = known;
    }
    return known;
  }

  private void change(long start, long length, int delta, Action free) throws IOException {
    long end = start + length;
    List<UnitShare> old = items(start - 1, end + 1);
    List<UnitShare> made = new ArrayList<>();
    long at = start;
    for (UnitShare item : old) {
      if (item.start() < start) {
        append(made, item.within(item.start(), start));
      }
      if (item.start() < end && item.end() > start) {
        UnitShare inside = item.within(start, end);
        alone(made, at, inside.start(), delta, free);
        append(made, new UnitShare(inside.start(), inside.length(), changed(inside, delta)));
        at = inside.end();
      }
      if (item.end() > end) {
        alone(made, at, end, delta, free);
        at = end;
        append(made, item.within(end, item.end()));
      }
    }
    alone(made, at, end, delta, free);
    replace(old, made);
  }

  private static int changed(UnitShare share, int delta) throws CapsaException {
    if (share.count() == Integer.MAX_VALUE && delta > 0) {
      throw new CapsaException("no more than " + share.count() + " references can share a unit");
    }
    return share.count() + delta;
  }

  /** Units with one reference. */
  private static void alone(List<UnitShare> made, long from, long to, int delta, Action free)
      throws IOException {
    if (from < to && delta > 0) {
      append(made, new UnitShare(from, to - from, 2));
    } else if (from < to) {
      free.apply(from, to - from);
    }
  }

  private static void append(List<UnitShare> made, UnitShare next) {
    int last = made.size() - 1;
    if (next.count() < 2) {
      return;
    }
    if (last >= 0 && made.get(last).continuesWith(next)) {
      made.set(last, made.get(last).joinedWith(next));
    } else {
      made.add(next);
    }
  }

  private void replace(List<UnitShare> old, List<UnitShare> made) throws IOException {
    int at = 0;
    for (UnitShare item : old) {
      while (at < made.size() && made.get(at).start() < item.start()) {
        put(made.get(at++));
      }
      boolean stays = at < made.size() && made.get(at).start() == item.start();
      if (!stays) {
        index.remove(UnitShare.key(item.start()));
      } else if (!made.get(at++).equals(item)) {
        put(made.get(at - 1));
      }
    }
    while (at < made.size()) {
      put(made.get(at++));
    }
  }

  private void put(UnitShare share) throws IOException {
    index.put(UnitShare.key(share.start()), share.value());
  }

  /** The items, uncut, that have units from one to another. */
  private List<UnitShare> items(long from, long to) throws IOException {
    List<UnitShare> found = new ArrayList<>();
    StateIndex.Item item = index.floor(UnitShare.key(from));
    if (item == null) {
      item = index.ceiling(UnitShare.key(from));
    }
    while (item != null) {
      UnitShare share = UnitShare.decode(item.key, item.value);
      if (share.start() >= to) {
        break;
      }
      if (share.end() > from) {
        found.add(share);
      }
      item = index.ceiling(UnitShare.key(share.start() + 1));
    }
    return found;
  }

  /**
   * Writes what was changed.
   *
   * @return the share state of the commit
   */
  ShareState finish() throws IOException {
    Link top = index.write();
    return top.equals(before.index()) ? before : new ShareState(objects.nodes, top);
  }
}
