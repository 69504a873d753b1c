package dev.capsa.store;

/** Offsets in a page of a dead list (docs/FORMAT.md, "Dead pages"). */
final class DeadLayout {
  static final int DEAD_MAGIC = 0;
  static final int DEAD_COUNT = DEAD_MAGIC + 4;
  static final int DEAD_LEFT = DEAD_COUNT + 4;
  static final int DEAD_RIGHT = DEAD_LEFT + LinkLayout.LINK_BYTES;

  /** Bytes before the references. */
  static final int HEADER_BYTES = DEAD_RIGHT + LinkLayout.LINK_BYTES;

  /** Bytes of a reference. */
  static final int REFERENCE_BYTES = 16;

  /** References of a full page. */
  static final int MOST_REFERENCES = 250;

  /** "CDed", as a little-endian int. */
  static final int MAGIC = 0x64654443;

  private DeadLayout() {}
}
