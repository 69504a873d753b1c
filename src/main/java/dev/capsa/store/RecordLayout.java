package dev.capsa.store;

/** Offsets in a commit record (docs/FORMAT.md, "Commit record"). */
final class RecordLayout {
  static final int RECORD_MAGIC = 0;
  static final int RECORD_UUID = RECORD_MAGIC + 8;
  static final int RECORD_EPOCH = RECORD_UUID + 16;
  static final int RECORD_SEQUENCE = RECORD_EPOCH + 8;
  static final int TIME_NANOS = RECORD_SEQUENCE + 8;
  static final int PREVIOUS_OFFSET = TIME_NANOS + 8;
  static final int PREVIOUS_LENGTH = PREVIOUS_OFFSET + 8;
  static final int RECORD_FLAGS = PREVIOUS_LENGTH + 4;
  static final int PREVIOUS_CHECKSUM = RECORD_FLAGS + 4;
  static final int PREVIOUS_SEQUENCE = PREVIOUS_CHECKSUM + 8;
  static final int TABLE_OFFSET = PREVIOUS_SEQUENCE + 8;
  static final int TABLE_CHECKSUM = TABLE_OFFSET + 8;
  static final int TABLE_HEIGHT = TABLE_CHECKSUM + 8;
  static final int SEGMENT_COUNT = TABLE_HEIGHT + 4;
  static final int PRIME_ID = SEGMENT_COUNT + 4;
  static final int OBJECT_COUNT = PRIME_ID + 8;
  static final int KEPT_COUNT = OBJECT_COUNT + 8;
  static final int SHARE_BYTES = KEPT_COUNT + 8;
  static final int KEPT_BYTES = SHARE_BYTES + 8;
  static final int ROOT_LENGTH = KEPT_BYTES + 8;
  static final int META_COUNT = ROOT_LENGTH + 4;
  static final int REDIRECT_COUNT = META_COUNT + 4;
  static final int MANIFEST_COUNT = REDIRECT_COUNT + 4;
  static final int LISTS = MANIFEST_COUNT + 4;

  /** Bytes of a redirect. */
  static final int REDIRECT_BYTES = 24;

  /** Bytes of a manifest entry. */
  static final int MANIFEST_ENTRY_BYTES = 16;

  private RecordLayout() {}
}
