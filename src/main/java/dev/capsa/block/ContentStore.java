package dev.capsa.block;

import dev.capsa.store.Batch;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the committed content of files lies. The one place that decides by size and layout whether
 * a file is inline (its bytes in the CONTENT item), one object in grains, extents, or a block
 * chain; a file moves between them as it grows and shrinks. The descriptor is the CONTENT item of
 * the inode; a file without one has no bytes but holes. Extents and chains have items of their own.
 */
public interface ContentStore {
  /**
   * Reads committed bytes; holes and everything past the content read as zeros, so the destination
   * is always filled. Takes no lock.
   */
  void read(Items items, long inode, long position, ByteBuffer destination) throws IOException;

  /** Applies a change, writing data to the batch and items to the sink; frees what it replaces. */
  void write(Items items, ItemSink sink, Batch batch, long inode, ContentChange change)
      throws IOException;

  /**
   * Frees content and removes its items, as far as the step allows. The CONTENT item goes last; if
   * something is left, nothing but a further call may look at it.
   *
   * @return whether all is removed
   */
  boolean remove(Items items, ItemSink sink, Batch batch, long inode, RemovalStep step)
      throws IOException;

  /**
   * The block of a part of the file, if all of the part lies in consecutive blocks. Its first byte
   * is at {@code position % 4096} in the block.
   */
  default OptionalLong run(Items items, long inode, long position, long length) throws IOException {
    return OptionalLong.empty();
  }

  /** Whether a part of a file can be gathered: it has no hole, and the layout has blocks. */
  default boolean canGather(Items items, long inode, long position, long length)
      throws IOException {
    return false;
  }

  /**
   * Stores a part of the file that {@linkplain #canGather can be gathered} again, in consecutive
   * blocks. Nothing of the file changes.
   *
   * @throws dev.capsa.CapsaFullException if there are not so many in a row
   */
  default void gather(
      Items items, ItemSink sink, Batch batch, long inode, long position, long length)
      throws IOException {
    throw new UnsupportedOperationException("this content has no blocks");
  }

  /**
   * The part of a file from a block on that one commit may share.
   *
   * @return empty if the content cannot be shared: it is small, or in a chain
   */
  default Optional<SharePart> sharePart(Items items, long inode, long first) throws IOException {
    return Optional.empty();
  }

  /**
   * Has a new file share a part of another one; the first part brings the CONTENT item.
   *
   * @param source items of the file to share from: of the newest committed state, or of a kept one
   * @return false if its blocks are not in use any more, since the kept revision was dropped; the
   *     batch is to be aborted
   */
  default boolean share(
      Items source, long inode, SharePart part, ItemSink sink, Batch batch, long target)
      throws IOException {
    throw new UnsupportedOperationException("this content has no blocks");
  }

  /** Whether content has more than its item, by the value of that. */
  default boolean isApart(long inode, byte[] value) throws IOException {
    return true;
  }

  /**
   * Puts one item of a file's content as an older state has it, which is readable and kept. Blocks
   * are shared, objects copied; what the present item refers to is dropped. What both refer to
   * stays as it is. Done for each item in which the two states differ, this makes the content the
   * older one.
   *
   * @param key of an item CONTENT, EXTENT or CHAIN
   * @param now its present value; null if it is absent
   * @param then its value in the older state; null if it is absent there
   */
  default void revert(
      ItemSink sink, Batch batch, byte[] key, byte @Nullable [] now, byte @Nullable [] then)
      throws IOException {
    throw new UnsupportedOperationException("this content does not go back");
  }

  /**
   * The part of some blocks of a file that one commit may share.
   *
   * @param end the block after the last one
   * @return empty if the content cannot be shared: it is small, or in a chain
   */
  default Optional<SharePart> sharePart(Items items, long inode, long first, long end)
      throws IOException {
    return Optional.empty();
  }

  /**
   * Has a new file share a part of another one, and nothing else; brings its CONTENT item.
   *
   * @param at block of the new file where the part begins
   * @return false as for {@link #share}
   */
  default boolean lend(
      Items source, long inode, SharePart part, ItemSink sink, Batch batch, long target, long at)
      throws IOException {
    throw new UnsupportedOperationException("this content has no blocks");
  }

  /** Whether a file can {@linkplain #take have blocks} that are shared with others. */
  default boolean canTake(Items items, long inode) throws IOException {
    return false;
  }

  /**
   * Refers once more to stored blocks of a file. Items are changed by {@link #take} only, so the
   * file may be changed by the same batch after this.
   *
   * @param at the other file's block that is to be the first one of them
   * @throws dev.capsa.CapsaCorruptException if they are not in use any more
   */
  default SharedBlocks borrow(
      Items source, long inode, long first, long count, Batch batch, long at) throws IOException {
    throw new UnsupportedOperationException("this content has no blocks");
  }

  /**
   * Puts shared blocks into a file {@linkplain #canTake that can have them}, for what was there.
   */
  default void take(Items items, ItemSink sink, Batch batch, long inode, SharedBlocks blocks)
      throws IOException {
    throw new UnsupportedOperationException("this content has no blocks");
  }

  /**
   * Pages that are stored as one: who changes any of them stores all of them again. Content that is
   * small enough to be stored as a whole is not meant.
   */
  int unitPages();

  /** Bytes that the content takes in the container, without metadata. */
  long allocatedBytes(Items items, long inode) throws IOException;
}
