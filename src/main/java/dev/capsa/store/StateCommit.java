package dev.capsa.store;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last part of a commit: segment pages, segment table, record and slot.
 *
 * <p>All pages come from META segments, whose bitmaps lie in the record itself, so writing the
 * state does not change what is being written. Room for all of them is made before the first is
 * placed.
 */
final class StateCommit {
  private final BaseStore base;
  private final SegmentTable table;
  private final OmniAllocator allocator;
  private final BatchWriter writer;
  private final MultiStore store;
  private final Runs taken = new Runs();
  private final Runs freed = new Runs();
  private final List<Segment> changedPages = new ArrayList<>();
  private final List<Segment.PagePointer> oldPages = new ArrayList<>();
  private SegmentTable.@Nullable Written written;
  private @Nullable CommitRecord record;
  private @Nullable RecordPointer pointer;

  StateCommit(
      BaseStore base,
      SegmentTable table,
      OmniAllocator allocator,
      BatchWriter writer,
      MultiStore store) {
    this.base = base;
    this.table = table;
    this.allocator = allocator;
    this.writer = writer;
    this.store = store;
  }

  /** META pages that the commit no longer reaches. */
  Runs freed() {
    return freed;
  }

  /**
   * Writes everything but the slot. The live bitmaps already say what the commit reaches. Fails if
   * somebody else writes this container, too: then there must be no slot.
   */
  void write(
      BitSet dirty,
      BitSet otherLeaves,
      byte[] root,
      long sequence,
      long timeNanos,
      KeptState kept,
      ShareState shares)
      throws IOException {
    BitSet leaves = (BitSet) otherLeaves.clone();
    for (int at = dirty.nextSetBit(0); at >= 0; at = dirty.nextSetBit(at + 1)) {
      writeSegmentPage(table.get(at));
      leaves.set(SegmentTable.leafOf(at));
    }
    OmniAllocator.Run recordPages = takeRecordPages(root, leaves, kept.bytes() + shares.bytes());
    SegmentTable.Written table2 =
        table.write(
            leaves,
            new SegmentTable.PageWriter() {
              @Override
              public Segment.PagePointer write(ByteBuffer page) throws IOException {
                return writePages(page);
              }

              @Override
              public void free(Segment.PagePointer page) throws IOException {
                freePages(page.offset(), page.length());
              }
            });
    written = table2;
    freePages(base.recordPointer().offset(), base.recordPointer().length());
    writer.flush();
    boolean verifiable = writer.isVerifiable();
    ObjectStore.Recorded objects = store.recordedObjects();
    CommitRecord made =
        new CommitRecord(
            base.epoch(),
            sequence,
            timeNanos,
            !verifiable,
            base.recordPointer(),
            table2.pointer(),
            objects.primeId(),
            objects.objectCount(),
            root.clone(),
            store.metaSegments(),
            objects.redirects(),
            verifiable ? List.copyOf(writer.manifest()) : List.of(),
            kept,
            shares);
    ByteBuffer bytes = made.encode(base.header().uuid());
    if (bytes.remaining() > recordPages.count() * Geometry.PAGE_BYTES) {
      throw new IllegalStateException(
          "record has "
              + bytes.remaining()
              + " bytes, room was made for "
              + recordPages.count() * Geometry.PAGE_BYTES);
    }
    base.write(recordPages.physicalOffset(), bytes.duplicate());
    if (!verifiable) {
      base.force();
    }
    base.requireSoleWriter();
    record = made;
    pointer =
        new RecordPointer(
            recordPages.physicalOffset(), bytes.remaining(), Checksums.checksum64(bytes), sequence);
  }

  /** Writes the slot; from here on a failure leaves open which state an opening finds. */
  void publish(boolean durable) throws IOException {
    table.adopt(Objects.requireNonNull(written));
    base.publish(Objects.requireNonNull(record), Objects.requireNonNull(pointer), durable);
  }

