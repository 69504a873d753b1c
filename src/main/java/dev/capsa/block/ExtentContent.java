package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.store.Batch;
import dev.capsa.store.BlockRun;
import dev.capsa.store.Space;
import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Content in extents. Bytes of the last block beyond the file's size are zeros, and no extent
 * reaches beyond the block that holds the last byte, so reading needs no size.
 */
final class ExtentContent {
  private static final int PAGE_BYTES = ContentChange.PAGE_BYTES;

  /** Pages that are written by one call: 1 MiB. */
  private static final int BUFFER_PAGES = 256;

  private ExtentContent() {}

  /**
   * Fills a destination.
   *
   * @param floor the EXTENT item with the greatest key at or below the block of the position, if
   *     there is one: most often all that is needed
   */
  static void read(
      Items items,
      Space space,
      long inode,
      long position,
      ByteBuffer destination,
      @Nullable Item floor)
      throws IOException {
    long start = position - destination.position();
    long block = position / PAGE_BYTES;
    long nextBlock = block + 1;
    if (floor != null) {
      Extent extent = ContentItems.extent(floor.key(), floor.value());
      if (extent.logicalEnd() > block) {
        readPart(space, extent, start, destination);
        nextBlock = extent.logicalEnd();
      }
    }
    if (!destination.hasRemaining()) {
      return;
    }
    long lastBlock = (start + destination.limit() - 1) / PAGE_BYTES;
    ItemCursor cursor =
        items.cursor(
            StoreExtentStore.key(inode, nextBlock), StoreExtentStore.key(inode, lastBlock + 1));
    while (destination.hasRemaining() && cursor.next()) {
      Extent extent = ContentItems.extent(cursor.key(), cursor.value());
      if (extent.logical() * PAGE_BYTES < start + destination.position()) {
        throw new CapsaCorruptException(
            "of inode " + inode + ", " + extent + " overlaps the one before");
      }
      Zeros.fillTo(destination, (int) (extent.logical() * PAGE_BYTES - start));
      readPart(space, extent, start, destination);
    }
    Zeros.fillTo(destination, destination.limit());
  }

  /**
   * Reads from an extent that covers the next byte.
   *
   * @param start byte of the file that belongs at index 0 of the destination
   */
  private static void readPart(Space space, Extent extent, long start, ByteBuffer destination)
      throws IOException {
    int limit = destination.limit();
    long at = start + destination.position();
    long end = Math.min(start + limit, extent.logicalEnd() * PAGE_BYTES);
    destination.limit((int) (end - start));
    space.readBlocks(extent.physical(), at - extent.logical() * PAGE_BYTES, destination);
    destination.limit(limit);
  }

  /** As the other, with no item at hand. */
  static void read(Binding binding, long inode, long position, ByteBuffer destination)
      throws IOException {
    Items items = binding.items();
    Item floor =
        items.floor(
            StoreExtentStore.key(inode, position / PAGE_BYTES), StoreExtentStore.key(inode, 0));
    read(items, binding.space(), inode, position, destination, floor);
  }

  /** Applies a change to a file of the old size. */
  static void write(Binding binding, long inode, long oldSize, ContentChange change)
      throws IOException {
    StoreExtentStore store = new StoreExtentStore(binding);
    NavigableMap<Long, byte[]> pages =
        change.pages().headMap(Blocks.blockCount(change.size(), PAGE_BYTES), false);
    long kept = Math.min(Math.min(change.keep(), change.size()), oldSize);
    if (kept < oldSize) {
      pages = cut(binding, store, inode, kept, pages);
    }
    place(store, inode, pages);
  }

  /** Frees extents from the first on, as far as the step allows; whether that was all. */
  static boolean remove(Binding binding, long inode, RemovalStep step) throws IOException {
    ItemCursor cursor =
        binding
            .items()
            .cursor(StoreExtentStore.key(inode, 0), ItemKey.of(inode, (byte) (ItemKey.EXTENT + 1)));
    List<Extent> seen = new ArrayList<>();
    List<Long> shares = new ArrayList<>();
    boolean all = true;
    long end = 0;
    while (all && cursor.next()) {
      all = !step.isOver();
      if (all) {
        Extent extent = ContentItems.extent(cursor.key(), cursor.value());
        if (extent.logical() < end) {
          throw new CapsaCorruptException(
              "of inode " + inode + ", " + extent + " overlaps the one before");
        }
        end = extent.logicalEnd();
        seen.add(extent);
        shares.add(step.take(extent.length()));
      }
    }
    for (int i = 0; i < seen.size(); i++) {
      all &= removeEnd(binding, inode, seen.get(i), shares.get(i));
    }
    return all;
  }

