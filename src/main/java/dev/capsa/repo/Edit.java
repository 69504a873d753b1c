package dev.capsa.repo;

/**
 * One operation's way into the active overlay, inside the gate. Sums what the operation takes.
 * Confined to one thread.
 */
final class Edit {
  private final Overlay overlay;
  private final long nextInode;
  private final int unitPages;
  private long memoryBytes;
  private long contentBytes;
  private long oldItems;
  private long itemBytes;

  /**
   * An edit of the active overlay.
   *
   * @param nextInode least inode number that the newest root does not have
   * @param unitPages pages that are stored as one
   */
  Edit(Overlay overlay, long nextInode, int unitPages) {
    this.overlay = overlay;
    this.nextInode = nextInode;
    this.unitPages = unitPages;
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

  /** Puts a page that the file's changes do not have yet. */
  void putPage(FileDelta delta, long number, byte[] page) {
    boolean newUnit = !delta.hasPageIn(number / unitPages, unitPages);
    delta.put(number, page);
    count(Costs.pages(1, newUnit ? 1 : 0, unitPages));
  }

  /** Cuts or extends a file, begun at its present size. */
  void truncate(long inode, long size, long newSize) {
    FileDelta delta = file(inode, size);
    if (newSize < delta.size() && newSize > 0 && delta.beginCut()) {
      count(Costs.cut(unitPages));
    }
    countDropped(delta.truncate(newSize, unitPages));
  }

  /** Drops all content of a file. */
  void removeContent(long inode) {
    countDropped(file(inode, 0).remove(unitPages));
  }

  private void countDropped(FileDelta.Dropped dropped) {
    count(Costs.pages(-dropped.pages(), -dropped.units(), unitPages));
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
