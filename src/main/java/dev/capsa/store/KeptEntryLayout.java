package dev.capsa.store;

/** Offsets in the index's entry of a kept revision (docs/FORMAT.md, "Revision entries"). */
final class KeptEntryLayout {
  static final int KEPT_TIME = 0;
  static final int KEPT_FLAGS = KEPT_TIME + 8;
  static final int KEPT_ROOT_LENGTH = KEPT_FLAGS + 4;
  static final int KEPT_NAME_LENGTH = KEPT_ROOT_LENGTH + 2;
  static final int KEPT_HEAP = KEPT_NAME_LENGTH + 2;

  /** Bytes before root and name. */
  static final int HEADER_BYTES = KEPT_HEAP + LinkLayout.LINK_BYTES;

  private KeptEntryLayout() {}
}
