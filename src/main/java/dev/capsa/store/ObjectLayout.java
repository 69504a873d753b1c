package dev.capsa.store;

/** Offsets in the header of an object (docs/FORMAT.md, "Objects"). */
final class ObjectLayout {
  static final int OBJECT_MAGIC = 0;
  static final int CONTENT_LENGTH = OBJECT_MAGIC + 4;
  static final int OBJECT_ID = CONTENT_LENGTH + 4;
  static final int BIRTH = OBJECT_ID + 8;
  static final int CONTENT_CRC = BIRTH + 8;
  static final int HEADER_CRC = CONTENT_CRC + 4;
  static final int HEADER_BYTES = HEADER_CRC + 4;

  /** "CObj". */
  static final int MAGIC = 0x6a624f43;

  private ObjectLayout() {}
}
