package dev.capsa.repo;

import dev.capsa.tree.Items;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of a file that show committed bytes of other files, until the next commit has it share
 * their blocks. They do not overlap; dirty pages lie over them.
 *
 * <p>One thread changes them at a time, inside the gate; any number read meanwhile. The bytes stay
 * what they are as long as the overlay with them is not committed: when they were taken, no overlay
 * had a change of the other file, so a change is committed together with them at the earliest.
 */
final class TakenRanges {
  /** None, for files that took nothing: to be read only. */
  static final TakenRanges NONE = new TakenRanges();

  private static final int PAGE_BYTES = FileDelta.PAGE_BYTES;

  private final ConcurrentSkipListMap<Long, Range> byStart = new ConcurrentSkipListMap<>();

  /**
   * A range of a file.
   *
   * @param start its first byte here, a multiple of the page
   * @param end the byte after the last one
   * @param shift from a byte here to the same one in the other file, a multiple of the page
   * @param inode the other file
   * @param items a committed state with it
   * @param sequence of that state's commit; each later one up to that of the overlay has it, too
   */
  record Range(long start, long end, long shift, long inode, Items items, long sequence) {
    /** Blocks that another file lends. */
    static Range of(Lent lent, Head head) {
      long start = lent.at() * PAGE_BYTES;
      long shift = (lent.first() - lent.at()) * PAGE_BYTES;
      return new Range(
          start, start + lent.bytes(), shift, lent.inode(), head.committed(), head.sequence());
    }

    private Range part(long from, long to) {
      return new Range(from, to, shift, inode, items, sequence);
    }

    /**
     * Where the bytes are to be read under a head: a root that its pin keeps, and which has them.
     */
    Items itemsFor(Head head) {
      return head.sequence() >= sequence ? head.committed() : items;
    }
  }

  boolean isEmpty() {
    return byStart.isEmpty();
  }

  /** All, ascending. */
  Collection<Range> all() {
    return byStart.values();
  }

  /** The range that has a byte, or the first one after it; null if there is none. */
  @Nullable Range from(long position) {
    Map.Entry<Long, Range> before = byStart.floorEntry(position);
    if (before != null && before.getValue().end > position) {
      return before.getValue();
    }
    Map.Entry<Long, Range> after = byStart.higherEntry(position);
    return after == null ? null : after.getValue();
  }

  /** Puts a range over what was there. From the right to the left, so that no byte is missing. */
  void put(Range range) {
    Range last = from(range.end - 1);
    if (last != null && last.start < range.end && last.end > range.end) {
      byStart.put(range.end, last.part(range.end, last.end));
    }
    Map.Entry<Long, Range> before = byStart.lowerEntry(range.start);
    byStart.put(range.start, range);
    if (before != null && before.getValue().end > range.start) {
      byStart.put(before.getKey(), before.getValue().part(before.getKey(), range.start));
    }
    byStart.subMap(range.start, false, range.end, false).clear();
  }

  /** Drops what lies at or beyond a length. */
  void cut(long length) {
    byStart.tailMap(length, true).clear();
    Map.Entry<Long, Range> last = byStart.lastEntry();
    if (last != null && last.getValue().end > length) {
      byStart.put(last.getKey(), last.getValue().part(last.getKey(), length));
    }
  }
}
