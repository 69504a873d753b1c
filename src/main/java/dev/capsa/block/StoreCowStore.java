package dev.capsa.block;

import dev.capsa.store.Batch;
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
 * A {@link CowStore} over a container. Blocks that several files own have a SHARE item under inode
 * 0, one for each run of blocks with equal owners; a block without one has one owner. Else as
 * {@link StoreExtentStore}; a clone keeps the birth of the bytes and states its own birth as that
 * of the reference. Confined to one thread.
 */
public final class StoreCowStore extends StoreExtentStore implements CowStore {
  /** A store for one batch. */
  public StoreCowStore(Items items, ItemSink sink, Space space, Batch batch) {
    this(new Binding(items, sink, space, batch));
  }

  StoreCowStore(Binding binding) {
    super(binding);
  }

  @Override
  public void cloneExtents(long source, long destination) throws IOException {
    if (source == destination) {
      return;
    }
    List<Extent> shared = new ArrayList<>();
    for (Extent extent : extents(source)) {
      addOwners(extent.physical(), extent.length(), 1);
      shared.add(
          new Extent(
              extent.logical(), extent.physical(), extent.length(), extent.birth(), /* now */ 0));
    }
    for (Extent extent : replaceExtents(destination, 0, TO_END, ExtentList.of(shared))) {
      free(extent.physical(), extent.length());
    }
  }

  @Override
  public long breakSharing(long inode, long block) throws IOException {
    ExtentList around = extents(inode, block, ExtentList.end(block, 1));
    long physical = around.physical(block);
    if (physical == 0 || (fresh.count(physical) > 0 && shareCount(physical) == 1)) {
      return physical;
    }
    ByteBuffer bytes = ByteBuffer.allocate(blockSize());
    read(physical, 0, bytes);
    long copy = allocate(1).start();
    write(copy, bytes.flip());
    replaceExtents(inode, block, 1, ExtentList.of(new Extent(block, copy, 1)));
    free(physical, 1);
    return copy;
  }

  @Override
  public int shareCount(long physical) throws IOException {
    return wasFreed(physical) ? 0 : 1 + furtherOwners(physical, 1).count(physical);
  }

  @Override
  public void free(long physical, long length) throws IOException {
    free(physical, length, OLDEST);
  }

  @Override
  void free(Extent extent) throws IOException {
    free(extent.physical(), extent.length(), extent.referenceBirth());
  }

  private void free(long physical, long length, long birth) throws IOException {
    checkAllocated(physical, length);
    for (CountedRuns.Run run : furtherOwners(physical, length).over(physical, length)) {
      if (run.count() == 0) {
        release(run.start(), run.length(), birth);
      } else {
        addOwners(run.start(), run.length(), -1);
      }
    }
  }

  @Override
  void checkUnshared(long physical, long length) throws IOException {
    if (!furtherOwners(physical, length).all().isEmpty()) {
      throw new IllegalStateException(
          "of the blocks " + physical + " + " + length + " some are shared");
    }
  }

  private void addOwners(long start, long length, int delta) throws IOException {
    CountedRuns changed = furtherOwners(Math.max(0, start - 1), length + 2);
    Map<Long, CountedRuns.Run> old = new HashMap<>();
    for (CountedRuns.Run run : changed.all()) {
      old.put(run.start(), run);
    }
    changed.add(start, length, delta);
    for (CountedRuns.Run run : changed.all()) {
      if (!run.equals(old.remove(run.start()))) {
        binding
            .sink()
            .put(
                shareKey(run.start()),
                ContentItems.encode(new ContentItems.Share(run.length(), run.count() + 1)));
      }
    }
    for (long gone : old.keySet()) {
      binding.sink().remove(shareKey(gone));
    }
  }

  /** The owners beyond the first, of whole runs that hold blocks of a range. */
  private CountedRuns furtherOwners(long start, long length) throws IOException {
    CountedRuns owners = new CountedRuns();
    Item floor = binding.items().floor(shareKey(start), shareKey(0));
    byte[] from = floor == null ? shareKey(start) : floor.key();
    ItemCursor cursor = binding.items().cursor(from, shareKey(start + length));
    while (cursor.next()) {
      long first = ItemKey.number(cursor.key());
      ContentItems.Share share = ContentItems.share(cursor.key(), cursor.value());
      if (first + share.length() > start) {
        owners.add(first, share.length(), share.owners() - 1);
      }
    }
    return owners;
  }

  private static byte[] shareKey(long block) {
    return ItemKey.of(0, ItemKey.SHARE, block);
  }
}