  /** Frees the last blocks of an extent; whether nothing is left of it. */
  private static boolean removeEnd(Binding binding, long inode, Extent extent, long blocks)
      throws IOException {
    byte[] key = StoreExtentStore.key(inode, extent.logical());
    long left = extent.length() - blocks;
    binding.batch().freeBlocks(extent.physical() + left, blocks, extent.referenceBirth());
    if (left == 0) {
      binding.sink().remove(key);
      return true;
    }
    Extent rest = extent.part(extent.logical(), extent.logical() + left);
    binding.sink().put(key, ContentItems.encode(rest));
    return false;
  }

  /** The block of a part of a file, if the part lies in consecutive blocks. */
  static OptionalLong run(Binding binding, long inode, long first, long count) throws IOException {
    ExtentList extents = new StoreExtentStore(binding).extents(inode, first, first + count);
    long start = -1;
    long next = first;
    for (Extent extent : extents) {
      Extent part = extent.part(Math.max(first, extent.logical()), extent.logicalEnd());
      start = start < 0 ? part.physical() : start;
      if (part.logical() != next || part.physical() != start + (next - first)) {
        return OptionalLong.empty();
      }
      next = part.logicalEnd();
    }
    return next < first + count ? OptionalLong.empty() : OptionalLong.of(start);
  }

  /** Whether all of the blocks are stored. */
  static boolean isStored(Binding binding, long inode, long first, long count) throws IOException {
    long next = first;
    for (Extent extent : new StoreExtentStore(binding).extents(inode, first, first + count)) {
      if (extent.logical() > next) {
        return false;
      }
      next = extent.logicalEnd();
    }
    return next >= first + count;
  }

