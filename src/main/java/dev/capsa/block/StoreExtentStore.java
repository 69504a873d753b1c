package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.Batch;
import dev.capsa.store.BlockRun;
import dev.capsa.store.Space;
import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An {@link ExtentStore} over a container: one EXTENT item for each extent, one batch for all
 * changes. Persistence, checksums and capacity are those of the space, and {@link Batch#commit}
 * makes the changes durable. If a method throws {@link IOException}, the batch is to be aborted.
 *
 * <p>Only blocks that this batch allocated are written: committed ones are never overwritten. Which
 * committed blocks are allocated is known to the space; this class refuses what it freed itself.
 * Extents that state no births get the batch's sequence. Confined to one thread.
 */
public sealed class StoreExtentStore implements ExtentStore permits StoreCowStore {
  /** The birth of a reference that is not known. */
  static final long OLDEST = 1;

  final Binding binding;

  /** Blocks of this batch that it allocated and still has. */
  final CountedRuns fresh = new CountedRuns();

  /** Those of them that were not written. */
  private final CountedRuns unwritten = new CountedRuns();

  /** Blocks that this batch gave back, and did not get again. */
  private final CountedRuns freed = new CountedRuns();

  /** A store for one batch. */
  public StoreExtentStore(Items items, ItemSink sink, Space space, Batch batch) {
    this(new Binding(items, sink, space, batch));
  }

  StoreExtentStore(Binding binding) {
    this.binding = binding;
  }

  @Override
  public final int blockSize() {
    return BlockRun.BLOCK_BYTES;
  }

  @Override
  public final BlockRun allocate(int wanted) throws IOException {
    if (wanted < 1) {
      throw new IllegalArgumentException(wanted + " blocks wanted");
    }
    BlockRun run = binding.batch().allocateBlocks(wanted);
    fresh.add(run.start(), run.length(), 1);
    unwritten.add(run.start(), run.length(), 1);
    freed.clear(run.start(), run.length());
    return run;
  }

  /**
   * {@inheritDoc}
   *
   * <p>It is not known here when the references to the blocks were made, so those that this batch
   * did not allocate count as the oldest possible: the newest kept revision, if there is one, holds
   * them. {@link #free(Extent)} knows better.
   */
  @Override
  public void free(long physical, long length) throws IOException {
    checkAllocated(physical, length);
    for (CountedRuns.Run run : fresh.over(physical, length)) {
      long birth = run.count() > 0 ? binding.batch().sequence() : OLDEST;
      free(run.start(), run.length(), birth);
    }
  }

  /**
   * Gives back the blocks of an extent that was in a file's list. A file may refer to a block
   * several times, so that it was freed here before says nothing: the batch knows.
   */
  final void free(Extent extent) throws IOException {
    free(extent.physical(), extent.length(), extent.referenceBirth());
  }

  /** Drops references to blocks that are allocated; here no file shares any. */
  void free(long physical, long length, long birth) throws IOException {
    release(physical, length, birth);
  }

  /** Gives back blocks that nobody owns any more. */
  final void release(long physical, long length, long birth) throws IOException {
    if (length == 0) {
      return;
    }
    binding.batch().freeBlocks(physical, length, birth);
    fresh.clear(physical, length);
    unwritten.clear(physical, length);
    freed.clear(physical, length);
    freed.add(physical, length, 1);
  }

  final boolean wasFreed(long physical) {
    return freed.count(physical) > 0;
  }

  @Override
  public final void read(long physical, long offset, ByteBuffer destination) throws IOException {
    Blocks.check(physical, "block");
    int length = destination.remaining();
    Blocks.Range range = Blocks.blockRange(offset, length, blockSize());
    checkAllocated(physical + range.first(), range.count());
    long at = offset;
    for (CountedRuns.Run run : unwritten.over(physical + range.first(), range.count())) {
      int count = (int) Math.min((run.end() - physical) * blockSize() - at, offset + length - at);
      if (run.count() > 0) {
        Zeros.fill(destination, count);
      } else {
        ByteBuffer part = destination.slice(destination.position(), count);
        binding.space().readBlocks(physical, at, part);
        destination.position(destination.position() + count);
      }
      at += count;
    }
  }

  @Override
  public final void write(long physical, ByteBuffer source) throws IOException {
    if (source.remaining() % blockSize() != 0) {
      throw new IllegalArgumentException(
          source.remaining() + " bytes are not whole blocks of " + blockSize());
    }
    long length = source.remaining() / blockSize();
    checkAllocated(physical, length);
    if (!fresh.atLeast(1, physical, length)) {
      throw new IllegalStateException(
          "of the blocks "
              + physical
              + " + "
              + length
              + " some were not allocated by this batch; committed blocks are never overwritten");
    }
    checkUnshared(physical, length);
    binding.batch().writeBlocks(physical, source);
    unwritten.clear(physical, length);
  }

  /** Refuses blocks that more than one file owns; here no file shares. */
  void checkUnshared(long physical, long length) throws IOException {}

  @Override
  public final ExtentList extents(long inode) throws IOException {
    return extents(inode, 0, Long.MAX_VALUE);
  }

  @Override
  public final ExtentList replaceExtents(long inode, long first, long count, ExtentList replacement)
      throws IOException {
    long end = ExtentList.end(first, count);
    List<Extent> stamped = new ArrayList<>(replacement.size());
    for (Extent extent : replacement) {
      checkAllocated(extent.physical(), extent.length());
      stamped.add(stamped(extent));
    }
    long windowEnd = end == Long.MAX_VALUE ? end : end + 1;
    ExtentList old = extents(inode, Math.max(0, first - 1), windowEnd);
    ExtentList changed = old.replace(first, count, ExtentList.of(stamped));
    for (Extent extent : replacement) {
      fillUnwritten(extent);
    }
    store(inode, old, changed);
    return old.part(first, count);
  }

  private Extent stamped(Extent extent) {
    long now = binding.batch().sequence();
    return new Extent(
        extent.logical(),
        extent.physical(),
        extent.length(),
        extent.birth() == 0 ? now : extent.birth(),
        extent.referenceBirth() == 0 ? now : extent.referenceBirth());
  }

  /** Writes zeros where a file is to see blocks that nobody wrote. */
  private void fillUnwritten(Extent extent) throws IOException {
    for (CountedRuns.Run run : unwritten.over(extent.physical(), extent.length())) {
      if (run.count() > 0) {
        for (long block = run.start(); block < run.end(); block++) {
          binding.batch().writeBlocks(block, ByteBuffer.allocate(blockSize()));
        }
        unwritten.clear(run.start(), run.length());
      }
    }
  }

  private void store(long inode, ExtentList old, ExtentList changed) throws IOException {
    Map<Long, Extent> left = new HashMap<>();
    for (Extent extent : old) {
      left.put(extent.logical(), extent);
    }
    for (Extent extent : changed) {
      if (!extent.equals(left.remove(extent.logical()))) {
        binding.sink().put(key(inode, extent.logical()), ContentItems.encode(extent));
      }
    }
    for (long logical : left.keySet()) {
      binding.sink().remove(key(inode, logical));
    }
  }

  /** The extents, uncut, that hold blocks from one to another. */
  final ExtentList extents(long inode, long first, long end) throws IOException {
    List<Extent> found = new ArrayList<>();
    long endOfLast = 0;
    Item floor = first == 0 ? null : binding.items().floor(key(inode, first), key(inode, 0));
    byte[] from = floor == null ? key(inode, first) : floor.key();
    ItemCursor cursor = binding.items().cursor(from, key(inode, end));
    while (cursor.next()) {
      Extent extent = ContentItems.extent(cursor.key(), cursor.value());
      if (extent.logical() < endOfLast) {
        throw new CapsaCorruptException(
            "of inode " + inode + ", " + extent + " overlaps the one before");
      }
      endOfLast = extent.logicalEnd();
      if (endOfLast > first) {
        found.add(extent);
      }
    }
    return ExtentList.of(found);
  }

  static byte[] key(long inode, long block) {
    return ItemKey.of(inode, ItemKey.EXTENT, block);
  }

  final void checkAllocated(long physical, long length) {
    Blocks.check(physical, "block");
    Blocks.check(length, "number of blocks");
    Blocks.check(physical + length, "end of the blocks");
    if (length > 0
        && (physical == 0
            || freed.over(physical, length).stream().anyMatch(run -> run.count() > 0))) {
      throw new IllegalArgumentException(
          "of the blocks " + physical + " + " + length + " some are not allocated");
    }
  }
}
