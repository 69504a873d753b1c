package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** Content in a block chain. No block stores bytes beyond the file's size. */
final class ChainContent {
  private static final int BLOCK_BYTES = StoreBlockChainStore.BLOCK_BYTES;
  private static final int PAGE_BYTES = ContentChange.PAGE_BYTES;
  private static final int BLOCK_PAGES = BLOCK_BYTES / PAGE_BYTES;

  private ChainContent() {}

  /** Fills a destination. */
  static void read(Items items, Space space, long inode, long position, ByteBuffer destination)
      throws IOException {
    int limit = destination.limit();
    long at = position;
    while (destination.hasRemaining()) {
      Blocks.Offset offset = Blocks.blockOffset(at, BLOCK_BYTES);
      int count = Math.min(destination.remaining(), BLOCK_BYTES - offset.remainder());
      int end = destination.position() + count;
      byte[] key = StoreBlockChainStore.key(inode, offset.block());
      byte[] value = items.get(key);
      if (value != null) {
        Reference reference = ContentItems.link(key, value);
        int stored = reference.pointer().length();
        if (stored > BLOCK_BYTES) {
          throw new CapsaCorruptException(
              "block "
                  + offset.block()
                  + " of the chain of inode "
                  + inode
                  + " has "
                  + stored
                  + " bytes; at most "
                  + BLOCK_BYTES
                  + " are possible");
        }
        if (stored > offset.remainder()) {
          destination.limit(Math.min(end, destination.position() + stored - offset.remainder()));
          space.readObject(reference.pointer(), offset.remainder(), destination);
          destination.limit(limit);
        }
      }
      Zeros.fillTo(destination, end);
      at += count;
    }
  }

  /** Applies a change to a file of the old size. */
  static void write(Binding binding, long inode, long oldSize, ContentChange change)
      throws IOException {
    StoreBlockChainStore store = new StoreBlockChainStore(binding);
    long kept = Math.min(Math.min(change.keep(), change.size()), oldSize);
    if (kept < oldSize) {
      store.clearFrom(inode, Blocks.blockCount(kept, BLOCK_BYTES));
    }
    long pageCount = Blocks.blockCount(change.size(), PAGE_BYTES);
    NavigableMap<Long, byte[]> pages = change.pages();
    Blocks.Offset last = Blocks.blockOffset(kept, BLOCK_BYTES);
    if (kept < oldSize
        && last.remainder() > 0
        && pagesOf(pages, last.block(), pageCount).isEmpty()) {
      shorten(store, inode, last.block(), last.remainder());
    }
    Map.Entry<Long, byte[]> next = pages.firstEntry();
    while (next != null && next.getKey() < pageCount) {
      long index = next.getKey() / BLOCK_PAGES;
      rewrite(store, inode, index, kept, change.size(), pagesOf(pages, index, pageCount));
      next = pages.ceilingEntry((index + 1) * BLOCK_PAGES);
    }
  }

  /** Frees blocks from the first on, as far as the step allows; whether that was all. */
  static boolean remove(Binding binding, long inode, RemovalStep step) throws IOException {
    ItemCursor cursor =
        binding
            .items()
            .cursor(
                StoreBlockChainStore.key(inode, 0), ItemKey.of(inode, (byte) (ItemKey.CHAIN + 1)));
    List<byte[]> keys = new ArrayList<>();
    while (cursor.next()) {
      if (step.isOver()) {
        removeKeys(binding, keys);
        return false;
      }
      Reference reference = ContentItems.link(cursor.key(), cursor.value());
      binding.batch().freeObject(reference.pointer(), reference.birth());
      step.take(BLOCK_PAGES);
      keys.add(cursor.key());
    }
    removeKeys(binding, keys);
    return true;
  }

  private static void removeKeys(Binding binding, List<byte[]> keys) throws IOException {
    for (byte[] key : keys) {
      binding.sink().remove(key);
    }
  }

  /** Bytes of all blocks. */
  static long allocatedBytes(Items items, long inode) throws IOException {
    ItemCursor cursor =
        items.cursor(
            StoreBlockChainStore.key(inode, 0), ItemKey.of(inode, (byte) (ItemKey.CHAIN + 1)));
    long bytes = 0;
    while (cursor.next()) {
      bytes += ContentItems.link(cursor.key(), cursor.value()).pointer().length();
    }
    return bytes;
  }

  private static void shorten(StoreBlockChainStore store, long inode, long index, int length)
      throws IOException {
    long block = store.link(inode, index);
    if (block != 0 && store.storedBytes(block) > length) {
      byte[] bytes = new byte[BLOCK_BYTES];
      store.read(block, ByteBuffer.wrap(bytes));
      store.writeStart(block, ByteBuffer.wrap(bytes, 0, length));
    }
  }

  private static void rewrite(
      StoreBlockChainStore store,
      long inode,
      long index,
      long kept,
      long size,
      NavigableMap<Long, byte[]> pages)
      throws IOException {
    long start = index * BLOCK_BYTES;
    byte[] bytes = new byte[BLOCK_BYTES];
    long block = store.link(inode, index);
    int length = 0;
    if (block != 0) {
      length = (int) Math.max(0, Math.min(kept - start, store.storedBytes(block)));
      if (length > 0 && pages.size() < BLOCK_PAGES) {
        store.read(block, ByteBuffer.wrap(bytes));
        Arrays.fill(bytes, length, BLOCK_BYTES, (byte) 0);
      }
    }
    for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
      int at = (int) (page.getKey() * PAGE_BYTES - start);
      System.arraycopy(page.getValue(), 0, bytes, at, PAGE_BYTES);
      length = (int) Math.max(length, Math.min(at + PAGE_BYTES, size - start));
    }
    if (block == 0) {
      block = store.allocate();
      store.writeStart(block, ByteBuffer.wrap(bytes, 0, length));
      store.setLink(inode, index, block);
    } else {
      store.writeStart(block, ByteBuffer.wrap(bytes, 0, length));
    }
  }

  /** The pages of a block, those past the file's size left out. */
  private static NavigableMap<Long, byte[]> pagesOf(
      NavigableMap<Long, byte[]> pages, long index, long pageCount) {
    return pages.subMap(
        index * BLOCK_PAGES, true, Math.min((index + 1) * BLOCK_PAGES, pageCount), false);
  }
}