  /** Stores blocks again as one run. */
  static void gather(Binding binding, long inode, long first, int count) throws IOException {
    StoreExtentStore store = new StoreExtentStore(binding);
    BlockRun run = store.allocate(count);
    if (run.length() < count) {
      throw new CapsaFullException(
          "there are not " + count + " free blocks in a row, at most " + run.length());
    }
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(count, BUFFER_PAGES) * PAGE_BYTES);
    for (int done = 0; done < count; done += BUFFER_PAGES) {
      buffer.clear().limit(Math.min(count - done, BUFFER_PAGES) * PAGE_BYTES);
      read(binding, inode, (first + done) * PAGE_BYTES, buffer);
      store.write(run.start() + done, buffer.flip());
    }
    Extent extent = new Extent(first, run.start(), count);
    free(store, store.replaceExtents(inode, first, count, ExtentList.of(extent)));
  }

  /** As much of some blocks as one commit may share. */
  static SharePart sharePart(Binding binding, long inode, long first, long end) throws IOException {
    ItemCursor cursor = extentsFrom(binding, inode, first);
    int extents = 0;
    long reached = first;
    while (cursor.next()) {
      Extent extent = ContentItems.extent(cursor.key(), cursor.value());
      if (extent.logical() >= end) {
        break;
      }
      if (extents == SharePart.MOST_EXTENTS) {
        return new SharePart(first, reached, extents);
      }
      if (extent.logicalEnd() > first) {
        extents++;
        reached = Math.min(end, extent.logicalEnd());
      }
    }
    return new SharePart(first, end, extents);
  }

  /**
   * Has a new file share the blocks of a part; false if they are not in use any more.
   *
   * @param at block of the new file where the part begins
   */
  static boolean share(
      Binding source, long inode, SharePart part, ItemSink sink, Batch batch, long target, long at)
      throws IOException {
    ItemCursor cursor = extentsFrom(source, inode, part.first());
    for (int i = 0; i < part.extents(); ) {
      if (!cursor.next()) {
        throw new CapsaCorruptException("inode " + inode + " has changed while it was copied");
      }
      Extent extent = ContentItems.extent(cursor.key(), cursor.value());
      if (extent.logicalEnd() > part.first()) {
        i++;
        Extent shared = shared(extent, part.first(), part.end(), batch, at);
        if (!batch.shareBlocks(shared.physical(), shared.length())) {
          return false;
        }
        sink.put(StoreExtentStore.key(target, shared.logical()), ContentItems.encode(shared));
      }
    }
    return true;
  }

  /** Refers once more to blocks of a file; the extents are as another file is to have them. */
  static ExtentList borrow(Binding source, long inode, long first, long count, Batch batch, long at)
      throws IOException {
    List<Extent> extents = new ArrayList<>();
    long end = first + count;
    for (Extent extent : new StoreExtentStore(source).extents(inode, first, end)) {
      Extent shared = shared(extent, first, end, batch, at);
      if (!batch.shareBlocks(shared.physical(), shared.length())) {
        throw new CapsaCorruptException("of inode " + inode + ", " + extent + " is not in use");
      }
      extents.add(shared);
    }
    return ExtentList.of(extents);
  }

  /** What lies in a range, as an extent of another file where the range begins at a block. */
  private static Extent shared(Extent extent, long first, long end, Batch batch, long at) {
    Extent part =
        extent.part(Math.max(first, extent.logical()), Math.min(end, extent.logicalEnd()));
    return new Extent(
        part.logical() - first + at,
        part.physical(),
        part.length(),
        part.birth(),
        batch.sequence());
  }

  /** Puts shared blocks in the place of others. */
  static void take(Binding binding, long inode, SharedBlocks blocks) throws IOException {
    StoreExtentStore store = new StoreExtentStore(binding);
    free(store, store.replaceExtents(inode, blocks.first(), blocks.count(), blocks.extents()));
  }

  /** The extents from the one on that has a block, or begins or ends before it. */
  private static ItemCursor extentsFrom(Binding binding, long inode, long first)
      throws IOException {
    Items items = binding.items();
    byte[] from = StoreExtentStore.key(inode, first);
    Item floor = items.floor(from, StoreExtentStore.key(inode, 0));
    return items.cursor(
        floor == null ? from : floor.key(), ItemKey.of(inode, (byte) (ItemKey.EXTENT + 1)));
  }

  /** Bytes of all extents. */
  static long allocatedBytes(Items items, long inode) throws IOException {
    ItemCursor cursor =
        items.cursor(
            StoreExtentStore.key(inode, 0), ItemKey.of(inode, (byte) (ItemKey.EXTENT + 1)));
    long blocks = 0;
    while (cursor.next()) {
      blocks += ContentItems.extent(cursor.key(), cursor.value()).length();
    }
    return blocks * PAGE_BYTES;
  }

  /** Drops what lies at or beyond a length; the pages returned hold the block it goes through. */
  private static NavigableMap<Long, byte[]> cut(
      Binding binding,
      StoreExtentStore store,
      long inode,
      long length,
      NavigableMap<Long, byte[]> pages)
      throws IOException {
    long firstGone = Blocks.blockCount(length, PAGE_BYTES);
    free(store, store.replaceExtents(inode, firstGone, ExtentStore.TO_END, ExtentList.empty()));
    Blocks.Offset last = Blocks.blockOffset(length, PAGE_BYTES);
    if (last.remainder() == 0
        || pages.containsKey(last.block())
        || store.extents(inode, last.block(), firstGone).isEmpty()) {
      return pages;
    }
    byte[] page = new byte[PAGE_BYTES];
    read(binding, inode, last.block() * PAGE_BYTES, ByteBuffer.wrap(page, 0, last.remainder()));
    NavigableMap<Long, byte[]> more = new TreeMap<>(pages);
    more.put(last.block(), page);
    return more;
  }

  /** Writes pages to new blocks, in as few runs as there are, and frees the blocks before them. */
  private static void place(StoreExtentStore store, long inode, NavigableMap<Long, byte[]> pages)
      throws IOException {
    List<Map.Entry<Long, byte[]>> all = new ArrayList<>(pages.entrySet());
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(all.size(), BUFFER_PAGES) * PAGE_BYTES);
    int done = 0;
    while (done < all.size()) {
      BlockRun run = store.allocate(all.size() - done);
      List<Map.Entry<Long, byte[]>> here = all.subList(done, done + run.length());
      for (int from = 0; from < run.length(); from += BUFFER_PAGES) {
        buffer.clear();
        for (Map.Entry<Long, byte[]> page :
            here.subList(from, Math.min(run.length(), from + BUFFER_PAGES))) {
          buffer.put(page.getValue());
        }
        store.write(run.start() + from, buffer.flip());
      }
      for (Extent extent : extents(run.start(), here)) {
        free(
            store,
            store.replaceExtents(inode, extent.logical(), extent.length(), ExtentList.of(extent)));
      }
      done += run.length();
    }
  }

  /** The extents of pages that lie one after the other from a block on. */
  private static ExtentList extents(long start, List<Map.Entry<Long, byte[]>> pages) {
    List<Extent> extents = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= pages.size(); i++) {
      long logical = pages.get(from).getKey();
      if (i == pages.size() || pages.get(i).getKey() != logical + (i - from)) {
        extents.add(new Extent(logical, start + from, i - from));
        from = i;
      }
    }
    return ExtentList.of(extents);
  }

  private static void free(StoreExtentStore store, ExtentList extents) throws IOException {
    for (Extent extent : extents) {
      store.free(extent);
    }
  }
}
