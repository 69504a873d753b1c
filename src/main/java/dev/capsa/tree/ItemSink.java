package dev.capsa.tree;

import java.io.IOException;

/** Takes changes of items. */
public interface ItemSink {
  /** Sets an item, present or not. */
  void put(byte[] key, byte[] value) throws IOException;

  /** Removes an item, present or not. */
  void remove(byte[] key) throws IOException;
}
