package dev.capsa.store;

/** Offsets in the share state of a commit record (docs/FORMAT.md, "Share state"). */
final class ShareLayout {
  static final int SHARE_NODES = 0;
  static final int SHARE_INDEX = SHARE_NODES + 8;

  /** Bytes of a share state. */
  static final int SHARE_STATE_BYTES = SHARE_INDEX + LinkLayout.LINK_BYTES;

  private ShareLayout() {}
}
