package dev.capsa.store;

/** Offsets in a node of an index of container state (docs/FORMAT.md, "State indexes"). */
final class IndexLayout {
  static final int INDEX_MAGIC = 0;
  static final int INDEX_LEVEL = INDEX_MAGIC + 4;
  static final int INDEX_COUNT = INDEX_LEVEL + 2;

  /** Bytes before the items. */
  static final int HEADER_BYTES = INDEX_COUNT + 2;

  /** Most bytes of a node. */
  static final int MOST_BYTES = 4096;

  /** "CIdx", as a little-endian int: of the index of kept revisions. */
  static final int KEPT_MAGIC = 0x78644943;

  /** "CShr", as a little-endian int: of the index of share counts. */
  static final int SHARE_MAGIC = 0x72685343;

  private IndexLayout() {}
}
