package dev.capsa.block;

import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A {@link ByteStore} over a container: the content of files as {@link StoreContentStore} lays it
 * out, in one batch; the size of a file is the one that its content states. Persistence, checksums
 * and capacity are those of the space, and {@link Batch#commit} makes the changes durable. If a
 * method throws {@link IOException}, the batch is to be aborted. Confined to one thread.
 */
public final class StoreByteStore implements ByteStore {
  private static final int PAGE_BYTES = ContentChange.PAGE_BYTES;

  /** Pages that are changed at a time: 1 MiB. */
  private static final int CHANGE_PAGES = 256;

  private final ItemSession session;
  private final Batch batch;
  private final StoreContentStore content;

  /** A store for one batch. */
  public StoreByteStore(
      Items items, ItemSink sink, Space space, Batch batch, StoreContentStore.Layout layout) {
    this.session = new ItemSession(items, sink);
    this.batch = batch;
    this.content = new StoreContentStore(space, layout);
  }

  @Override
  public int readAt(long inode, long position, ByteBuffer destination) throws IOException {
    Blocks.check(position, "position");
    long size = size(inode);
    if (!destination.hasRemaining()) {
      return 0;
    }
    if (position >= size) {
      return -1;
    }
    int limit = destination.limit();
    int count = (int) Math.min(destination.remaining(), size - position);
    destination.limit(destination.position() + count);
    content.read(session, inode, position, destination);
    destination.limit(limit);
    return count;
  }

  @Override
  public void writeAt(long inode, long position, ByteBuffer source) throws IOException {
    Blocks.check(position, "position");
    Blocks.check(position + source.remaining(), "end");
    long at = position;
    while (source.hasRemaining()) {
      long size = size(inode);
      NavigableMap<Long, byte[]> pages = new TreeMap<>();
      while (source.hasRemaining() && pages.size() < CHANGE_PAGES) {
        Blocks.Offset offset = Blocks.blockOffset(at, PAGE_BYTES);
        int count = Math.min(source.remaining(), PAGE_BYTES - offset.remainder());
        byte[] page = new byte[PAGE_BYTES];
        long start = offset.block() * PAGE_BYTES;
        if (count < PAGE_BYTES && start < size) {
          int old = (int) Math.min(PAGE_BYTES, size - start);
          content.read(session, inode, start, ByteBuffer.wrap(page, 0, old));
        }
        source.get(page, offset.remainder(), count);
        pages.put(offset.block(), page);
        at += count;
      }
      change(inode, new ContentChange(Math.max(size, at), size, pages));
    }
  }

  @Override
  public void truncate(long inode, long size) throws IOException {
    Blocks.check(size, "size");
    long old = size(inode);
    if (size != old) {
      change(inode, new ContentChange(size, Math.min(old, size), new TreeMap<>()));
    }
  }

  private void change(long inode, ContentChange change) throws IOException {
    content.write(session, session, batch, inode, change);
  }

  @Override
  public void remove(long inode) throws IOException {
    content.remove(session, session, batch, inode);
  }

  @Override
  public long size(long inode) throws IOException {
    return StoreContentStore.size(session, inode);
  }

  @Override
  public long allocatedBytes(long inode) throws IOException {
    return content.allocatedBytes(session, inode);
  }
}