  /** Takes back what {@link #write} changed in memory. */
  void revert() {
    for (int i = 0; i < changedPages.size(); i++) {
      changedPages.get(i).setPage(oldPages.get(i));
    }
    store.locked(
        () -> {
          freed.forEach((segment, from, count) -> meta(segment).setLive(from, count));
          taken.forEach(
              (segment, from, count) -> {
                meta(segment).clearLive(from, count);
                allocator.release(segment, from, count);
              });
        });
  }

  private BlockAllocator meta(int segment) {
    try {
      return Objects.requireNonNull(table.get(segment).allocator());
    } catch (IOException e) {
      throw new IllegalStateException("META segment " + segment + " is loaded", e);
    }
  }

  private void writeSegmentPage(Segment segment) throws IOException {
    segment.countUsed();
    changedPages.add(segment);
    oldPages.add(segment.page());
    freePages(segment.page().offset(), segment.page().length());
    int bytes = segment.pageBytes();
    if (bytes == 0) {
      segment.setPage(Segment.PagePointer.NONE);
      return;
    }
    ByteBuffer page = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    segment.encodePage(page);
    segment.setPage(writePages(page.flip()));
  }

  private Segment.PagePointer writePages(ByteBuffer bytes) throws IOException {
    OmniAllocator.Run run = take(Geometry.pages(bytes.remaining()));
    writer.put(
        SegmentKind.META,
        run.physicalOffset(),
        ByteBuffer.allocate(0),
        bytes,
        run.count() * Geometry.PAGE_BYTES);
    return new Segment.PagePointer(
        run.physicalOffset(), bytes.remaining(), Checksums.checksum64(bytes));
  }

  /**
   * Makes room for the record and for the table's pages. A new META segment changes the table, too;
   * whether a page goes there is known only when all is written, so each that may get one counts.
   * Both are counted with one segment more than needed.
   */
  private OmniAllocator.Run takeRecordPages(byte[] root, BitSet leaves, int stateBytes)
      throws IOException {
    addNewMetas(leaves);
    int tablePages = table.mostPages(leaves.cardinality() + 2);
    List<CommitRecord.MetaSegment> metas = store.metaSegments();
    int bytes =
        CommitRecord.encodedBytes(
                root.length,
                metas,
                store.recordedObjects().redirects().size(),
                Math.min(BaseStore.MOST_VERIFIED_RANGES, writer.manifest().size() + tablePages + 8),
                stateBytes)
            + 4 * (4 + Geometry.LARGE_SEGMENT_BYTES / Geometry.PAGE_BYTES / 8);
    OmniAllocator.Run run = take(Geometry.pages(bytes));
    store.reserveMetaPages(tablePages);
    while (addNewMetas(leaves)) {
      store.reserveMetaPages(table.mostPages(leaves.cardinality()));
    }
    return run;
  }

  /** Has the leaves written of META segments that the table does not know as such. */
  private boolean addNewMetas(BitSet leaves) {
    int before = leaves.cardinality();
    store.newMetas().stream().forEach(segment -> leaves.set(SegmentTable.leafOf(segment)));
    return leaves.cardinality() > before;
  }

  private OmniAllocator.Run take(int pages) throws IOException {
    return store.allocating(
        () -> {
          OmniAllocator.Run run = allocateMeta(pages);
          taken.add(run.segment().number, run.from(), run.count());
          meta(run.segment().number).setLive(run.from(), run.count());
          return run;
        });
  }

  private OmniAllocator.Run allocateMeta(int pages) throws IOException {
    if (pages > Geometry.LARGE_SEGMENT_BYTES / Geometry.PAGE_BYTES) {
      throw new CapsaFullException(
          "the state of a commit needs " + pages + " pages in a row, more than a segment has");
    }
    return allocator.allocate(SegmentKind.META, Geometry.PAGE_BYTES, pages);
  }

  /** Frees pages given by their physical place. */
  private void freePages(long offset, int length) throws IOException {
    if (length == 0) {
      return;
    }
    int count = Geometry.pages(length);
    store.allocatingOnce(
        () -> {
          int segment = store.metaAt(offset);
          long within = offset - table.get(segment).physicalOffset;
          int from = (int) (within / Geometry.PAGE_BYTES);
          freed.add(segment, from, count);
          meta(segment).clearLive(from, count);
          return segment;
        });
  }
}
