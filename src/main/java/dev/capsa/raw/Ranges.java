package dev.capsa.raw;

import java.io.EOFException;

/** The checks of ranges that every medium makes before it touches a byte. */
final class Ranges {
  private Ranges() {}

  /**
   * Refuses a range that begins before 0 or crosses a multiple of {@link RawStorage#SEGMENT_BYTES}.
   */
  static void checkWithinSegment(long offset, long count) {
    if (offset < 0) {
      throw new IllegalArgumentException("negative offset: " + offset);
    }
    if (offset % RawStorage.SEGMENT_BYTES + count > RawStorage.SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          count + " bytes at " + offset + " cross a multiple of " + RawStorage.SEGMENT_BYTES);
    }
  }

  /** Refuses to write a range that passes the length. */
  static void checkWritable(long offset, long count, long length) {
    if (passes(offset, count, length)) {
      throw new IllegalArgumentException(
          "a write of " + count + " bytes at " + offset + " passes the length of " + length);
    }
  }

  /** Refuses a negative length. */
  static void checkLength(long length) {
    if (length < 0) {
      throw new IllegalArgumentException("negative length: " + length);
    }
  }

  /** Whether the range passes the length. */
  static boolean passes(long offset, long count, long length) {
    return offset > length - count;
  }

  /** What a read past the length throws. */
  static EOFException endOfFile(long offset, long count, long length, String where) {
    return new EOFException(
        "a read of "
            + count
            + " bytes at "
            + offset
            + " passes the length of "
            + length
            + " of "
            + where);
  }
}
