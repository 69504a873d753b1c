package dev.capsa.tree;

import java.io.IOException;

/** A position in ascending items, before the first at the start. Confined to one thread. */
public interface ItemCursor {
  /** Moves to the next item; false at the end, and ever after. */
  boolean next() throws IOException;

  /** The key here; a fresh array. */
  byte[] key();

  /** The value here; not to be changed. */
  byte[] value();
}
