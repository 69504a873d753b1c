package dev.capsa.repo;

/** What changes cost in memory, for the bound on dirty bytes. */
final class Costs {
  /** A dirty page with its entry in a map. */
  static final int PAGE_BYTES = FileDelta.PAGE_BYTES + 96;

  /** A file's delta without pages. */
  static final int FILE_BYTES = 256;

  private static final int ITEM_BYTES = 96;

  private Costs() {}

  /** An item or tombstone. */
  static long item(byte[] key, byte[] value) {
    return ITEM_BYTES + key.length + value.length;
  }
}
