package dev.capsa.store;

/** Offsets in the kept state of a commit record (docs/FORMAT.md, "Kept state"). */
final class KeptLayout {
  static final int NEWEST_KEPT = 0;
  static final int NEWEST_TAIL = NEWEST_KEPT + 8;
  static final int NEWEST_HEAP = NEWEST_TAIL + LinkLayout.LINK_BYTES;
  static final int INDEX = NEWEST_HEAP + LinkLayout.LINK_BYTES;

  /** Bytes of a kept state. */
  static final int KEPT_STATE_BYTES = INDEX + LinkLayout.LINK_BYTES;

  private KeptLayout() {}
}
