package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.Item;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the content of files lies in a container, by its length: what counts is the length up to
 * the last stored byte, so that a hole at the end of a small file costs nothing.
 *
 * <table>
 *   <caption>Forms</caption>
 *   <tr><th>stored length</th><th>layout EXTENTS</th><th>layout CHAIN</th></tr>
 *   <tr><td>to {@value #INLINE_BYTES}</td><td>in the CONTENT item</td><td>the same</td></tr>
 *   <tr><td>to 64 KiB</td><td>one object</td><td>block chain</td></tr>
 *   <tr><td>more</td><td>extents</td><td>block chain</td></tr>
 * </table>
 *
 * <p>An object is for small files only: where the file has more than 64 KiB, holes counted, what is
 * too long for the item is written as extents.
 *
 * <p>A file that shrinks goes back to a smaller form at half the limit, so that one whose length
 * swings around a limit does not move each time: an object of 1 KiB or less becomes inline, extents
 * become an object when the file has 32 KiB or less, a chain becomes inline at 1 KiB. For a file in
 * extents or a chain, its size decides this, holes counted.
 *
 * <p>What is gathered is in extents, whatever its length, until the file is written again.
 *
 * <p>Old blocks are freed as they are replaced, and never written. Pages are stored as they come,
 * zeros or not; a page that never came is a hole. If {@link #write} or {@link #remove} throws, the
 * batch is to be aborted.
 *
 * <p>Immutable, for any number of reading threads; the changing methods are for the thread of the
 * batch. Files may share blocks ({@link #share}): none is ever written again, and who drops one
 * leaves it to the others.
 */
public final class StoreContentStore implements ContentStore {
  /** Content up to this length is in its item. */
  public static final int INLINE_BYTES = 2048;

  /** How content that is not small is laid out. */
  public enum Layout {
    /** One object to 64 KiB, then extents: runs of blocks. */
    EXTENTS,
    /** Objects of at most 64 KiB, one for each fixed part of the file. */
    CHAIN
  }

  private static final int PAGE_BYTES = ContentChange.PAGE_BYTES;

  private final Space space;
  private final Layout layout;

  /** A content store; the layout is for what is written, content in any layout can be read. */
  public StoreContentStore(Space space, Layout layout) {
    this.space = space;
    this.layout = layout;
  }

  @Override
  public void read(Items items, long inode, long position, ByteBuffer destination)
      throws IOException {
    Blocks.check(position, "position");
    Blocks.check(position + destination.remaining(), "end");
    if (!destination.hasRemaining()) {
      return;
    }
    byte[] contentKey = contentKey(inode);
    byte[] value;
    if (layout == Layout.EXTENTS) {
      // One descent: of a large file the extent, of a small one most often the content itself.
      Item item = items.floor(StoreExtentStore.key(inode, position / PAGE_BYTES), contentKey);
      if (item != null && ItemKey.kind(item.key()) == ItemKey.EXTENT) {
        ExtentContent.read(items, space, inode, position, destination, item);
        return;
      }
      value =
          item == null || ItemKey.kind(item.key()) == ItemKey.CONTENT
              ? (item == null ? null : item.value())
              : items.get(contentKey);
    } else {
      value = items.get(contentKey);
    }
    if (value != null) {
      Content content = ContentItems.content(contentKey, value);
      read(new Binding(items, space), inode, content, position, destination);
    }
    Zeros.fillTo(destination, destination.limit());
  }

  @Override
  public void write(Items items, ItemSink sink, Batch batch, long inode, ContentChange change)
      throws IOException {
    Blocks.check(change.size(), "size");
    Blocks.check(change.keep(), "kept length");
    Binding binding = new Binding(items, sink, space, batch);
    byte[] oldValue = binding.items().get(contentKey(inode));
    Content old = content(inode, oldValue);
    Content content;
    if (old.isLarge()) {
      content = writeLarge(binding, inode, old, change);
    } else {
      content = writeSmall(binding, inode, old, change);
    }
    store(binding, inode, oldValue, content);
  }

  /** Frees all content and removes its items, in this one batch. */
  public void remove(Items items, ItemSink sink, Batch batch, long inode) throws IOException {
    remove(items, sink, batch, inode, RemovalStep.unlimited());
  }

  @Override
  public boolean remove(Items items, ItemSink sink, Batch batch, long inode, RemovalStep step)
      throws IOException {
    Binding binding = new Binding(items, sink, space, batch);
    byte[] value = binding.items().get(contentKey(inode));
    if (value == null) {
      return true;
    }
    if (!free(binding, inode, content(inode, value), step)) {
      return false;
    }
    sink.remove(contentKey(inode));
    return true;
  }

  @Override
  public OptionalLong run(Items items, long inode, long position, long length) throws IOException {
    if (!(content(inode, items.get(contentKey(inode))) instanceof Content.Extents)) {
      return OptionalLong.empty();
    }
    Blocks.Range range = Blocks.blockRange(position, length, PAGE_BYTES);
    return ExtentContent.run(new Binding(items, space), inode, range.first(), range.count());
  }

  @Override
  public boolean canGather(Items items, long inode, long position, long length) throws IOException {
    Content content = content(inode, items.get(contentKey(inode)));
    if (layout == Layout.CHAIN || content instanceof Content.Chain) {
      return false;
    }
    if (!content.isLarge()) {
      return position + length <= smallLength(content);
    }
    Blocks.Range range = Blocks.blockRange(position, length, PAGE_BYTES);
    return ExtentContent.isStored(new Binding(items, space), inode, range.first(), range.count());
  }

  @Override
  public void gather(
      Items items, ItemSink sink, Batch batch, long inode, long position, long length)
      throws IOException {
    Binding binding = new Binding(items, sink, space, batch);
    byte[] value = binding.items().get(contentKey(inode));
    Content old = content(inode, value);
    if (!old.isLarge()) {
      spread(binding, inode, value, old);
    }
    if (run(binding.items(), inode, position, length).isEmpty()) {
      Blocks.Range range = Blocks.blockRange(position, length, PAGE_BYTES);
      ExtentContent.gather(binding, inode, range.first(), Math.toIntExact(range.count()));
    }
  }

  /** Stores what is small as extents. */
  private void spread(Binding binding, long inode, byte @Nullable [] value, Content small)
      throws IOException {
    ContentChange all =
        new ContentChange(small.size(), 0, pages(binding, inode, small, smallLength(small)));
    free(binding, inode, small);
    ExtentContent.write(binding, inode, 0, all);
    store(binding, inode, value, new Content.Extents(small.size()));
  }

  @Override
  public Optional<SharePart> sharePart(Items items, long inode, long first) throws IOException {
    return sharePart(items, inode, first, Long.MAX_VALUE);
  }

  @Override
  public Optional<SharePart> sharePart(Items items, long inode, long first, long end)
      throws IOException {
    return content(inode, items.get(contentKey(inode))) instanceof Content.Extents
        ? Optional.of(ExtentContent.sharePart(new Binding(items, space), inode, first, end))
        : Optional.empty();
  }

  @Override
  public boolean share(
      Items source, long inode, SharePart part, ItemSink sink, Batch batch, long target)
      throws IOException {
    byte[] value = source.get(contentKey(inode));
    if (!(content(inode, value) instanceof Content.Extents extents)) {
      return false;
    }
    if (part.first() == 0) {
      sink.put(contentKey(target), ContentItems.encode(extents));
    }
    return ExtentContent.share(
        new Binding(source, space), inode, part, sink, batch, target, part.first());
  }

  @Override
  public boolean lend(
      Items source, long inode, SharePart part, ItemSink sink, Batch batch, long target, long at)
      throws IOException {
    if (!(content(inode, source.get(contentKey(inode))) instanceof Content.Extents)) {
      return false;
    }
    long end = at + (part.end() - part.first());
    sink.put(contentKey(target), ContentItems.encode(new Content.Extents(end * PAGE_BYTES)));
    return ExtentContent.share(new Binding(source, space), inode, part, sink, batch, target, at);
  }

  @Override
  public boolean canTake(Items items, long inode) throws IOException {
    return layout == Layout.EXTENTS
        && !(content(inode, items.get(contentKey(inode))) instanceof Content.Chain);
  }

  @Override
  public SharedBlocks borrow(Items source, long inode, long first, long count, Batch batch, long at)
      throws IOException {
    ExtentList extents =
        ExtentContent.borrow(new Binding(source, space), inode, first, count, batch, at);
    return new SharedBlocks(at, count, extents);
  }

  @Override
  public void take(Items items, ItemSink sink, Batch batch, long inode, SharedBlocks blocks)
      throws IOException {
    Binding binding = new Binding(items, sink, space, batch);
    byte[] value = binding.items().get(contentKey(inode));
    Content old = content(inode, value);
    if (!old.isLarge()) {
      spread(binding, inode, value, old);
    }
    ExtentContent.take(binding, inode, blocks);
  }

  @Override
  public boolean isApart(long inode, byte[] value) throws IOException {
    return !(content(inode, value) instanceof Content.Inline);
  }

  @Override
  public void revert(
      ItemSink sink, Batch batch, byte[] key, byte @Nullable [] now, byte @Nullable [] then)
      throws IOException {
    new OldContent(sink, batch).revert(key, now, then);
  }

  @Override
  public int unitPages() {
    return layout == Layout.CHAIN ? StoreBlockChainStore.BLOCK_BYTES / PAGE_BYTES : 1;
  }

  @Override
  public long allocatedBytes(Items items, long inode) throws IOException {
    Content content = content(inode, items.get(contentKey(inode)));
    if (content instanceof Content.Extents) {
      return ExtentContent.allocatedBytes(items, inode);
    }
    return content instanceof Content.Chain
        ? ChainContent.allocatedBytes(items, inode)
        : smallLength(content);
  }

  private Content writeLarge(Binding binding, long inode, Content old, ContentChange change)
      throws IOException {
    boolean chain = old instanceof Content.Chain;
    int smallest = chain ? INLINE_BYTES / 2 : Space.MAX_OBJECT_BYTES / 2;
    if (change.size() > smallest) {
      if (chain) {
        ChainContent.write(binding, inode, old.size(), change);
        return new Content.Chain(change.size());
      }
      ExtentContent.write(binding, inode, old.size(), change);
      return new Content.Extents(change.size());
    }
    long kept = Math.min(Math.min(change.keep(), change.size()), old.size());
    byte[] bytes = new byte[(int) storedLength(kept, change)];
    read(binding, inode, old, 0, ByteBuffer.wrap(bytes, 0, (int) kept));
    overlay(bytes, change);
    free(binding, inode, old);
    return small(binding, change.size(), bytes, INLINE_BYTES);
  }

  private Content writeSmall(Binding binding, long inode, Content old, ContentChange change)
      throws IOException {
    long kept =
        Math.min(Math.min(change.keep(), change.size()), Math.min(old.size(), smallLength(old)));
    long length = storedLength(kept, change);
    boolean sameBytes = kept == smallLength(old) && length == kept && change.pages().isEmpty();
    if (sameBytes && old instanceof Content.InObject object && length > INLINE_BYTES / 2) {
      return new Content.InObject(change.size(), object.reference());
    }
    int largest =
        layout == Layout.CHAIN || change.size() > Space.MAX_OBJECT_BYTES
            ? INLINE_BYTES
            : Space.MAX_OBJECT_BYTES;
    if (length > largest) {
      NavigableMap<Long, byte[]> pages = withOldPages(binding, inode, old, (int) kept, change);
      free(binding, inode, old);
      ContentChange all = new ContentChange(change.size(), 0, pages);
      if (layout == Layout.CHAIN) {
        ChainContent.write(binding, inode, 0, all);
        return new Content.Chain(change.size());
      }
      ExtentContent.write(binding, inode, 0, all);
      return new Content.Extents(change.size());
    }
    byte[] bytes = new byte[(int) length];
    read(binding, inode, old, 0, ByteBuffer.wrap(bytes, 0, (int) kept));
    overlay(bytes, change);
    free(binding, inode, old);
    return small(
        binding,
        change.size(),
        bytes,
        old instanceof Content.InObject && layout == Layout.EXTENTS
            ? INLINE_BYTES / 2
            : INLINE_BYTES);
  }

  private static Content small(Binding binding, long size, byte[] bytes, int mostInline)
      throws IOException {
    if (bytes.length <= mostInline) {
      return new Content.Inline(size, ByteBuffer.wrap(bytes));
    }
    Batch batch = binding.batch();
    Reference reference = new Reference(batch.putObject(ByteBuffer.wrap(bytes)), batch.sequence());
    return new Content.InObject(size, reference);
  }

  private void store(Binding binding, long inode, byte @Nullable [] oldValue, Content content)
      throws IOException {
    if (content.size() == 0) {
      if (oldValue != null) {
        binding.sink().remove(contentKey(inode));
      }
      return;
    }
    byte[] value = ContentItems.encode(content);
    if (!Arrays.equals(value, oldValue)) {
      binding.sink().put(contentKey(inode), value);
    }
  }

  /** Reads bytes; may stop before the destination is full, where no content follows. */
  private void read(
      Binding binding, long inode, Content content, long position, ByteBuffer destination)
      throws IOException {
    int limit = destination.limit();
    long end = content.isLarge() ? content.size() : smallLength(content);
    int count = (int) Math.max(0, Math.min(destination.remaining(), end - position));
    destination.limit(destination.position() + count);
    if (count == 0) {
      destination.limit(limit);
      return;
    }
    if (content instanceof Content.Inline inline) {
      destination.put(inline.bytes().slice((int) position, count));
    } else if (content instanceof Content.InObject object) {
      space.readObject(object.reference().pointer(), (int) position, destination);
    } else if (content instanceof Content.Extents) {
      ExtentContent.read(binding, inode, position, destination);
    } else {
      ChainContent.read(binding.items(), space, inode, position, destination);
    }
    destination.limit(limit);
  }

  private static void free(Binding binding, long inode, Content content) throws IOException {
    free(binding, inode, content, RemovalStep.unlimited());
  }

  /** Frees as much as the step allows; whether that was all. */
  private static boolean free(Binding binding, long inode, Content content, RemovalStep step)
      throws IOException {
    if (content instanceof Content.InObject object) {
      binding.batch().freeObject(object.reference().pointer(), object.reference().birth());
    } else if (content instanceof Content.Extents) {
      return ExtentContent.remove(binding, inode, step);
    } else if (content instanceof Content.Chain) {
      return ChainContent.remove(binding, inode, step);
    }
    return true;
  }

  /** The changed pages, and the others of the old content. */
  private NavigableMap<Long, byte[]> withOldPages(
      Binding binding, long inode, Content old, int kept, ContentChange change) throws IOException {
    NavigableMap<Long, byte[]> pages = pages(binding, inode, old, kept);
    pages.putAll(change.pages());
    return pages;
  }

  /** The first bytes, in pages. */
  private NavigableMap<Long, byte[]> pages(Binding binding, long inode, Content of, int length)
      throws IOException {
    NavigableMap<Long, byte[]> pages = new TreeMap<>();
    byte[] bytes = new byte[length];
    read(binding, inode, of, 0, ByteBuffer.wrap(bytes));
    for (int at = 0; at < length; at += PAGE_BYTES) {
      byte[] page = new byte[PAGE_BYTES];
      System.arraycopy(bytes, at, page, 0, Math.min(PAGE_BYTES, length - at));
      pages.put((long) (at / PAGE_BYTES), page);
    }
    return pages;
  }

  private static void overlay(byte[] bytes, ContentChange change) {
    for (Map.Entry<Long, byte[]> page : change.pages().entrySet()) {
      long at = page.getKey() * PAGE_BYTES;
      if (at < bytes.length) {
        System.arraycopy(
            page.getValue(), 0, bytes, (int) at, (int) Math.min(PAGE_BYTES, bytes.length - at));
      }
    }
  }

  /** The length up to the last byte that is kept or changed. */
  private static long storedLength(long kept, ContentChange change) {
    long lastPage = Blocks.blockCount(change.size(), PAGE_BYTES);
    Map.Entry<Long, byte[]> last = change.pages().lowerEntry(lastPage);
    return last == null
        ? kept
        : Math.max(kept, Math.min(change.size(), (last.getKey() + 1) * PAGE_BYTES));
  }

  private static int smallLength(Content content) {
    if (content instanceof Content.Inline inline) {
      return inline.bytes().remaining();
    }
    return content instanceof Content.InObject object ? object.reference().pointer().length() : 0;
  }

  /** Bytes of the file as the content states them; 0 if it states nothing. */
  static long size(Items items, long inode) throws IOException {
    return content(inode, items.get(contentKey(inode))).size();
  }

  private static Content content(long inode, byte @Nullable [] value) throws CapsaCorruptException {
    return value == null
        ? new Content.Inline(0, ByteBuffer.allocate(0))
        : ContentItems.content(contentKey(inode), value);
  }

  private static byte[] contentKey(long inode) {
    return ItemKey.of(inode, ItemKey.CONTENT);
  }
}
