package dev.capsa.block;

/**
 * A part of a file that lies in consecutive blocks, immutable.
 *
 * @param logical the file's first block here
 * @param physical where that block lies; never 0
 * @param length number of blocks, at least 1
 * @param birth sequence of the commit that wrote the bytes; 0: not stated, a store over a container
 *     then states its own
 * @param referenceBirth sequence of the commit that made this reference to them; 0 likewise
 */
public record Extent(long logical, long physical, long length, long birth, long referenceBirth) {
  /** Checks the numbers. */
  public Extent {
    if (logical < 0 || length < 1 || logical + length < 0) {
      throw new IllegalArgumentException("blocks " + logical + " + " + length + " of a file");
    }
    if (physical < 1 || physical + length < 0) {
      throw new IllegalArgumentException("stored blocks " + physical + " + " + length);
    }
  }

  /** An extent that states no births. */
  public Extent(long logical, long physical, long length) {
    this(logical, physical, length, 0, 0);
  }

  /** The file's block after the last one here. */
  public long logicalEnd() {
    return logical + length;
  }

  /** The stored block after the last one here. */
  public long physicalEnd() {
    return physical + length;
  }

  /**
   * The part from one block of the file to another.
   *
   * @param from first block, at least {@link #logical}
   * @param to the block after the last one, at most {@link #logicalEnd}
   */
  public Extent part(long from, long to) {
    if (from < logical || to > logicalEnd()) {
      throw new IllegalArgumentException(
          "blocks " + from + " to " + to + " are not all in " + this);
    }
    return new Extent(from, physical + (from - logical), to - from, birth, referenceBirth);
  }

  /** Whether the two are one: the next follows in the file and in the store, with equal births. */
  boolean continuesWith(Extent next) {
    return logicalEnd() == next.logical
        && physicalEnd() == next.physical
        && birth == next.birth
        && referenceBirth == next.referenceBirth;
  }

  Extent joinedWith(Extent next) {
    return new Extent(logical, physical, length + next.length, birth, referenceBirth);
  }
}
