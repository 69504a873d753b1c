package dev.capsa.store;

/** Offsets in a link between objects of the kept state (docs/FORMAT.md, "Links"). */
final class LinkLayout {
  static final int LINK_ID = 0;
  static final int LINK_BIRTH = LINK_ID + 8;
  static final int LINK_CHECKSUM = LINK_BIRTH + 8;
  static final int LINK_LENGTH = LINK_CHECKSUM + 8;
  static final int LINK_RANK = LINK_LENGTH + 4;
  static final int LINK_HIGHEST = LINK_RANK + 4;

  /** Bytes of a link. */
  static final int LINK_BYTES = LINK_HIGHEST + 8;

  private LinkLayout() {}
}
