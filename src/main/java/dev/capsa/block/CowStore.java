package dev.capsa.block;

import java.io.IOException;

/**
 * An extent store in which files share blocks until they are written.
 *
 * <p>Every block counts its owners: 1 at allocation, one more by each clone. {@link #free} takes
 * one owner away, and the block is free when none is left, so no owner can free what another still
 * has. A block with two owners or more is never written: {@link #write} refuses it, and {@link
 * #breakSharing} comes first.
 */
public interface CowStore extends ExtentStore {
  /**
   * Makes a file's blocks those of another one, shared. What the destination had before is freed. A
   * source that does not exist is an empty file; a file cloned onto itself stays as it is.
   */
  void cloneExtents(long source, long destination) throws IOException;

  /**
   * Makes one block of a file writable for this file alone. A shared block is copied, its extent is
   * split around the copy, and the shared block loses this owner. Otherwise nothing changes; a
   * store that never overwrites committed blocks copies those too.
   *
   * @param block the file's block
   * @return where the block lies now, ready for {@link #write}; 0 if it is a hole
   */
  long breakSharing(long inode, long block) throws IOException;

  /**
   * How many own a block.
   *
   * @param physical an allocated block. For a free one the answer is 0 as far as the store knows:
   *     one over a container knows what it freed itself
   */
  int shareCount(long physical) throws IOException;
}
