package dev.capsa.block;

/** Arithmetic of blocks. Sizes and positions are in bytes and never negative. */
public final class Blocks {
  private Blocks() {}

  /**
   * A place in blocks.
   *
   * @param block number of the block
   * @param remainder byte within it
   */
  public record Offset(long block, int remainder) {}

  /**
   * Consecutive blocks.
   *
   * @param first number of the first block; 0 if there are none
   * @param count number of blocks
   */
  public record Range(long first, long count) {}

  /** The least number of blocks that hold so many bytes. */
  public static long blockCount(long size, int blockSize) {
    check(size, "size");
    return size / blockSize + (size % blockSize == 0 ? 0 : 1);
  }

  /** The block in which a byte lies, and where in it. */
  public static Offset blockOffset(long position, int blockSize) {
    check(position, "position");
    return new Offset(position / blockSize, (int) (position % blockSize));
  }

  /**
   * The blocks that a range of bytes touches; an empty range touches none.
   *
   * @throws IllegalArgumentException if a number is negative or the end exceeds a {@code long}
   */
  public static Range blockRange(long start, long length, int blockSize) {
    check(start, "start");
    check(length, "length");
    if (length == 0) {
      return new Range(0, 0);
    }
    check(start + length, "end");
    long first = start / blockSize;
    return new Range(first, blockCount(start + length, blockSize) - first);
  }

  static void check(long value, String what) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is negative or too large: " + value);
    }
  }
}
