package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.ByteBuffer;

/**
 * What a commit record says of shared blocks (docs/FORMAT.md, "Share state").
 *
 * @param nodes nodes of the index
 * @param index root of the index of share counts
 */
record ShareState(long nodes, Link index) {
  /** No block is shared. */
  static final ShareState NONE = new ShareState(0, Link.NONE);

  /** Bit of incompatibleFeatures. */
  static final long FEATURE = 2;

  boolean isNone() {
    return index.isNone();
  }

  /** Bytes at the end of a record. */
  int bytes() {
    return isNone() ? 0 : ShareLayout.SHARE_STATE_BYTES;
  }

  void encode(ByteBuffer out) {
    if (!isNone()) {
      out.putLong(nodes);
      index.encode(out);
    }
  }

  /**
   * Reads the end of a record.
   *
   * @param bytes as the record states
   */
  static ShareState decode(ByteBuffer in, long bytes) throws CapsaCorruptException {
    if (bytes == 0) {
      return NONE;
    }
    if (bytes != ShareLayout.SHARE_STATE_BYTES) {
      throw new CapsaCorruptException("a share state of " + bytes + " bytes");
    }
    ShareState state = new ShareState(in.getLong(), Link.decode(in));
    if (state.isNone() || state.nodes < 1) {
      throw new CapsaCorruptException("a share state that contradicts itself: " + state);
    }
    return state;
  }
}
