package dev.capsa.repo;

/**
 * What changes take: memory until they are committed, and room in the container at the commit.
 *
 * @param memoryBytes heap of overlays
 * @param contentBytes file content to be stored, in whole blocks
 * @param oldItems changed items of inodes that the newest root may have: each may lie in a leaf of
 *     its own
 * @param itemBytes keys and values, with a share for what surrounds them
 */
record Load(long memoryBytes, long contentBytes, long oldItems, long itemBytes) {
  static final Load NONE = new Load(0, 0, 0, 0);

  Load plus(Load other) {
    return new Load(
        memoryBytes + other.memoryBytes,
        contentBytes + other.contentBytes,
        oldItems + other.oldItems,
        itemBytes + other.itemBytes);
  }

  Load minus(Load other) {
    return new Load(
        memoryBytes - other.memoryBytes,
        contentBytes - other.contentBytes,
        oldItems - other.oldItems,
        itemBytes - other.itemBytes);
  }
}
