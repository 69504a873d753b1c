package dev.capsa.block;

import dev.capsa.CapsaFullException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BlockChainStore} in memory. Thread-safe: each operation is atomic, guarded by one lock.
 */
public final class MemoryBlockChainStore implements BlockChainStore {
  private static final class Block {
    private byte @Nullable [] bytes;
    private @Nullable Long owner;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final int blockSize;
  private final long capacityBlocks;
  private final Map<Long, Block> blocks = new HashMap<>();
  private final Map<Long, long[]> chains = new HashMap<>();
  private final Deque<Long> reusable = new ArrayDeque<>();
  private long nextBlock = 1;

  /** An empty store without a limit. */
  public MemoryBlockChainStore(int blockSize) {
    this(blockSize, Long.MAX_VALUE);
  }

  /** An empty store for so many blocks. */
  public MemoryBlockChainStore(int blockSize, long capacityBlocks) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("blocks of " + blockSize + " bytes");
    }
    this.blockSize = blockSize;
    this.capacityBlocks = capacityBlocks;
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  /** Blocks that are allocated. */
  public long allocatedBlocks() {
    lock.lock();
    try {
      return blocks.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long allocate() throws CapsaFullException {
    lock.lock();
    try {
      if (blocks.size() >= capacityBlocks) {
        throw new CapsaFullException("all " + capacityBlocks + " blocks are in use");
      }
      long block = reusable.isEmpty() ? nextBlock++ : reusable.pop();
      blocks.put(block, new Block());
      return block;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void free(long block) {
    lock.lock();
    try {
      Block freed = blocks.get(block);
      if (freed == null) {
        return;
      }
      if (freed.owner != null) {
        throw new IllegalStateException("block " + block + " is in the chain of " + freed.owner);
      }
      blocks.remove(block);
      reusable.push(block);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void read(long block, ByteBuffer destination) {
    checkLength(destination);
    lock.lock();
    try {
      byte[] bytes = allocated(block).bytes;
      if (bytes == null) {
        Zeros.fill(destination, blockSize);
      } else {
        destination.put(bytes);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(long block, ByteBuffer source) {
    checkLength(source);
    lock.lock();
    try {
      Block written = allocated(block);
      byte[] bytes = new byte[blockSize];
      source.get(bytes);
      written.bytes = bytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long[] chain(long inode) {
    lock.lock();
    try {
      return old(inode).clone();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void setChain(long inode, long[] newBlocks) {
    lock.lock();
    try {
      Set<Long> seen = new HashSet<>();
      for (long block : newBlocks) {
        if (block != 0) {
          Long owner = allocated(block).owner;
          if (!seen.add(block) || (owner != null && owner != inode)) {
            throw new IllegalArgumentException(
                "block " + block + " comes twice, or is in the chain of " + owner);
          }
        }
      }
      set(inode, newBlocks);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long link(long inode, long index) {
    Blocks.check(index, "index");
    lock.lock();
    try {
      long[] chain = old(inode);
      return index < chain.length ? chain[(int) index] : 0;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void setLink(long inode, long index, long block) {
    lock.lock();
    try {
      if (index < 0 || index > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException("index " + index);
      }
      long[] chain = old(inode);
      int at = (int) index;
      if (at < chain.length && chain[at] == block) {
        return;
      }
      if (block != 0 && allocated(block).owner != null) {
        throw new IllegalArgumentException(
            "block " + block + " is in another place of the chain of " + allocated(block).owner);
      }
      long[] changed = Arrays.copyOf(chain, Math.max(chain.length, at + 1));
      changed[at] = block;
      set(inode, changed);
    } finally {
      lock.unlock();
    }
  }

  private void set(long inode, long[] newBlocks) {
    for (long block : old(inode)) {
      if (block != 0) {
        allocated(block).owner = null;
      }
    }
    int length = newBlocks.length;
    while (length > 0 && newBlocks[length - 1] == 0) {
      length--;
    }
    if (length == 0) {
      chains.remove(inode);
      return;
    }
    chains.put(inode, Arrays.copyOf(newBlocks, length));
    for (long block : newBlocks) {
      if (block != 0) {
        allocated(block).owner = inode;
      }
    }
  }

  private long[] old(long inode) {
    return chains.getOrDefault(inode, new long[0]);
  }

  private Block allocated(long block) {
    Block found = blocks.get(block);
    if (found == null) {
      throw new IllegalArgumentException("block " + block + " is not allocated");
    }
    return found;
  }

  private void checkLength(ByteBuffer buffer) {
    if (buffer.remaining() != blockSize) {
      throw new IllegalArgumentException(
          "a buffer of " + buffer.remaining() + " bytes; a block has " + blockSize);
    }
  }
}
