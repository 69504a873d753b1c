package dev.capsa.block;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A {@link CowStore} in memory. Thread-safe: each operation is atomic, guarded by one lock. */
public final class MemoryCowStore extends MemoryExtentStore implements CowStore {
  /** An empty store without a limit. */
  public MemoryCowStore(int blockSize) {
    super(blockSize);
  }

  /** An empty store for so many blocks. */
  public MemoryCowStore(int blockSize, long capacityBlocks) {
    super(blockSize, capacityBlocks);
  }

  @Override
  public void cloneExtents(long source, long destination) throws IOException {
    lock.lock();
    try {
      if (source == destination) {
        return;
      }
      ExtentList shared = extents(source);
      for (Extent extent : shared) {
        owners.add(extent.physical(), extent.length(), 1);
      }
      for (Extent extent : replaceExtents(destination, 0, TO_END, shared)) {
        free(extent.physical(), extent.length());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long breakSharing(long inode, long block) throws IOException {
    lock.lock();
    try {
      long physical = extents(inode).physical(block);
      if (physical == 0 || owners.count(physical) == 1) {
        return physical;
      }
      ByteBuffer bytes = ByteBuffer.allocate(blockSize());
      read(physical, 0, bytes);
      long copy = allocate(1).start();
      write(copy, bytes.flip());
      replaceExtents(inode, block, 1, ExtentList.of(new Extent(block, copy, 1)));
      free(physical, 1);
      return copy;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int shareCount(long physical) {
    lock.lock();
    try {
      return owners.count(physical);
    } finally {
      lock.unlock();
    }
  }
}
