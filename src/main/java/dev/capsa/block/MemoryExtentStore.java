package dev.capsa.block;

import dev.capsa.CapsaFullException;
import dev.capsa.store.BlockRun;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An {@link ExtentStore} in memory. Allocates in the first gap that is large enough, then at the
 * end, and when the capacity is reached, what the largest gap has. Thread-safe: each operation is
 * atomic, guarded by one lock.
 */
public sealed class MemoryExtentStore implements ExtentStore permits MemoryCowStore {
  final ReentrantLock lock = new ReentrantLock();

  /** How many own each block; 0 is free. */
  final CountedRuns owners = new CountedRuns();

  private final int blockSize;
  private final long capacityBlocks;

  /** Bytes of the blocks that were written. */
  private final Map<Long, byte[]> blocks = new HashMap<>();

  private final Map<Long, ExtentList> lists = new HashMap<>();

  /** An empty store without a limit. */
  public MemoryExtentStore(int blockSize) {
    this(blockSize, Long.MAX_VALUE - 1);
  }

  /** An empty store for so many blocks. */
  public MemoryExtentStore(int blockSize, long capacityBlocks) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("blocks of " + blockSize + " bytes");
    }
    this.blockSize = blockSize;
    this.capacityBlocks = capacityBlocks;
  }

  @Override
  public final int blockSize() {
    return blockSize;
  }

  /** Blocks that are allocated; a shared one counts once. */
  public final long allocatedBlocks() {
    lock.lock();
    try {
      return owners.blocks();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final BlockRun allocate(int wanted) throws CapsaFullException {
    if (wanted < 1) {
      throw new IllegalArgumentException(wanted + " blocks wanted");
    }
    lock.lock();
    try {
      BlockRun run = place(wanted);
      owners.add(run.start(), run.length(), 1);
      return run;
    } finally {
      lock.unlock();
    }
  }

  private BlockRun place(int wanted) throws CapsaFullException {
    long bestStart = 0;
    long bestLength = 0;
    long at = 1;
    for (CountedRuns.Run run : owners.all()) {
      long gap = run.start() - at;
      if (gap >= wanted) {
        return new BlockRun(at, wanted);
      }
      if (gap > bestLength) {
        bestStart = at;
        bestLength = gap;
      }
      at = run.end();
    }
    long atEnd = capacityBlocks + 1 - at;
    if (atEnd >= bestLength) {
      bestStart = at;
      bestLength = Math.min(wanted, atEnd);
    }
    if (bestLength == 0) {
      throw new CapsaFullException(
          "all " + capacityBlocks + " blocks are in use; wanted are " + wanted);
    }
    return new BlockRun(bestStart, (int) bestLength);
  }

  @Override
  public final void free(long physical, long length) {
    lock.lock();
    try {
      checkAllocated(physical, length);
      owners.add(physical, length, -1);
      for (CountedRuns.Run run : owners.over(physical, length)) {
        if (run.count() == 0) {
          for (long block = run.start(); block < run.end(); block++) {
            blocks.remove(block);
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void read(long physical, long offset, ByteBuffer destination) {
    lock.lock();
    try {
      Blocks.check(physical, "block");
      Blocks.Range range = Blocks.blockRange(offset, destination.remaining(), blockSize);
      checkAllocated(physical + range.first(), range.count());
      long at = offset;
      while (destination.hasRemaining()) {
        int from = (int) (at % blockSize);
        int count = Math.min(blockSize - from, destination.remaining());
        byte[] block = blocks.get(physical + at / blockSize);
        if (block == null) {
          Zeros.fill(destination, count);
        } else {
          destination.put(block, from, count);
        }
        at += count;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void write(long physical, ByteBuffer source) {
    if (source.remaining() % blockSize != 0) {
      throw new IllegalArgumentException(
          source.remaining() + " bytes are not whole blocks of " + blockSize);
    }
    lock.lock();
    try {
      long length = source.remaining() / blockSize;
      checkAllocated(physical, length);
      if (owners.over(physical, length).stream().anyMatch(run -> run.count() > 1)) {
        throw new IllegalStateException(
            "of the blocks " + physical + " + " + length + " some are shared");
      }
      for (long block = physical; source.hasRemaining(); block++) {
        byte[] bytes = new byte[blockSize];
        source.get(bytes);
        blocks.put(block, bytes);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final ExtentList extents(long inode) {
    lock.lock();
    try {
      return lists.getOrDefault(inode, ExtentList.empty());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final ExtentList replaceExtents(
      long inode, long first, long count, ExtentList replacement) {
    lock.lock();
    try {
      for (Extent extent : replacement) {
        checkAllocated(extent.physical(), extent.length());
      }
      ExtentList old = extents(inode);
      ExtentList changed = old.replace(first, count, replacement);
      if (changed.isEmpty()) {
        lists.remove(inode);
      } else {
        lists.put(inode, changed);
      }
      return old.part(first, count);
    } finally {
      lock.unlock();
    }
  }

  private void checkAllocated(long physical, long length) {
    Blocks.check(physical, "block");
    Blocks.check(length, "number of blocks");
    Blocks.check(physical + length, "end of the blocks");
    if (!owners.atLeast(1, physical, length)) {
      throw new IllegalArgumentException(
          "of the blocks " + physical + " + " + length + " some are not allocated");
    }
  }
}
