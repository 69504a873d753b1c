package dev.capsa.nio;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lock on a range of a file; it ends when it is released or its channel is closed. */
final class CapsaFileLock extends FileLock {
  private final OpenFile file;
  private final AtomicBoolean released = new AtomicBoolean();

  private CapsaFileLock(OpenFile file, FileChannel channel, long from, long size, boolean shared) {
    super(channel, from, size, shared);
    this.file = file;
  }

  private CapsaFileLock(
      OpenFile file, AsynchronousFileChannel channel, long from, long size, boolean shared) {
    super(channel, from, size, shared);
    this.file = file;
  }

  /** A lock that nobody holds yet; a size of 0 means all from the position on. */
  static CapsaFileLock of(
      OpenFile file, FileChannel channel, long from, long size, boolean shared) {
    return new CapsaFileLock(file, channel, from, whole(from, size), shared);
  }

  /** A lock that nobody holds yet; a size of 0 means all from the position on. */
  static CapsaFileLock of(
      OpenFile file, AsynchronousFileChannel channel, long from, long size, boolean shared) {
    return new CapsaFileLock(file, channel, from, whole(from, size), shared);
  }

  private static long whole(long from, long size) {
    return size == 0 ? Long.MAX_VALUE - Math.max(0, from) : size;
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
      file.release(this);
    }
  }
}
