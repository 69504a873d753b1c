package dev.capsa.repo;

/** Changes of the live head, applied together: a cut has all of them or none. No I/O happens. */
public interface Mutation {
  /** Sets an item. The arrays are the live head's from now on. */
  void put(byte[] key, byte[] value);

  /** Removes an item. */
  void remove(byte[] key);

  /** Drops all content of a file: pages now, stored bytes at the next commit. */
  void removeContent(long inode);
}
