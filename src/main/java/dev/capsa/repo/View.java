package dev.capsa.repo;

import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What one operation reads: an unchanging committed root under the newest overlays, pinned until
 * closed. Shows every change that completed before it was taken, and may show later ones, item by
 * item. Never kept across a return to the user.
 */
public interface View extends Items, AutoCloseable {
  /**
   * Reads a file's bytes: dirty pages over committed content; holes read as zeros. The caller has
   * cut the request at the file's size.
   */
  void read(long inode, long position, ByteBuffer destination) throws IOException;

  @Override
  void close();
}
