package dev.capsa.inode;

import dev.capsa.inode.InodeLocks.Held;
import dev.capsa.repo.Lent;
import dev.capsa.repo.LiveHead;
import java.io.IOException;
import java.util.Optional;

/**
 * Transfers between files that share whole blocks instead of copying bytes. Both inodes are locked
 * in one call, in the order of their numbers, so that two transfers in opposite directions cannot
 * wait for each other; a file of a kept revision needs no lock. What is transferred in one step is
 * the source of one moment, and appears in the target as a whole. Safe for many threads.
 */
final class BlockTransfer {
  private static final int BLOCK_BYTES = FileTree.FileHandle.BLOCK_BYTES;

  private final CatalogFileHandle source;
  private final CatalogFileHandle target;

  BlockTransfer(CatalogFileHandle source, CatalogFileHandle target) {
    this.source = source;
    this.target = target;
  }

  /**
   * Has the target take blocks.
   *
   * @param from where they are in the source, a multiple of the block
   * @param to where they go in the target, likewise
   * @param count bytes wanted; of the last block all or none
   * @return bytes taken, 0 if none can be
   */
  long take(long from, long to, long count) throws IOException {
    LiveHead ofSource = source.catalog().head;
    LiveHead ofTarget = target.catalog().head;
    boolean within = source.catalog() == target.catalog();
    if (!within && ofSource == ofTarget) {
      return 0; // the locks of the two say nothing of each other
    }
    try (Held held =
        within
            ? source.catalog().locks.lock(source.inode(), target.inode())
            : target.catalog().locks.lock(target.inode())) {
      long blocks = Math.min(count, source.size() - from) / BLOCK_BYTES;
      Inode before = target.current();
      long bytes = blocks * BLOCK_BYTES;
      if (bytes < FileTree.FileHandle.LEAST_SHARED_BYTES || to > FileTree.MAX_FILE_BYTES - bytes) {
        return 0;
      }
      Optional<Lent> lent =
          ofTarget.lend(
              ofSource,
              source.inode(),
              from / BLOCK_BYTES,
              blocks,
              target.inode(),
              to / BLOCK_BYTES);
      return lent.isEmpty() ? 0 : take(lent.get(), to, before);
    }
  }

  private long take(Lent lent, long to, Inode before) throws IOException {
    boolean taken = false;
    try {
      long end = to + lent.bytes();
      long size = Math.max(before.size(), end);
      if (size > FileTree.FileHandle.LEAST_SHARED_BYTES) {
        Plan plan = new Plan();
        target.catalog().put(plan, before.written(size, target.catalog().time.nanos()));
        ofTarget().take(lent, target.inode(), before.size(), plan);
        taken = true;
        target.wrote(size);
      }
    } finally {
      if (!taken) {
        ofTarget().giveBack(lent);
      }
    }
    return taken ? lent.bytes() : 0;
  }

  private LiveHead ofTarget() {
    return target.catalog().head;
  }
}
