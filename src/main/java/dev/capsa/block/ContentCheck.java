package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.BlockRun;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks the content of one file after the other, finds all faults rather than the first, and hands
 * out every object and run of blocks that a file refers to, so that the caller can compare them
 * with what is allocated. Immutable; the caller holds a pin.
 */
public final class ContentCheck {
  private static final int BUFFER_BLOCKS = 64;

  private final Items items;
  private final Space space;
  private final boolean readsData;

  /** Takes what a check finds. */
  public interface Visitor {
    /**
     * A file refers to an object.
     *
     * @param birth of the reference
     */
    void object(long inode, ObjectPointer pointer, long birth);

    /**
     * A file refers to blocks.
     *
     * @param birth of the reference
     */
    void blocks(long inode, long start, long length, long birth);

    /** Something is wrong with a file's content. */
    void fault(long inode, String what);
  }

  /**
   * A check of one view.
   *
   * @param readsData whether to read all bytes, and so verify their checksums
   */
  public ContentCheck(Items items, Space space, boolean readsData) {
    this.items = items;
    this.space = space;
    this.readsData = readsData;
  }

  /**
   * Checks one file.
   *
   * @param fileSize bytes that the inode states
   * @throws IOException if the medium fails; damage is a fault, not an exception
   */
  public void check(long inode, long fileSize, Visitor visitor) throws IOException {
    try {
      byte[] key = ItemKey.of(inode, ItemKey.CONTENT);
      byte[] value = items.get(key);
      Content content =
          value == null
              ? new Content.Inline(0, ByteBuffer.allocate(0))
              : ContentItems.content(key, value);
      if (content.size() > fileSize) {
        visitor.fault(inode, "its content has " + content.size() + " bytes, the file " + fileSize);
      }
      checkSmall(inode, content, visitor);
      checkExtents(inode, content, visitor);
      checkChain(inode, content, visitor);
    } catch (CapsaCorruptException e) {
      visitor.fault(inode, String.valueOf(e.getMessage()));
    }
  }

  private void checkSmall(long inode, Content content, Visitor visitor) throws IOException {
    if (content instanceof Content.Inline inline) {
      int length = inline.bytes().remaining();
      if (length > content.size() || length > StoreContentStore.INLINE_BYTES) {
        visitor.fault(inode, length + " bytes are inline; its size is " + content.size());
      }
    } else if (content instanceof Content.InObject object) {
      checkObject(inode, 0, content.size(), object.reference(), visitor);
    }
  }

  private void checkChain(long inode, Content content, Visitor visitor) throws IOException {
    ItemCursor cursor =
        items.cursor(
            StoreBlockChainStore.key(inode, 0), ItemKey.of(inode, (byte) (ItemKey.CHAIN + 1)));
    while (cursor.next()) {
      long index = ItemKey.number(cursor.key());
      if (!(content instanceof Content.Chain)) {
        visitor.fault(inode, "it has block " + index + " of a chain, but is " + content);
      }
      try {
        Reference reference = ContentItems.link(cursor.key(), cursor.value());
        if (index < 0 || index > content.size() / StoreBlockChainStore.BLOCK_BYTES) {
          visitor.fault(
              inode, "block " + index + " of its chain is past its size " + content.size());
        }
        long start = index * StoreBlockChainStore.BLOCK_BYTES;
        checkObject(inode, start, content.size(), reference, visitor);
      } catch (CapsaCorruptException e) {
        visitor.fault(inode, String.valueOf(e.getMessage()));
      }
    }
  }

  private void checkObject(long inode, long start, long size, Reference reference, Visitor visitor)
      throws IOException {
    ObjectPointer pointer = reference.pointer();
    visitor.object(inode, pointer, reference.birth());
    checkBirths(inode, pointer.birth(), reference.birth(), visitor);
    if (pointer.length() > Space.MAX_OBJECT_BYTES || start + pointer.length() > size) {
      visitor.fault(
          inode,
          "the object at byte "
              + start
              + " has "
              + pointer.length()
              + " bytes; its size is "
              + size);
    } else if (readsData) {
      try {
        space.readObject(pointer, 0, ByteBuffer.allocate(pointer.length()));
      } catch (CapsaCorruptException e) {
        visitor.fault(inode, "bytes from " + start + " cannot be read: " + e.getMessage());
      }
    }
  }

  private void checkExtents(long inode, Content content, Visitor visitor) throws IOException {
    ItemCursor cursor =
        items.cursor(
            StoreExtentStore.key(inode, 0), ItemKey.of(inode, (byte) (ItemKey.EXTENT + 1)));
    long blocks = Blocks.blockCount(content.size(), BlockRun.BLOCK_BYTES);
    long end = 0;
    while (cursor.next()) {
      Extent extent;
      try {
        extent = ContentItems.extent(cursor.key(), cursor.value());
      } catch (CapsaCorruptException e) {
        visitor.fault(inode, String.valueOf(e.getMessage()));
        continue;
      }
      visitor.blocks(inode, extent.physical(), extent.length(), extent.referenceBirth());
      checkBirths(inode, extent.birth(), extent.referenceBirth(), visitor);
      if (!(content instanceof Content.Extents)) {
        visitor.fault(inode, "it has " + extent + ", but is " + content);
      } else if (extent.logicalEnd() > blocks) {
        visitor.fault(inode, extent + " is past its size, " + blocks + " blocks");
      }
      if (extent.logical() < end) {
        visitor.fault(inode, extent + " overlaps the one before, which ends at " + end);
      }
      end = Math.max(end, extent.logicalEnd());
      if (readsData) {
        readBlocks(inode, extent, content.size(), visitor);
      }
    }
  }

  private void checkBirths(long inode, long birth, long referenceBirth, Visitor visitor) {
    if (birth < 1 || birth > referenceBirth || referenceBirth > space.sequence()) {
      visitor.fault(
          inode,
          "bytes born at "
              + birth
              + ", referred to since "
              + referenceBirth
              + "; the newest commit is "
              + space.sequence());
    }
  }

  private void readBlocks(long inode, Extent extent, long size, Visitor visitor)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BLOCKS * BlockRun.BLOCK_BYTES);
    for (long from = 0; from < extent.length(); from += BUFFER_BLOCKS) {
      int count = (int) Math.min(BUFFER_BLOCKS, extent.length() - from);
      buffer.clear().limit(count * BlockRun.BLOCK_BYTES);
      try {
        space.readBlocks(extent.physical() + from, 0, buffer);
      } catch (CapsaCorruptException e) {
        nameUnreadable(inode, extent, from, count, visitor);
        continue;
      }
      long start = (extent.logical() + from) * BlockRun.BLOCK_BYTES;
      for (int i = (int) Math.max(0, Math.min(buffer.limit(), size - start));
          i < buffer.limit();
          i++) {
        if (buffer.get(i) != 0) {
          visitor.fault(inode, "byte " + (start + i) + " is past its size " + size + ", and not 0");
          break;
        }
      }
    }
  }

  private void nameUnreadable(long inode, Extent extent, long from, int count, Visitor visitor)
      throws IOException {
    for (long i = from; i < from + count; i++) {
      try {
        space.readBlocks(extent.physical() + i, 0, ByteBuffer.allocate(BlockRun.BLOCK_BYTES));
      } catch (CapsaCorruptException e) {
        long start = (extent.logical() + i) * BlockRun.BLOCK_BYTES;
        visitor.fault(
            inode,
            "bytes "
                + start
                + " to "
                + (start + BlockRun.BLOCK_BYTES)
                + " cannot be read: "
                + e.getMessage());
      }
    }
  }
}
