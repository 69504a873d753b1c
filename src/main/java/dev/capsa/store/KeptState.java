package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.ByteBuffer;

/**
 * What a commit record says of kept revisions (docs/FORMAT.md, "Kept state").
 *
 * @param count kept revisions
 * @param newest sequence of the newest one; 0: none, only garbage is left
 * @param tail page being filled of its dead list
 * @param heap the rest of its dead list
 * @param index root of the index
 */
record KeptState(long count, long newest, Link tail, Link heap, Link index) {
  /** Nothing is kept, and no garbage is left. */
  static final KeptState NONE = new KeptState(0, 0, Link.NONE, Link.NONE, Link.NONE);

  /** Bit of incompatibleFeatures. */
  static final long FEATURE = 1;

  boolean isNone() {
    return index.isNone();
  }

  /** Bytes at the end of a record. */
  int bytes() {
    return isNone() ? 0 : KeptLayout.KEPT_STATE_BYTES;
  }

  void encode(ByteBuffer out) {
    if (!isNone()) {
      out.putLong(newest);
      tail.encode(out);
      heap.encode(out);
      index.encode(out);
    }
  }

  /**
   * Reads the end of a record.
   *
   * @param bytes as the record states
   */
  static KeptState decode(ByteBuffer in, long bytes, long count) throws CapsaCorruptException {
    if (bytes == 0 && count == 0) {
      return NONE;
    }
    if (bytes != KeptLayout.KEPT_STATE_BYTES || count < 0) {
      throw new CapsaCorruptException(
          "a kept state of " + bytes + " bytes and " + count + " revisions");
    }
    KeptState state =
        new KeptState(count, in.getLong(), Link.decode(in), Link.decode(in), Link.decode(in));
    if (state.newest < 0 || state.isNone() || (state.newest == 0) != (count == 0)) {
      throw new CapsaCorruptException("a kept state that contradicts itself: " + state);
    }
    return state;
  }
}
