package dev.capsa.repo;

import dev.capsa.block.ContentChange;
import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * The plainest content store: one block and one item for each page. A test may run something before
 * each write and each read.
 */
final class PlainContentStore implements ContentStore {
  /** What a test does there. */
  interface Trap {
    void run() throws IOException;
  }

  private static final int PAGE = ContentChange.PAGE_BYTES;

  private final Space space;
  volatile Trap beforeWrite = () -> {};
  volatile Trap beforeRead = () -> {};

  PlainContentStore(Space space) {
    this.space = space;
  }

  @Override
  public void read(Items items, long inode, long position, ByteBuffer destination)
      throws IOException {
    beforeRead.run();
    long at = position;
    while (destination.hasRemaining()) {
      int from = (int) (at % PAGE);
      int count = Math.min(PAGE - from, destination.remaining());
      byte[] page = page(items, inode, at / PAGE);
      destination.put(page, from, count);
      at += count;
    }
  }

  private byte[] page(Items items, long inode, long number) throws IOException {
    byte[] page = new byte[PAGE];
    byte[] block = items.get(ItemKey.of(inode, ItemKey.EXTENT, number));
    if (block != null) {
      space.readBlocks(ByteBuffer.wrap(block).getLong(), 0, ByteBuffer.wrap(page));
    }
    return page;
  }

  @Override
  public void write(Items items, ItemSink sink, Batch batch, long inode, ContentChange change)
      throws IOException {
    beforeWrite.run();
    cut(items, sink, batch, inode, (change.keep() + PAGE - 1) / PAGE);
    long boundary = change.keep() / PAGE;
    int kept = (int) (change.keep() % PAGE);
    byte[] last = items.get(ItemKey.of(inode, ItemKey.EXTENT, boundary));
    if (kept > 0 && last != null && !change.pages().containsKey(boundary)) {
      byte[] page = Arrays.copyOf(Arrays.copyOf(page(items, inode, boundary), kept), PAGE);
      put(items, sink, batch, inode, boundary, page);
    }
    for (Map.Entry<Long, byte[]> page : change.pages().entrySet()) {
      put(items, sink, batch, inode, page.getKey(), page.getValue());
    }
    byte[] size = ByteBuffer.allocate(8).putLong(change.size()).array();
    sink.put(ItemKey.of(inode, ItemKey.CONTENT), size);
  }

  private static void put(
      Items items, ItemSink sink, Batch batch, long inode, long number, byte[] page)
      throws IOException {
    byte[] key = ItemKey.of(inode, ItemKey.EXTENT, number);
    byte[] old = items.get(key);
    if (old != null) {
      batch.freeBlocks(ByteBuffer.wrap(old).getLong(), 1, 1);
    }
    long block = batch.allocateBlocks(1).start();
    batch.writeBlocks(block, ByteBuffer.wrap(page));
    sink.put(key, ByteBuffer.allocate(8).putLong(block).array());
  }

  private static void cut(Items items, ItemSink sink, Batch batch, long inode, long firstGone)
      throws IOException {
    ItemCursor gone =
        items.cursor(
            ItemKey.of(inode, ItemKey.EXTENT, firstGone), ItemKey.of(inode, ItemKey.CHAIN));
    while (gone.next()) {
      batch.freeBlocks(ByteBuffer.wrap(gone.value()).getLong(), 1, 1);
      sink.remove(gone.key());
    }
  }

  @Override
  public boolean remove(Items items, ItemSink sink, Batch batch, long inode, RemovalStep step)
      throws IOException {
    cut(items, sink, batch, inode, 0);
    sink.remove(ItemKey.of(inode, ItemKey.CONTENT));
    return true;
  }

  @Override
  public int unitPages() {
    return 1;
  }

  @Override
  public long allocatedBytes(Items items, long inode) throws IOException {
    long bytes = 0;
    ItemCursor all =
        items.cursor(ItemKey.of(inode, ItemKey.EXTENT), ItemKey.of(inode, ItemKey.CHAIN));
    while (all.next()) {
      bytes += PAGE;
    }
    return bytes;
  }
}
