package dev.capsa.store;

/** Offsets in a root slot (docs/FORMAT.md, "Root slot"). */
final class SlotLayout {
  static final int SLOT_MAGIC = 0;
  static final int SLOT_UUID = SLOT_MAGIC + 8;
  static final int EPOCH = SLOT_UUID + 16;
  static final int SEQUENCE = EPOCH + 8;
  static final int LAST_FORCED = SEQUENCE + 8;
  static final int LEAST_LENGTH = LAST_FORCED + 8;
  static final int RECORD_OFFSET = LEAST_LENGTH + 8;
  static final int RECORD_LENGTH = RECORD_OFFSET + 8;
  static final int SLOT_FLAGS = RECORD_LENGTH + 4;
  static final int RECORD_CHECKSUM = SLOT_FLAGS + 4;
  static final int RECORD_SEQUENCE = RECORD_CHECKSUM + 8;
  static final int INCOMPATIBLE_FEATURES = RECORD_SEQUENCE + 8;
  static final int COMPATIBLE_FEATURES = INCOMPATIBLE_FEATURES + 8;
  static final int SLOT_CRC = Geometry.PAGE_BYTES - 4;

  /** Everything that the slot reaches was forced before the slot was written. */
  static final int FLAG_FORCED = 1;

  /** Slots of a ring. */
  static final int RING_SLOTS = 7;

  static final int RING_A_SECTOR = 1;
  static final int RING_B_SECTOR = RING_A_SECTOR + RING_SLOTS;
  static final int HEADER_COPY_SECTOR = RING_B_SECTOR + RING_SLOTS;

  private SlotLayout() {}
}
