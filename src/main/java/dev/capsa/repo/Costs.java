package dev.capsa.repo;

import dev.capsa.store.Room;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemKey;

/*
 * How much a file may take
 *
 * A file of up to 64 KiB is one object, stored again as a whole when a page of it changes; above
 * that it is extents, of which the changed pages are stored; between 32 KiB and 64 KiB it may be
 * either, for it shrinks back late. Block chains have an object for each part of 16 pages. What a
 * file will be is known at the commit only, so it counts as what it can become, once in the changes
 * of one commit: its first 16 pages are grains while the file has 64 KiB or less, and also 16 blocks
 * once it has more than 32 KiB; and in a chain a whole object once it has more than 8 KiB. Pages
 * beyond the first 16 are blocks, or parts of chains, of their own.
 */

/** What changes cost, at most: in memory, and in the container. */
final class Costs {
  /** Objects of more grains, 8 KiB, count as big ones: room for them is harder to find. */
  static final int SMALL_OBJECT_GRAINS = 128;

  /** Pages of a file that may be one object. */
  static final int LOW_PAGES = 16;

  private static final int PAGE_BYTES = FileDelta.PAGE_BYTES;
  private static final int PAGE_GRAINS = PAGE_BYTES / 64;
  private static final int MOST_GRAINS = Space.MAX_OBJECT_BYTES / 64;
  private static final int SMALL_PAGES = SMALL_OBJECT_GRAINS / PAGE_GRAINS;

  /** An entry of a map. */
  private static final int ENTRY_BYTES = 96;

  /** A file's delta without pages. */
  private static final int FILE_BYTES = 256;

  /** A descriptor with content. */
  private static final int DESCRIPTOR_BYTES = 64 + 2048;

  /** What an extent, or a part of a chain, adds to the items: it may cut another one in two. */
  private static final int EXTENT_BYTES = 96;

  /** Items of the share index that fill half a page. */
  private static final int SHARES_OF_PAGE = 64;

  /** Levels of the share index. */
  private static final int FEW_SHARE_PAGES = 4;

  /** Neighbouring items of a file of which two may lie in different leaves. */
  private static final int LEAF_ITEMS = 32;

  /** Places of a file that is removed which go with the next commit, whatever its size. */
  private static final int REMOVED_PLACES = 16;

  /** Least children of an inner node, but for those at the right edge. */
  private static final int LEAST_CHILDREN = 13;

  /** What is always kept for those who remove. */
  private static final Load KEPT = new Load(0, 0, 0, 0, 2 * REMOVED_PLACES, 12, 4096);

  /** What a rollback leaves of that. */
  static final Load LEFT = new Load(0, 0, 0, 0, REMOVED_PLACES, 3, 1024);

  private Costs() {}

  /**
   * An item or tombstone.
   *
   * @param nextInode least inode number that the newest root does not have
   */
  static Load item(byte[] key, byte[] value, long nextInode) {
    int bytes = ENTRY_BYTES + key.length + value.length;
    boolean old = key.length < ItemKey.PREFIX_BYTES || ItemKey.inode(key) < nextInode;
    return new Load(bytes, 0, 0, 0, 0, old ? 1 : 0, bytes);
  }

  /** A file whose content changes for the first time, without its pages. */
  static Load file(long inode, long size, long nextInode, int unitPages) {
    long pages = (size + PAGE_BYTES - 1) / PAGE_BYTES;
    long whole = pages <= mostWholePages(unitPages) ? pages : 0;
    // Its descriptor, and the leaf where its extents are.
    return new Load(
        FILE_BYTES,
        whole * PAGE_GRAINS,
        whole > SMALL_PAGES ? 1 : 0,
        0,
        2,
        inode < nextInode ? 2 : 0,
        FILE_BYTES + DESCRIPTOR_BYTES);
  }

  /** Pages up to which a file is stored as a whole. */
  private static int mostWholePages(int unitPages) {
    return unitPages == 1 ? LOW_PAGES : SMALL_PAGES;
  }

  /** Whether a file of this size may be stored in parts. */
  static boolean inParts(long size, int unitPages) {
    return size > (unitPages == 1 ? LOW_PAGES / 2 : SMALL_PAGES) * (long) PAGE_BYTES;
  }

  /** The first pages of a file that may be stored in parts. Once for all of them. */
  static Load lowParts(int unitPages) {
    return unitPages == 1
        ? new Load(0, 0, 0, LOW_PAGES, LOW_PAGES + 2, 2, (LOW_PAGES + 1) * EXTENT_BYTES)
        : new Load(0, MOST_GRAINS, 1, 0, 2, 2, EXTENT_BYTES);
  }

  /** Heap of dirty pages. */
  static Load memory(long pages) {
    return new Load(pages * (PAGE_BYTES + ENTRY_BYTES), 0, 0, 0, 0, 0, 0);
  }

  /** Whether one of the first pages counts as grains of the file's object, if it does not yet. */
  static boolean inObject(long page, long size, int unitPages) {
    int most = mostWholePages(unitPages);
    return page < most && size <= most * (long) PAGE_BYTES;
  }

  /** One of the first pages, as part of the file's object. */
  static Load lowPage(long page) {
    return new Load(0, PAGE_GRAINS, page >= SMALL_PAGES ? 1 : 0, 0, 0, 0, 0);
  }

