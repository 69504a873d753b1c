package dev.capsa.repo;

/**
 * What changes take: memory until they are committed, and room in the container at the commit.
 *
 * @param memoryBytes heap of overlays
 * @param grains units of 64 bytes of the objects that are stored
 * @param bigObjects such objects that may have more than {@link Costs#SMALL_OBJECT_GRAINS}
 * @param blocks blocks that are stored
 * @param places runs of grains and blocks that are stored or freed
 * @param oldItems changed items of inodes that the newest root may have: each may lie in a leaf of
 *     its own
 * @param itemBytes keys and values, with a share for what surrounds them
 */
record Load(
    long memoryBytes,
    long grains,
    long bigObjects,
    long blocks,
    long places,
    long oldItems,
    long itemBytes) {
  static final Load NONE = new Load(0, 0, 0, 0, 0, 0, 0);

  Load plus(Load other) {
    return new Load(
        memoryBytes + other.memoryBytes,
        grains + other.grains,
        bigObjects + other.bigObjects,
        blocks + other.blocks,
        places + other.places,
        oldItems + other.oldItems,
        itemBytes + other.itemBytes);
  }

  Load minus(Load other) {
    return new Load(
        memoryBytes - other.memoryBytes,
        grains - other.grains,
        bigObjects - other.bigObjects,
        blocks - other.blocks,
        places - other.places,
        oldItems - other.oldItems,
        itemBytes - other.itemBytes);
  }
}
