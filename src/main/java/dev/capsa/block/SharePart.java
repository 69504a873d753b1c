package dev.capsa.block;

/**
 * A part of a file in extents, to be shared with one commit.
 *
 * @param first first block of the file
 * @param end the block after the last one; of the last part, past all that is stored
 * @param extents how many it has, from 0
 */
public record SharePart(long first, long end, int extents) {
  /** Most extents of a part: some hundred KiB of items. */
  public static final int MOST_EXTENTS = 16_384;

  /** Whether nothing of the file follows. */
  public boolean last() {
    return end == Long.MAX_VALUE;
  }
}