  /** Parts of a file beyond the first pages; negative if they go. */
  static Load units(long count, int unitPages) {
    return unitPages == 1
        ? new Load(0, 0, 0, count, 2 * count, 0, count * EXTENT_BYTES)
        : new Load(0, count * MOST_GRAINS, count, 0, 2 * count, 0, count * EXTENT_BYTES);
  }

  /** Leaves with the items of a part of a file beyond the first pages. */
  static Load leaves(long unit, boolean apart) {
    int leaves = (apart ? 3 : 0) + (unit % LEAF_ITEMS == 0 ? 1 : 0);
    return new Load(0, 0, 0, 0, 0, leaves, 0);
  }

  /** The most that pages in a row take, which end below {@code end}. */
  static Load pages(long first, long end, long size, int unitPages) {
    long low = Math.max(0, Math.min(LOW_PAGES, end) - first);
    long units = 0;
    if (end > LOW_PAGES) {
      units = (end - 1) / unitPages - Math.max(LOW_PAGES, first) / unitPages + 1;
    }
    Load load = memory(end - first);
    load =
        load.plus(
            new Load(
                0,
                low * PAGE_GRAINS,
                end > SMALL_PAGES && size > SMALL_PAGES * (long) PAGE_BYTES ? low : 0,
                0,
                0,
                units == 0 ? 0 : 4 + units / LEAF_ITEMS,
                0));
    if (!inObject(Math.min(first, LOW_PAGES - 1), size, unitPages)) {
      load = load.minus(new Load(0, load.grains(), load.bigObjects(), 0, 0, 0, 0));
    }
    load = load.plus(units(units, unitPages));
    return inParts(size, unitPages) ? load.plus(lowParts(unitPages)) : load;
  }

  /** The part of a file through which its end goes after a cut: stored again. */
  static Load cut(int unitPages) {
    return unitPages == 1
        ? new Load(0, 0, 0, 1, 3, 3, 2 * EXTENT_BYTES)
        : new Load(0, MOST_GRAINS, 1, 0, 3, 3, EXTENT_BYTES);
  }

  /** A file that is cut to where it may become one object again. */
  static Load cutToObject() {
    return new Load(0, MOST_GRAINS, 1, 0, 2, 0, 0);
  }

  /** Whether a file of this size may be one object. */
  static boolean mayBeObject(long size, int unitPages) {
    return unitPages == 1 && size > 0 && size <= Space.MAX_OBJECT_BYTES;
  }

  /** What a cut frees. */
  static Load freed(long bytes) {
    return new Load(0, 0, 0, 0, Math.min(1 << 30, bytes / PAGE_BYTES + 1), 0, 0);
  }

  /** A part of a file that is stored again in consecutive blocks; of a small file, all of it. */
  static Load gathered(long bytes) {
    long blocks = bytes / PAGE_BYTES + 2;
    Load leaves = new Load(0, 0, 0, 0, 0, 4 + blocks / LEAF_ITEMS, 0);
    return units(blocks, 1).plus(leaves).plus(lowParts(1));
  }

  /** Items of a file that shares so many extents, and of the counts of their blocks. */
  static Load shared(long extents) {
    long pages = extents / SHARES_OF_PAGE + FEW_SHARE_PAGES;
    return new Load(
        0,
        pages * PAGE_GRAINS,
        0,
        0,
        extents + 2,
        4 + extents / LEAF_ITEMS,
        (extents + 2) * EXTENT_BYTES + DESCRIPTOR_BYTES);
  }

  /**
   * Blocks that a file takes from another one. One of them may be stored again, if the file is cut
   * within it before the commit. The items count as memory, too: the commit makes them at once.
   */
  static Load taken(long extents, long bytes) {
    Load edges = new Load(ENTRY_BYTES + extents * EXTENT_BYTES, 0, 0, 1, 3, 3, 2 * EXTENT_BYTES);
    return shared(extents).plus(freed(bytes)).plus(edges);
  }

  /** What goes of a removed file with the next commit. */
  static Load removed() {
    return new Load(0, 0, 0, 0, REMOVED_PLACES, 3, ENTRY_BYTES);
  }

  /**
   * The most that a commit of a load allocates.
   *
   * <p>Of the nodes: each that changes is written again, and may become two; a short one takes a
   * neighbour with it, and they become at most two. Items come into leaves that are half full. The
   * new nodes' separators come into the levels above, which this counts for as many children as fit
   * into an inner node that is least full.
   *
   * @param nodes number of nodes of the catalog
   * @param height levels of the catalog
   * @param kept whether to leave room to those who remove
   */
  static Room room(Load load, long nodes, int height, boolean kept) {
    Load all = kept ? load.plus(KEPT) : load;
    long items = Math.max(0, all.oldItems());
    long leaves = 2 * Math.min(items, nodes) + 2 * (all.itemBytes() / Space.MAX_NODE_BYTES) + 2;
    long written = leaves;
    long ofLevel = nodes;
    long ofNew = leaves;
    for (int level = 1; level <= height; level++) {
      ofLevel = level < height ? ofLevel / LEAST_CHILDREN + 1 : 0;
      ofNew = ofNew / LEAST_CHILDREN + 1;
      written += 2 * Math.min(items, ofLevel) + ofNew;
    }
    int most = all.bigObjects() > 0 ? MOST_GRAINS : SMALL_OBJECT_GRAINS;
    return new Room(written, all.grains(), most, all.blocks(), all.places());
  }
}
