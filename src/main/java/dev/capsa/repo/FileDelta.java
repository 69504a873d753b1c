package dev.capsa.repo;

import dev.capsa.block.ContentChange;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What an overlay changes in one file's content: dirty pages, below them the ranges that were taken
 * from other files, and the floor below which older content still shows. Bytes at or beyond the
 * size are zero, in the pages too.
 *
 * <p>One thread changes it at a time (the caller holds the inode's lock and is inside the gate);
 * any number read meanwhile. A reader that sees a new size sees the bytes written before. Where an
 * order of steps matters to readers, older content must not come back: the floor sinks before pages
 * go.
 */
final class FileDelta {
  static final int PAGE_BYTES = ContentChange.PAGE_BYTES;

  private final ConcurrentSkipListMap<Long, byte[]> pages = new ConcurrentSkipListMap<>();

  /** Made when it is needed; never changed before. */
  private volatile TakenRanges taken = TakenRanges.NONE;

  private volatile long floor;
  private volatile long size;
  private volatile boolean removed;

  /** What was counted and is not counted again: bits below, and one for each of the first pages. */
  private int counted;

  private static final int CUT = 1 << 31;
  private static final int OBJECT = 1 << 30;
  private static final int PARTS = 1 << 29;
  private static final int REMOVAL = 1 << 28;

  /**
   * Dirty pages that went, and the parts of the file beyond the first pages that have none any
   * more.
   */
  record Dropped(int pages, int units) {}

  /** No change yet of a file of this size. */
  FileDelta(long size) {
    this.floor = size;
    this.size = size;
  }

  /** The least length in bytes since the overlay began: older content shows below it only. */
  long floor() {
    return floor;
  }

  /** The length in bytes. */
  long size() {
    return size;
  }

  /** Makes visible to this thread what finished writes put into the pages. */
  void see() {
    long seen = size;
    assert seen >= 0 : "size " + seen;
  }

  /** Whether all content was dropped, and nothing written since. */
  boolean removed() {
    return removed;
  }

  /** The page here, or null. */
  byte @Nullable [] page(long number) {
    return pages.get(number);
  }

  /** The first page at or after this number, or null. */
  Map.@Nullable Entry<Long, byte[]> pageFrom(long number) {
    return pages.ceilingEntry(number);
  }

  /** The ranges below the pages that show bytes of other files. */
  TakenRanges taken() {
    return taken;
  }

  /** Whether there is a page in a part of the file of so many pages. */
  boolean hasPageIn(long unit, int unitPages) {
    Long first = pages.ceilingKey(unit * unitPages);
    return first != null && first < (unit + 1) * unitPages;
  }

  /** Notes that the file is cut; whether it was not before. */
  boolean beginCut() {
    return begin(CUT);
  }

  /** Notes that the file is cut to where it may be one object; whether it was not before. */
  boolean beginObject() {
    return begin(OBJECT);
  }

  /** Notes that the file may be stored in parts; whether that was not so before. */
  boolean beginParts() {
    return begin(PARTS);
  }

  /** Notes that all content goes; whether it did not before. */
  boolean beginRemoval() {
    return begin(REMOVAL);
  }

  /**
   * Notes that one of the first pages is stored in the file's object; whether it was not before.
   */
  boolean beginLowPage(int number) {
    assert number < Costs.LOW_PAGES : "page " + number;
    return begin(1 << number);
  }

  private boolean begin(int what) {
    boolean first = (counted & what) == 0;
    counted |= what;
    return first;
  }

  /** Takes a whole page. */
  void put(long number, byte[] page) {
    pages.put(number, page);
  }

  /** Has blocks of another file in place of pages; {@link #grown} ends it. */
  Dropped take(TakenRanges.Range range) {
    taking().put(range);
    int dropped = 0;
    int units = 0;
    long end = range.end() / PAGE_BYTES;
    Iterator<Long> gone = pages.subMap(range.start() / PAGE_BYTES, end).keySet().iterator();
    for (; gone.hasNext(); dropped++) {
      units += gone.next() < Costs.LOW_PAGES ? 0 : 1;
      gone.remove();
    }
    return new Dropped(dropped, units);
  }

  private TakenRanges taking() {
    TakenRanges present = taken;
    if (present == TakenRanges.NONE) {
      present = new TakenRanges();
      taken = present;
    }
    return present;
  }

  /** Ends a write, after its bytes are in place. */
  void grown(long newSize) {
    removed = false;
    size = Math.max(size, newSize);
  }

  /**
   * Cuts or extends the file.
   *
   * @param unitPages pages of a part that is stored as one
   */
  Dropped truncate(long newSize, int unitPages) {
    removed = false;
    int dropped = 0;
    int units = 0;
    long lastUnit = -1;
    if (newSize < size) {
      floor = Math.min(floor, newSize);
      taken.cut(newSize);
      long firstGone = (newSize + PAGE_BYTES - 1) / PAGE_BYTES;
      Iterator<Long> gone = pages.tailMap(firstGone).keySet().iterator();
      for (; gone.hasNext(); dropped++) {
        long number = gone.next();
        long unit = number / unitPages;
        units += unit == lastUnit || number < Costs.LOW_PAGES ? 0 : 1;
        lastUnit = unit;
        gone.remove();
      }
      long cutUnit = firstGone / unitPages;
      units -= firstGone % unitPages > 0 && units > 0 && hasPageIn(cutUnit, unitPages) ? 1 : 0;
      byte[] last = pages.get(newSize / PAGE_BYTES);
      if (last != null) {
        Arrays.fill(last, (int) (newSize % PAGE_BYTES), PAGE_BYTES, (byte) 0);
      }
    }
    size = newSize;
    return new Dropped(dropped, units);
  }

  /** Drops all content. */
  Dropped remove(int unitPages) {
    Dropped dropped = truncate(0, unitPages);
    removed = true;
    return dropped;
  }

  /** The dirty pages. */
  NavigableMap<Long, byte[]> pages() {
    return pages;
  }

  /** Both as one: {@code newer} over {@code older}, neither of which changes any more. */
  static FileDelta merged(FileDelta older, FileDelta newer) {
    FileDelta both = new FileDelta(newer.size);
    both.floor = Math.min(older.floor, newer.floor);
    both.removed = newer.removed;
    long whole = newer.floor / PAGE_BYTES;
    both.pages.putAll(older.pages.headMap(whole));
    byte[] last = older.pages.get(whole);
    int kept = (int) (newer.floor % PAGE_BYTES);
    if (last != null && kept > 0) {
      both.pages.put(whole, Arrays.copyOf(Arrays.copyOf(last, kept), PAGE_BYTES));
    }
    older.taken.all().forEach(range -> both.taking().put(range));
    both.taken.cut(newer.floor);
    for (TakenRanges.Range range : newer.taken.all()) {
      both.take(range);
    }
    both.pages.putAll(newer.pages);
    return both;
  }
}
