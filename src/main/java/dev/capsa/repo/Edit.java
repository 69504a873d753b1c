package dev.capsa.repo;

/**
 * One operation's way into the active overlay, inside the gate. Sums what the operation takes.
 * Confined to one thread.
 */
final class Edit {
  private final Overlay overlay;
  private long taken;

  Edit(Overlay overlay) {
    this.overlay = overlay;
  }

  /** Sets an item, or removes it with {@link Overlay#TOMBSTONE}. */
  void put(byte[] key, byte[] value) {
    byte[] old = overlay.items().put(key, value);
    taken += old == null ? Costs.item(key, value) : value.length - old.length;
  }

  /** The changes of a file, begun at its present size. */
  FileDelta file(long inode, long size) {
    FileDelta found = overlay.file(inode);
    if (found == null) {
      found = new FileDelta(size);
      overlay.files().put(inode, found);
      taken += Costs.FILE_BYTES;
    }
    return found;
  }

  /** Counts pages that came, or went if negative. */
  void countPages(long pages) {
    taken += pages * Costs.PAGE_BYTES;
  }

  /** Ends the operation. */
  void finish() {
    overlay.count(taken);
  }

  /** Memory that the operation took, negative if it gave some back. */
  long taken() {
    return taken;
  }
}
