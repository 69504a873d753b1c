package dev.capsa.tree;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An ordered set of items (key, value), as one unchanging view. Keys compare as unsigned bytes. */
public interface Items {
  /** The value, or null. The array is not to be changed. */
  byte @Nullable [] get(byte[] key) throws IOException;

  /** The items from {@code from} (included) to {@code to} (excluded; null: no end), ascending. */
  ItemCursor cursor(byte[] from, byte @Nullable [] to) throws IOException;
}
