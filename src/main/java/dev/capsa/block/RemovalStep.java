package dev.capsa.block;

/**
 * How much of large files one commit may still remove, so that a file of any size goes at a bounded
 * cost per commit: items of extents and chains, and blocks, since one extent may span thousands of
 * segments. Confined to one thread.
 */
public final class RemovalStep {
  /** Most items of a commit's step. */
  public static final int MOST_ITEMS = 4096;

  /** Most blocks of a commit's step: 4 GiB, in about 1,000 segments. */
  public static final long MOST_BLOCKS = 1L << 20;

  /** What a file may always remove: with less, to come back to it would cost more. */
  private static final int LEAST_ITEMS = 8;

  private static final long LEAST_BLOCKS = 256;

  private long items;
  private long blocks;
  private long taken;

  /** A step of so many items and blocks. */
  public RemovalStep(long items, long blocks) {
    this.items = items;
    this.blocks = blocks;
  }

  /** A step without a bound. */
  public static RemovalStep unlimited() {
    return new RemovalStep(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Leaves room for a small file, whatever was taken before. */
  public void allowSmallFile() {
    items = Math.max(items, LEAST_ITEMS);
    blocks = Math.max(blocks, LEAST_BLOCKS);
  }

  /** Whether nothing more may be removed. */
  public boolean isOver() {
    return items <= 0 || blocks <= 0;
  }

  /** Takes an item without blocks. */
  public void takeItem() {
    items--;
    taken++;
  }

  /**
   * Takes an item, if the step {@linkplain #isOver is not over}.
   *
   * @param stored blocks of the item, at least 1
   * @return how many of them may go, at least 1
   */
  public long take(long stored) {
    takeItem();
    long most = Math.min(blocks, stored);
    blocks -= most;
    return most;
  }

  /** Items taken so far. */
  public long taken() {
    return taken;
  }
}
