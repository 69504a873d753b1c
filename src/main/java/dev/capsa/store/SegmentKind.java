package dev.capsa.store;

/** What a segment holds. The order is part of the format. */
enum SegmentKind {
  /** Nothing. */
  FREE(0),
  /** Commit records, pages of the segment table, segment pages. */
  META(Geometry.PAGE_BYTES),
  /** Tree nodes. */
  NODE(ContainerHeader.NODE_BYTES),
  /** Objects as runs of grains of 64 bytes. */
  GRAIN(64),
  /** Blocks of extents, with a checksum each. */
  BLOCK(BlockRun.BLOCK_BYTES),
  /** Objects of one size class. */
  SLOT(0),
  /** What packed segments hold, in pieces; nothing has an address here. */
  HOST(Geometry.PAGE_BYTES);

  private final int unitBytes;

  SegmentKind(int unitBytes) {
    this.unitBytes = unitBytes;
  }

  /** Bytes of a unit; of SLOT segments, each has its own. */
  int unitBytes() {
    return unitBytes;
  }
}
