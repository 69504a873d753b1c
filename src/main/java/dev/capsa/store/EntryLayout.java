package dev.capsa.store;

/** Offsets in an entry of the segment table (docs/FORMAT.md, "Segment table"). */
final class EntryLayout {
  static final int KIND = 0;
  static final int ENTRY_FLAGS = KIND + 1;
  static final int UNIT_SIZE = ENTRY_FLAGS + 1;
  static final int USED = UNIT_SIZE + 2;
  static final int PHYSICAL_CHUNK = USED + 4;
  static final int PAGE_LENGTH = PHYSICAL_CHUNK + 4;
  static final int PAGE_OFFSET = PAGE_LENGTH + 4;
  static final int PAGE_CHECKSUM = PAGE_OFFSET + 8;
  static final int INLINE_BITMAP = PAGE_CHECKSUM + 8;
  static final int INLINE_BITMAP_BYTES = 32;
  static final int ENTRY_BYTES = INLINE_BITMAP + INLINE_BITMAP_BYTES;

  /** Entries of a leaf page. */
  static final int LEAF_ENTRIES = Geometry.PAGE_BYTES / ENTRY_BYTES;

  /** Bytes of a pointer of an inner page: offset and checksum64. */
  static final int POINTER_BYTES = 16;

  /** Pointers of an inner page. */
  static final int INNER_POINTERS = Geometry.PAGE_BYTES / POINTER_BYTES;

  /** Unit sizes are stored divided by this. */
  static final int UNIT_SCALE = 8;

  private EntryLayout() {}
}
