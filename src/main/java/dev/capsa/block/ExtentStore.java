package dev.capsa.block;

import dev.capsa.store.BlockRun;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Files as lists of extents: runs of blocks.
 *
 * <p>A block has a number, never 0, and is allocated or free. Whoever allocates blocks owns them,
 * puts them into a file's list, and frees them when they leave it: changing a list neither takes
 * nor frees blocks. Blocks that were allocated and never written read as zeros.
 *
 * <p>A file that does not exist has an empty list.
 *
 * <p>Every method checks before it changes: one that throws {@link IllegalArgumentException}
 * (blocks that are not all allocated; part of a block; a negative number) or {@link
 * IllegalStateException} (blocks that may not be overwritten) has changed nothing.
 */
public interface ExtentStore {
  /** As count of blocks: as many as there are. */
  long TO_END = Long.MAX_VALUE;

  /** Bytes of a block. */
  int blockSize();

  /**
   * Allocates at least one and at most {@code wanted} blocks in a row: the caller asks again for
   * the rest.
   *
   * @param wanted at least 1
   * @throws dev.capsa.CapsaFullException if no block is free
   */
  BlockRun allocate(int wanted) throws IOException;

  /** Gives blocks back, which need not be one allocation. */
  void free(long physical, long length) throws IOException;

  /**
   * Fills a destination from consecutive blocks.
   *
   * @param physical first block
   * @param offset first byte, counted from the start of that block; may exceed a block
   */
  void read(long physical, long offset, ByteBuffer destination) throws IOException;

  /**
   * Writes consecutive blocks, whole ones.
   *
   * @throws IllegalStateException if one of them is shared, or is part of a committed state, and
   *     committed blocks are not overwritten by this store
   */
  void write(long physical, ByteBuffer source) throws IOException;

  /** The extents of a file. */
  ExtentList extents(long inode) throws IOException;

  /** Sets the extents of a file in one step; neighbours that fit are joined. */
  default void setExtents(long inode, ExtentList extents) throws IOException {
    replaceExtents(inode, 0, TO_END, extents);
  }

  /**
   * Puts other extents in place of a range of a file, in one step; what lies half in it keeps its
   * head and tail. Costs what the range holds, not what the file holds.
   *
   * @param first first block of the file that is replaced
   * @param count number of blocks, or {@link #TO_END}
   * @param replacement extents wholly inside the range; the rest of it becomes holes
   * @return what was in the range, cut at its edges: for the caller to free, or to put elsewhere
   */
  ExtentList replaceExtents(long inode, long first, long count, ExtentList replacement)
      throws IOException;
}
