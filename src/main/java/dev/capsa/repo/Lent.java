package dev.capsa.repo;

/**
 * Whole blocks of a file that another one may have.
 *
 * @param inode the file that has them, in the newest committed state
 * @param first its first block of them
 * @param at block of the other file that the first one is to be
 * @param count how many, at least 1
 * @param extents how many extents they are
 * @param hidden whether the file was made for this alone, has no name, and goes with it
 */
public record Lent(long inode, long first, long at, long count, int extents, boolean hidden) {
  /** Bytes of all of them. */
  public long bytes() {
    return count * FileDelta.PAGE_BYTES;
  }
}
