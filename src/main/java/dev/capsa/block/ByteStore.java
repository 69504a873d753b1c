package dev.capsa.block;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Files as sequences of bytes, by inode: the simplest of the block stores.
 *
 * <p>A file that does not exist is an empty file: its size is 0, a read is at its end, a write
 * creates it, and removing it does nothing. So no operation depends on whether somebody asked for
 * the file before, and a removed file is like one that never was.
 *
 * <p>Bytes that were never written read as zeros, also after a file was cut and grew again. All
 * methods throw {@link IllegalArgumentException} for a negative position or size, or an end beyond
 * {@link Long#MAX_VALUE}, and then have changed nothing.
 *
 * @see BlockChainStore
 * @see ExtentStore
 */
public interface ByteStore {
  /**
   * Reads bytes; fewer than remain in the destination only where the file ends.
   *
   * @return how many; −1 at or after the end; 0 if none remain in the destination
   */
  int readAt(long inode, long position, ByteBuffer destination) throws IOException;

  /**
   * Writes all that remains in the source. Between the old end and the position is a hole. An empty
   * source changes nothing, wherever the position is.
   */
  void writeAt(long inode, long position, ByteBuffer source) throws IOException;

  /** Cuts a file, or extends it by a hole. */
  void truncate(long inode, long size) throws IOException;

  /** Makes a file one that never was. */
  void remove(long inode) throws IOException;

  /** Bytes of a file. */
  long size(long inode) throws IOException;

  /** Bytes that are stored for a file; holes take none. */
  long allocatedBytes(long inode) throws IOException;
}
