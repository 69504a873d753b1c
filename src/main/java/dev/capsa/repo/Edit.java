package dev.capsa.repo;

/**
 * One operation's way into the active overlay, inside the gate. Sums what the operation takes.
 * Confined to one thread.
 */
final class Edit {
  private final Overlay overlay;
  private final long nextInode;
  private final int unitPages;
  private Load load = Load.NONE;

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
      int more = value.length - old.length;
      count(new Load(more, 0, 0, 0, 0, 0, more));
    }
  }

  /** The changes of a file, begun at its present size. */
  FileDelta file(long inode, long size) {
    FileDelta found = overlay.file(inode);
    if (found == null) {
      found = new FileDelta(size);
      overlay.files().put(inode, found);
      count(Costs.file(inode, size, nextInode, unitPages));
    }
    return found;
  }

  /**
   * Puts a page that the file's changes do not have yet.
   *
   * @param size of the file after the operation
   */
  void putPage(FileDelta delta, long number, byte[] page, long size) {
    countParts(delta, size);
    long unit = number / unitPages;
    if (number < Costs.LOW_PAGES) {
      if (Costs.inObject(number, size, unitPages) && delta.beginLowPage((int) number)) {
        count(Costs.lowPage(number));
      }
    } else if (!delta.hasPageIn(unit, unitPages)) {
      boolean apart =
          !delta.hasPageIn(unit - 1, unitPages) && !delta.hasPageIn(unit + 1, unitPages);
      count(Costs.units(1, unitPages).plus(Costs.leaves(unit, apart)));
    }
    delta.put(number, page);
    count(Costs.memory(1));
  }

  private void countParts(FileDelta delta, long size) {
    if (Costs.inParts(size, unitPages) && delta.beginParts()) {
      count(Costs.lowParts(unitPages));
    }
  }

  /** Cuts or extends a file, begun at its present size. */
  void truncate(long inode, long size, long newSize) {
    FileDelta delta = file(inode, size);
    countParts(delta, newSize);
    if (newSize < delta.size()) {
      count(Costs.freed(delta.size() - newSize));
      if (newSize > 0 && delta.beginCut()) {
        count(Costs.cut(unitPages));
      }
      if (Costs.mayBeObject(newSize, unitPages) && delta.beginObject()) {
        count(Costs.cutToObject());
      }
    }
    countDropped(delta.truncate(newSize, unitPages));
  }

  /**
   * Has a file take whole blocks of another one, which no overlay changes.
   *
   * @param size of the file before
   */
  void take(long inode, long size, Lent lent, Head head) {
    TakenRanges.Range range = TakenRanges.Range.of(lent, head);
    FileDelta delta = file(inode, size);
    countParts(delta, Math.max(size, range.end()));
    count(Costs.taken(lent.extents(), lent.bytes()));
    countDropped(delta.take(range));
    delta.grown(range.end());
  }

  /** Drops all content of a file. */
  void removeContent(long inode) {
    FileDelta delta = file(inode, 0);
    if (delta.beginRemoval()) {
      count(Costs.removed());
    }
    countDropped(delta.remove(unitPages));
  }

  private void countDropped(FileDelta.Dropped dropped) {
    count(Costs.memory(-dropped.pages()).plus(Costs.units(-dropped.units(), unitPages)));
  }

  private void count(Load more) {
    load = load.plus(more);
  }

  /** Ends the operation. */
  void finish() {
    overlay.count(load);
  }

  /** What the operation took, negative where it gave something back. */
  Load load() {
    return load;
  }
}
