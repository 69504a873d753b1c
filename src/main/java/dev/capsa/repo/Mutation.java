package dev.capsa.repo;

/** Changes of the live head, applied together: a cut has all of them or none. No I/O happens. */
public interface Mutation {
  /** Sets an item. The arrays are the live head's from now on. */
  void put(byte[] key, byte[] value);

  /** Removes an item. */
  void remove(byte[] key);

  /**
   * Drops all content of a file whose INODE item goes with the same change: pages now, stored bytes
   * with the next commits, in bounded steps. Until the last one the file has an ORPHAN item in the
   * committed root.
   */
  void removeContent(long inode);
}
