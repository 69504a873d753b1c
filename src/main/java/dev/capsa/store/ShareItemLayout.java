package dev.capsa.store;

/** Offsets in the value of an item of the share index (docs/FORMAT.md, "Share items"). */
final class ShareItemLayout {
  static final int SHARED_UNITS = 0;
  static final int SHARE_COUNT = SHARED_UNITS + 8;

  /** Bytes of a value. */
  static final int ITEM_BYTES = SHARE_COUNT + 4;

  private ShareItemLayout() {}
}
