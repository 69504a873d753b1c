package dev.capsa.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An ordered set of items (key, value), as one unchanging view. Keys compare as unsigned bytes. */
public interface Items {
  /** The value, or null. The array is not to be changed. */
  byte @Nullable [] get(byte[] key) throws IOException;

  /** The items from {@code from} (included) to {@code to} (excluded; null: no end), ascending. */
  ItemCursor cursor(byte[] from, byte @Nullable [] to) throws IOException;

  /**
   * The greatest item whose key is at most {@code key} and at least {@code lowest}, both included,
   * or null. One descent: what finds the extent that covers a block.
   */
  @Nullable Item floor(byte[] key, byte[] lowest) throws IOException;
}
