package dev.capsa.store;

/**
 * The most that commits to come allocate, by kind, since the units of one kind are of no use to the
 * others.
 *
 * @param nodes nodes that are written
 * @param grains grains of objects that are written
 * @param mostGrains grains of the largest such object; 1 to 1024
 * @param blocks blocks that are written
 * @param places runs of grains or blocks that are written or freed: each may lie in a segment of
 *     its own, whose page is written again
 */
public record Room(long nodes, long grains, int mostGrains, long blocks, long places) {
  /** Bytes of all units, without the state of a commit. */
  public long bytes() {
    return nodes * SegmentKind.NODE.unitBytes()
        + grains * SegmentKind.GRAIN.unitBytes()
        + blocks * SegmentKind.BLOCK.unitBytes();
  }

  /** Whether this suffices where another is needed. */
  public boolean covers(Room other) {
    return other.nodes <= nodes
        && other.grains <= grains
        && other.mostGrains <= mostGrains
        && other.blocks <= blocks
        && other.places <= places;
  }
}
