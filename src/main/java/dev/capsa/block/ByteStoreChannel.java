package dev.capsa.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One file of a {@link ByteStore} as a channel, for reading, for writing, or both. Closing it does
 * nothing to the store. Thread-safe: operations follow each other under one lock, which is about
 * the position; what the store promises for concurrent use is its own affair.
 */
public final class ByteStoreChannel implements SeekableByteChannel {
  private final ReentrantLock lock = new ReentrantLock();
  private final ByteStore store;
  private final long inode;
  private final boolean reads;
  private final boolean writes;
  private long position;
  private volatile boolean closed;

  private ByteStoreChannel(ByteStore store, long inode, boolean reads, boolean writes) {
    this.store = store;
    this.inode = inode;
    this.reads = reads;
    this.writes = writes;
  }

  /** A channel that reads from the start. */
  public static ByteStoreChannel reader(ByteStore store, long inode) {
    return new ByteStoreChannel(store, inode, true, false);
  }

  /** A channel that writes from the start, over what is there. */
  public static ByteStoreChannel writer(ByteStore store, long inode) {
    return new ByteStoreChannel(store, inode, false, true);
  }

  /** A channel that reads and writes from the start. */
  public static ByteStoreChannel readerAndWriter(ByteStore store, long inode) {
    return new ByteStoreChannel(store, inode, true, true);
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    lock.lock();
    try {
      checkOpen();
      checkReadable();
      int count = store.readAt(inode, position, destination);
      position += Math.max(0, count);
      return count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    lock.lock();
    try {
      checkOpen();
      checkWritable();
      int count = source.remaining();
      store.writeAt(inode, position, source);
      position += count;
      return count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long position() throws IOException {
    lock.lock();
    try {
      checkOpen();
      return position;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ByteStoreChannel position(long newPosition) throws IOException {
    lock.lock();
    try {
      checkOpen();
      Blocks.check(newPosition, "position");
      position = newPosition;
      return this;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long size() throws IOException {
    lock.lock();
    try {
      checkOpen();
      return store.size(inode);
    } finally {
      lock.unlock();
    }
  }

  /** Cuts the file; never extends it, as {@link SeekableByteChannel#truncate} asks. */
  @Override
  public ByteStoreChannel truncate(long size) throws IOException {
    lock.lock();
    try {
      checkOpen();
      checkWritable();
      Blocks.check(size, "size");
      if (size < store.size(inode)) {
        store.truncate(inode, size);
      }
      position = Math.min(position, size);
      return this;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private void checkReadable() {
    if (!reads) {
      throw new NonReadableChannelException();
    }
  }

  private void checkWritable() {
    if (!writes) {
      throw new NonWritableChannelException();
    }
  }
}
