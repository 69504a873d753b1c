package dev.capsa.repo;

/**
 * One operation's way into the active overlay, inside the gate. Sums what the operation takes.
 * Confined to one thread.
 */
final class Edit {
  private final Overlay overlay;
  private final long nextInode;
  private long memoryBytes;
  private long contentBytes;
  private long oldItems;
  private long itemBytes;

  /**
   * An edit of the active overlay.
   *
   * @param nextInode least inode number that the newest root does not have
   */
  Edit(Overlay overlay, long nextInode) {
    this.overlay = overlay;
    this.nextInode = nextInode;
  }

  /** Sets an item, or removes it with {@link Overlay#TOMBSTONE}. */
  void put(byte[] key, byte[] value) {
    byte[] old = overlay.items().put(key, value);
    if (old == null) {
      count(Costs.item(key, value, nextInode));
    } else {
      memoryBytes += value.length - old.length;
      itemBytes += value.length - old.length;
    }
  }

  /** The changes of a file, begun at its present size. */
  FileDelta file(long inode, long size) {
    FileDelta found = overlay.file(inode);
    if (found == null) {
      found = new FileDelta(size);
      overlay.files().put(inode, found);
      count(Costs.file(inode, size, nextInode));
    }
    return found;
  }

  /** Counts pages that came, or went if negative. */
  void countPages(long pages) {
    if (pages != 0) {
      count(Costs.pages(pages));
    }
  }

  private void count(Load load) {
    memoryBytes += load.memoryBytes();
    contentBytes += load.contentBytes();
    oldItems += load.oldItems();
    itemBytes += load.itemBytes();
  }

  /** Ends the operation. */
  void finish() {
    overlay.count(load());
  }

  /** What the operation took, negative where it gave something back. */
  Load load() {
    return new Load(memoryBytes, contentBytes, oldItems, itemBytes);
  }
}
