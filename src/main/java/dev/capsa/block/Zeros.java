package dev.capsa.block;

import java.nio.ByteBuffer;

/** What a hole reads as. */
final class Zeros {
  private static final byte[] ZEROS = new byte[4096];

  private Zeros() {}

  /** Puts so many zero bytes. */
  static void fill(ByteBuffer destination, int count) {
    int left = count;
    while (left > 0) {
      int some = Math.min(left, ZEROS.length);
      destination.put(ZEROS, 0, some);
      left -= some;
    }
  }

  /** Puts zero bytes up to a position. */
  static void fillTo(ByteBuffer destination, int position) {
    fill(destination, position - destination.position());
  }
}
