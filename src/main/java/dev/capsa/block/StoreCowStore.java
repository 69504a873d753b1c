package dev.capsa.block;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.store.UnitShare;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link CowStore} over a container, whose space counts the references to blocks: the owners are
 * files, and what kept revisions alone still have. Else as {@link StoreExtentStore}; a clone keeps
 * the birth of the bytes and states its own birth as that of the reference. Confined to one thread.
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
      if (!binding.batch().shareBlocks(extent.physical(), extent.length())) {
        throw new CapsaCorruptException(extent + " of inode " + source + " is not in use");
      }
      shared.add(
          new Extent(
              extent.logical(), extent.physical(), extent.length(), extent.birth(), /* now */ 0));
    }
    for (Extent extent : replaceExtents(destination, 0, TO_END, ExtentList.of(shared))) {
      free(extent);
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
    for (Extent extent :
        replaceExtents(inode, block, 1, ExtentList.of(new Extent(block, copy, 1)))) {
      free(extent);
    }
    return copy;
  }

  @Override
  public int shareCount(long physical) throws IOException {
    if (wasFreed(physical)) {
      return 0;
    }
    List<UnitShare> shared = binding.batch().shared(physical, 1);
    return shared.isEmpty() ? 1 : shared.get(0).count();
  }

  @Override
  void free(long physical, long length, long birth) throws IOException {
    if (length == 0) {
      return;
    }
    long at = physical;
    for (UnitShare share : binding.batch().shared(physical, length)) {
      release(at, share.start() - at, birth);
      binding.batch().freeBlocks(share.start(), share.length(), birth);
      at = share.end();
    }
    release(at, physical + length - at, birth);
  }

  @Override
  void checkUnshared(long physical, long length) throws IOException {
    if (length > 0 && !binding.batch().shared(physical, length).isEmpty()) {
      throw new IllegalStateException(
          "of the blocks " + physical + " + " + length + " some are shared");
    }
  }
}
