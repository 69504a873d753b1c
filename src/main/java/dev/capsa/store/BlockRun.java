package dev.capsa.store;

/**
 * Consecutive blocks of 4 KiB, as one allocation hands them out.
 *
 * @param start number of the first block (virtual offset / 4096), never 0
 * @param length number of blocks, at least 1
 */
public record BlockRun(long start, int length) {
  /** Bytes of a block. */
  public static final int BLOCK_BYTES = 4096;

  /** The block after the last one. */
  public long end() {
    return start + length;
  }
}
