package dev.capsa.nio;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lock on a range of a file; it ends when it is released or its channel is closed. */
final class CapsaFileLock extends FileLock {
  private final FileLocks locks;
  private final long inode;
  private final AtomicBoolean released = new AtomicBoolean();

  CapsaFileLock(
      FileLocks locks, long inode, CapsaFileChannel channel, long from, long size, boolean shared) {
    super(channel, from, size, shared);
    this.locks = locks;
    this.inode = inode;
  }

  @Override
  public boolean isValid() {
    return !released.get() && acquiredBy().isOpen();
  }

  /** Releases the lock; nothing happens the second time. */
  @Override
  public void release() throws IOException {
    if (!acquiredBy().isOpen()) {
      throw new ClosedChannelException();
    }
    if (released.compareAndSet(false, true)) {
      locks.release(inode, this);
    }
  }
}
