package dev.capsa.block;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Files as chains of blocks of one fixed size.
 *
 * <p>A block has a number, never 0; in a chain, 0 is a hole. A block is allocated or free. A free
 * number is handed out again, so whoever frees a block forgets its number. An allocated block is in
 * one place of one chain, or in none; while it is in a chain, it cannot be freed. A block that was
 * allocated and never written reads as zeros: no bytes of its former life show.
 *
 * <p>A file that does not exist has an empty chain. Holes at the end of a chain are not kept.
 *
 * <p>Numbers are valid within the store object that gave them; one bound to a batch gives numbers
 * anew after the next binding, by {@link #chain} and {@link #link}.
 *
 * <p>A block that is not allocated is refused by {@link IllegalArgumentException}, and so is a
 * buffer of the wrong length; nothing is changed then.
 */
public interface BlockChainStore {
  /** Bytes of a block. */
  int blockSize();

  /**
   * Takes a free block.
   *
   * @throws dev.capsa.CapsaFullException if there is none
   */
  long allocate() throws IOException;

  /**
   * Gives a block back. Does nothing if it is free already.
   *
   * @throws IllegalStateException if the block is in a chain
   */
  void free(long block) throws IOException;

  /** Reads a block into a destination in which exactly its size remains. */
  void read(long block, ByteBuffer destination) throws IOException;

  /** Writes a block from a source in which exactly its size remains, wholly or not at all. */
  void write(long block, ByteBuffer source) throws IOException;

  /** The blocks of a file in their order; the array is the caller's. */
  long[] chain(long inode) throws IOException;

  /**
   * Sets the blocks of a file in one step. Blocks that leave the chain stay allocated.
   *
   * @throws IllegalArgumentException if a block is not allocated, comes twice, or is in the chain
   *     of another file
   */
  void setChain(long inode, long[] blocks) throws IOException;

  /** One block of a chain, 0 for a hole or beyond the end; does not read the rest of the chain. */
  long link(long inode, long index) throws IOException;

  /**
   * Sets one block of a chain, 0 for a hole; does not touch the rest of the chain. The block that
   * leaves stays allocated.
   *
   * @throws IllegalArgumentException if the block is not allocated, or in another place of a chain
   */
  void setLink(long inode, long index, long block) throws IOException;
}
