package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file's handle, shared by the operations of a channel: whoever closes does not wait, and
 * the last operation inside lets go of the handle. So a channel may be closed while others use it.
 */
final class SharedHandle {
  /** Set in the count of users once it is to close. */
  private static final int CLOSING = 1 << 30;

  private final FileTree.FileHandle handle;
  private final AtomicInteger users = new AtomicInteger();

  SharedHandle(FileTree.FileHandle handle) {
    this.handle = handle;
  }

  /**
   * The handle, to be given back by {@link #release}.
   *
   * @throws ClosedChannelException if it is closing
   */
  FileTree.FileHandle take() throws IOException {
    if ((users.incrementAndGet() & CLOSING) != 0) {
      release();
      throw new ClosedChannelException();
    }
    return handle;
  }

  void release() throws IOException {
    if (users.decrementAndGet() == CLOSING) {
      handle.close();
    }
  }

  /** To be called once. */
  void close() throws IOException {
    if (users.addAndGet(CLOSING) == CLOSING) {
      handle.close();
    }
  }
}
