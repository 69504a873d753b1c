package dev.capsa.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What units are for to which several references lead. A unit is of the newest state if dead lists
 * have fewer references to it than its count says; else of the kept revisions that one of those is
 * held by; else of nobody, and will be freed. Confined to one thread.
 */
final class SharedUsage {
  private final TreeMap<Long, Item> items = new TreeMap<>();

  /** Takes in bytes with equal uses. */
  interface Sums {
    /**
     * What the newest state has.
     *
     * @param several whether it has several references to each
     */
    void live(long bytes, boolean several);

    /**
     * What only kept revisions have.
     *
     * @param holder the only one that does; null if there are several
     */
    void held(long bytes, @Nullable Long holder);

    /** What nobody has any more. */
    void garbage(long bytes);
  }

  private record Dead(long list, long birth, long start, long end) {
    boolean isHeld() {
      return birth <= list;
    }
  }

  private record Item(UnitShare share, List<Dead> dead) {}

  /** All that is shared, in items that do not overlap. */
  SharedUsage(Collection<UnitShare> shares) {
    shares.forEach(share -> items.put(share.start(), new Item(share, new ArrayList<>())));
  }

  /**
   * Takes a reference of a dead list.
   *
   * @param list sequence of the revision whose list it is
   * @param alone takes how many of the units have no other reference
   */
  void dead(long list, long birth, long start, long length, LongConsumer alone) {
    long end = start + length;
    long left = length;
    Long first = items.floorKey(start);
    NavigableMap<Long, Item> near = items.subMap(first == null ? start : first, true, end, false);
    for (Item item : near.values()) {
      long from = Math.max(start, item.share.start());
      long to = Math.min(end, item.share.end());
      if (from < to) {
        item.dead.add(new Dead(list, birth, from, to));
        left -= to - from;
      }
    }
    if (left > 0) {
      alone.accept(left);
    }
  }

  /**
   * Adds up, once all references were taken.
   *
   * @param kept the kept revisions
   */
  void sum(NavigableMap<Long, String> kept, Sums sums) {
    for (Item item : items.values()) {
      sum(item, kept, sums);
    }
  }

  /** Goes from each unit where a reference begins or ends to the next one. */
  private static void sum(Item item, NavigableMap<Long, String> kept, Sums sums) {
    TreeSet<Long> edges = new TreeSet<>(List.of(item.share.start(), item.share.end()));
    for (Dead each : item.dead) {
      edges.add(each.start);
      edges.add(each.end);
    }
    item.dead.sort(Comparator.comparingLong(Dead::start));
    List<Dead> here = new ArrayList<>();
    int next = 0;
    int unitBytes = SharedUnits.kind(item.share.start()).unitBytes();
    for (long from = edges.first(); from < item.share.end(); from = edges.higher(from)) {
      long at = from;
      here.removeIf(each -> each.end <= at);
      while (next < item.dead.size() && item.dead.get(next).start == at) {
        here.add(item.dead.get(next++));
      }
      long bytes = (edges.higher(at) - at) * unitBytes;
      sum(bytes, item.share.count() - here.size(), here, kept, sums);
    }
  }

  private static void sum(
      long bytes, int ofHead, List<Dead> dead, NavigableMap<Long, String> kept, Sums sums) {
    if (ofHead > 0) {
      sums.live(bytes, ofHead > 1);
      return;
    }
    List<Dead> held = dead.stream().filter(Dead::isHeld).toList();
    if (held.isEmpty()) {
      sums.garbage(bytes);
      return;
    }
    long holder = held.get(0).list;
    Map.Entry<Long, String> before = kept.lowerEntry(holder);
    boolean alone =
        held.stream()
            .allMatch(
                each -> each.list == holder && (before == null || before.getKey() < each.birth));
    sums.held(bytes, alone ? holder : null);
  }
}
