package dev.capsa.store;

import dev.capsa.raw.FileRawStorage;
import java.io.IOException;
import java.nio.file.Path;

/** Where the parts of a container lie in its file, so that a test can damage them. */
public final class ContainerPlaces implements AutoCloseable {
  private final MultiStore store;

  private ContainerPlaces(MultiStore store) {
    this.store = store;
  }

  /** Opens a container for looking at its parts. */
  public static ContainerPlaces of(Path container) throws IOException {
    return new ContainerPlaces(MultiStore.open(FileRawStorage.open(container, true), true, 0));
  }

  /** The store, to read items and nodes. */
  public MultiStore store() {
    return store;
  }

  /**
   * A root slot.
   *
   * @param ring 0 to 2
   * @param back 0: the newest, 1: the one before
   */
  public long slot(int ring, int back) {
    int slots = SlotLayout.RING_SLOTS;
    int index = Math.floorMod(store.base().slotIndex() - back, slots);
    long start =
        switch (ring) {
          case 0 -> (long) SlotLayout.RING_A_SECTOR * Geometry.PAGE_BYTES;
          case 1 -> (long) SlotLayout.RING_B_SECTOR * Geometry.PAGE_BYTES;
          default -> Geometry.startOf(Geometry.RING_SEGMENT);
        };
    return start + (long) index * Geometry.PAGE_BYTES;
  }

  /** The copy of the header. */
  public long headerCopy() {
    return (long) SlotLayout.HEADER_COPY_SECTOR * Geometry.PAGE_BYTES;
  }

  /** The newest commit's record. */
  public long record() {
    return store.base().recordPointer().offset();
  }

  /** The top page of the segment table. */
  public long tablePage() {
    return store.base().record().table().offset();
  }

  /** The first leaf page of the segment table. */
  public long tableLeaf() {
    return store.table().leafOffset(0);
  }

  /** The page of the segment that an object in grains lies in. */
  public long segmentPageOf(ObjectPointer object) throws IOException {
    return store.table().get(new ObjectId(object.id()).segment()).page().offset();
  }

  /** The page of the segment that a block lies in. */
  public long segmentPageOf(long block) throws IOException {
    return store.table().get(segmentOf(block)).page().offset();
  }

  /** The number of the segment that a block lies in. */
  public int segmentOf(long block) {
    return Geometry.segmentOf(block * BlockRun.BLOCK_BYTES);
  }

  /** The number of the segment that an object lies in. */
  public int segmentOf(ObjectPointer object) {
    return new ObjectId(object.id()).segment();
  }

  /** The header of a node. */
  public long node(ObjectPointer pointer) throws IOException {
    return place(pointer, SegmentKind.NODE.unitBytes());
  }

  /** The first byte of an object in grains. */
  public long object(ObjectPointer pointer) throws IOException {
    return place(pointer, SegmentKind.GRAIN.unitBytes());
  }

  private long place(ObjectPointer pointer, int unitBytes) throws IOException {
    ObjectId id = new ObjectId(pointer.id());
    return store.table().offset(store.table().get(id.segment()), (long) id.slot() * unitBytes);
  }

  /** The first byte of a block. */
  public long block(long block) throws IOException {
    Segment segment = store.table().get(segmentOf(block));
    long within = block * BlockRun.BLOCK_BYTES - Geometry.startOf(segment.number);
    return store.table().offset(segment, within);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
