package dev.capsa.block;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A {@link ByteStore} in memory, in pages of 4 KiB: a page that was never written takes no space,
 * and writing costs what is written, also at the end of a large file. Bytes of a page beyond the
 * file's end are zeros. Thread-safe: each operation is atomic, guarded by one lock for reading and
 * writing.
 */
public final class MemoryByteStore implements ByteStore {
  private static final int PAGE_BYTES = 4096;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Long, File> files = new HashMap<>();

  private static final class File {
    private final NavigableMap<Long, byte[]> pages = new TreeMap<>();
    private long size;
  }

  /** A store without files. */
  public MemoryByteStore() {}

  @Override
  public int readAt(long inode, long position, ByteBuffer destination) {
    Blocks.check(position, "position");
    lock.readLock().lock();
    try {
      File file = files.get(inode);
      if (!destination.hasRemaining()) {
        return 0;
      }
      if (file == null || position >= file.size) {
        return -1;
      }
      int length = (int) Math.min(destination.remaining(), file.size - position);
      long at = position;
      while (at < position + length) {
        int from = (int) (at % PAGE_BYTES);
        int count = (int) Math.min(PAGE_BYTES - from, position + length - at);
        byte[] page = file.pages.get(at / PAGE_BYTES);
        if (page == null) {
          Zeros.fill(destination, count);
        } else {
          destination.put(page, from, count);
        }
        at += count;
      }
      return length;
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void writeAt(long inode, long position, ByteBuffer source) {
    Blocks.check(position, "position");
    Blocks.check(position + source.remaining(), "end");
    if (!source.hasRemaining()) {
      return;
    }
    lock.writeLock().lock();
    try {
      File file = files.computeIfAbsent(inode, key -> new File());
      long at = position;
      while (source.hasRemaining()) {
        int from = (int) (at % PAGE_BYTES);
        int count = Math.min(PAGE_BYTES - from, source.remaining());
        byte[] page = file.pages.computeIfAbsent(at / PAGE_BYTES, key -> new byte[PAGE_BYTES]);
        source.get(page, from, count);
        at += count;
      }
      file.size = Math.max(file.size, at);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public void truncate(long inode, long size) {
    Blocks.check(size, "size");
    lock.writeLock().lock();
    try {
      File file = files.get(inode);
      if (file == null) {
        if (size == 0) {
          return;
        }
        file = new File();
        files.put(inode, file);
      }
      if (size < file.size) {
        file.pages.tailMap(Blocks.blockCount(size, PAGE_BYTES)).clear();
        byte[] last = file.pages.get(size / PAGE_BYTES);
        if (last != null) {
          Arrays.fill(last, (int) (size % PAGE_BYTES), PAGE_BYTES, (byte) 0);
        }
      }
      file.size = size;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public void remove(long inode) {
    lock.writeLock().lock();
    try {
      files.remove(inode);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public long size(long inode) {
    lock.readLock().lock();
    try {
      File file = files.get(inode);
      return file == null ? 0 : file.size;
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public long allocatedBytes(long inode) {
    lock.readLock().lock();
    try {
      File file = files.get(inode);
      return file == null ? 0 : (long) file.pages.size() * PAGE_BYTES;
    } finally {
      lock.readLock().unlock();
    }
  }
}
