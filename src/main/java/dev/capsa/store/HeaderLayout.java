package dev.capsa.store;

/** Offsets in the header (docs/FORMAT.md, "Header"). */
final class HeaderLayout {
  static final int MAGIC = 0;
  static final int FORMAT_VERSION = MAGIC + 8;
  static final int BLOCK_SIZE = FORMAT_VERSION + 4;
  static final int UUID = BLOCK_SIZE + 4;
  static final int INCOMPATIBLE_FEATURES = UUID + 16;
  static final int COMPATIBLE_FEATURES = INCOMPATIBLE_FEATURES + 8;
  static final int CREATED_NANOS = COMPATIBLE_FEATURES + 8;
  static final int NODE_SIZE = CREATED_NANOS + 8;
  static final int LAYOUT = NODE_SIZE + 4;
  static final int CRC = Geometry.PAGE_BYTES - 4;

  private HeaderLayout() {}
}
