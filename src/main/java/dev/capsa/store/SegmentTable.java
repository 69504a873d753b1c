package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The segments of the newest state, loaded page by page when they are asked for. Offsets of objects
 * are derived from it; nothing else maps an object to its place.
 *
 * <p>Entries and bitmaps stay in memory; of the checksums of blocks as much as {@link
 * ChecksumPages} allows, which are loaded again when they are asked for.
 *
 * <p>Any thread may ask for a segment; loading takes locks of the table's own. Changes are the open
 * batch's, under the store's allocation lock.
 */
final class SegmentTable {
  private static final int PAGE_LOCKS = 16;

  private final BaseStore base;
  private final ReentrantLock loading = new ReentrantLock();
  private final ReentrantLock[] pageLocks = new ReentrantLock[PAGE_LOCKS];
  private final ChecksumPages pages;
  private volatile @Nullable Segment[] segments;
  private volatile int count;

  /** Where each leaf page is; NONE for pages that were never written. */
  private final List<Segment.PagePointer> leaves = new ArrayList<>();

  /** Where each inner page above the leaves is; empty if the top page is a leaf. */
  private final List<Segment.PagePointer> inners = new ArrayList<>();

  private Segment.PagePointer top = Segment.PagePointer.NONE;

  /**
   * The table of the newest state.
   *
   * @param checksumBytes memory for checksums of blocks that nobody changes
   */
  SegmentTable(BaseStore base, long checksumBytes) throws IOException {
    this(base, base.record(), checksumBytes);
  }

  /** The table of a state, be it an older one that is only looked at. */
  SegmentTable(BaseStore base, CommitRecord record) throws IOException {
    this(base, record, 0);
  }

  private SegmentTable(BaseStore base, CommitRecord record, long checksumBytes) throws IOException {
    this.base = base;
    this.pages = new ChecksumPages(checksumBytes);
    Arrays.setAll(pageLocks, i -> new ReentrantLock());
    CommitRecord.TablePointer table = record.table();
    this.count = table.segments();
    this.segments = new Segment[Math.max(EntryLayout.LEAF_ENTRIES, count)];
    if (table.segments() > 0) {
      top = new Segment.PagePointer(table.offset(), Geometry.PAGE_BYTES, table.checksum());
      loadPointers(table.height());
    }
  }

  private void loadPointers(int height) throws IOException {
    int leafCount = leafOf(count - 1) + 1;
    if (height == 0) {
      leaves.add(top);
    } else if (height == 1) {
      inners.add(top);
      loadInner(top, leafCount);
    } else if (height == 2) {
      List<Segment.PagePointer> pointers = new ArrayList<>();
      int innerCount = (leafCount - 1) / EntryLayout.INNER_POINTERS + 1;
      readPointers(top, innerCount, pointers);
      inners.addAll(pointers);
      for (Segment.PagePointer inner : pointers) {
        loadInner(inner, Math.min(EntryLayout.INNER_POINTERS, leafCount - leaves.size()));
      }
    } else {
      throw new CapsaCorruptException("segment table has height " + height + ", expected 0 to 2");
    }
  }

  private void loadInner(Segment.PagePointer inner, int pointers) throws IOException {
    readPointers(inner, pointers, leaves);
  }

  private void readPointers(Segment.PagePointer inner, int pointers, List<Segment.PagePointer> into)
      throws IOException {
    ByteBuffer page = readPage(inner, "inner page of the segment table");
    for (int i = 0; i < pointers; i++) {
      into.add(new Segment.PagePointer(page.getLong(), Geometry.PAGE_BYTES, page.getLong()));
    }
  }

  /** Reads and verifies a page of state. */
  ByteBuffer readPage(Segment.PagePointer pointer, String what) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(pointer.length()).order(ByteOrder.LITTLE_ENDIAN);
    base.read(pointer.offset(), page);
    page.flip();
    if (Checksums.checksum64(page) != pointer.checksum()) {
      throw base.mismatch(
          what
              + " at "
              + pointer.offset()
              + "+"
              + pointer.length()
              + " does not match its checksum");
    }
    return page;
  }

  /** Leaf pages that are written. */
  int leafCount() {
    return leaves.size();
  }

  /** Where a leaf page is. */
  long leafOffset(int leaf) {
    return leaves.get(leaf).offset();
  }

  /** A segment under an inner page that lies in a range of the file; −1 if there is none. */
  int underInner(long from, long end) {
    for (int i = 0; i < inners.size(); i++) {
      long offset = inners.get(i).offset();
      if (offset >= from && offset < end) {
        return i * EntryLayout.INNER_POINTERS * EntryLayout.LEAF_ENTRIES;
      }
    }
    return top.offset() >= from && top.offset() < end ? 0 : -1;
  }

  /** Segments that have an entry. */
  int count() {
    return count;
  }

  /** The segment if it is loaded. */
  @Nullable Segment peek(int number) {
    return segments[number];
  }

  /** The segment of a number below {@link #count}. */
  Segment get(int number) throws IOException {
    if (number < 0 || number >= count) {
      throw new CapsaCorruptException(
          "segment " + number + " does not exist; the container has " + count);
    }
    Segment segment = segments[number];
    return segment != null ? segment : load(number);
  }

  private Segment load(int number) throws IOException {
    loading.lock();
    try {
      Segment present = segments[number];
      if (present != null) {
        return present;
      }
      int leaf = leafOf(number);
      ByteBuffer page = readPage(leaves.get(leaf), "leaf page " + leaf + " of the segment table");
      int first = leaf * EntryLayout.LEAF_ENTRIES;
      for (int i = 0; i < EntryLayout.LEAF_ENTRIES && first + i < count; i++) {
        if (segments[first + i] == null) {
          segments[first + i] =
              Segment.decode(
                  first + i,
                  page.slice(i * EntryLayout.ENTRY_BYTES, EntryLayout.ENTRY_BYTES)
                      .order(ByteOrder.LITTLE_ENDIAN));
        }
      }
      return Objects.requireNonNull(segments[number]);
    } catch (IllegalArgumentException e) {
      throw new CapsaCorruptException("segment table contradicts itself: " + e.getMessage(), e);
    } finally {
      loading.unlock();
    }
  }

  /** Loads the bitmap of a segment. */
  Segment withPage(Segment segment) throws IOException {
    if (segment.allocator() == null) {
      load(segment);
    }
    return segment;
  }

  /**
   * Reads bytes of consecutive units of a segment, wherever they are.
   *
   * @param within first byte, counted from the segment's start as if it was not packed
   */
  void read(Segment segment, long within, ByteBuffer destination) throws IOException {
    Packing packing = packing(segment);
    if (packing == null) {
      base.read(segment.physicalOffset + within, destination);
    } else {
      packing.read(base, within, destination);
    }
  }

  /** Physical offset of a byte of a segment. */
  long offset(Segment segment, long within) throws IOException {
    Packing packing = packing(segment);
    return packing == null ? segment.physicalOffset + within : packing.offset(within);
  }

  /** Where the units of a segment are; null if it is not packed. */
  @Nullable Packing packing(Segment segment) throws IOException {
    Packing packing = segment.packing();
    if (packing == null && segment.isPacked()) {
      load(segment);
      packing = segment.packing();
    }
    return packing;
  }

  /** The checksums of a BLOCK segment, loaded if they are not in memory (any more). */
  BlockChecksums checksums(Segment segment) throws IOException {
    BlockChecksums present = segment.checksums();
    if (present == null) {
      present = load(segment);
      if (present == null) {
        throw new CapsaCorruptException("segment " + segment.number + " has no checksums");
      }
    }
    present.use();
    return present;
  }

  /**
   * Keeps the checksums of a segment in memory until {@link #unpin}: the open batch changes them,
   * or the page that holds them.
   */
  void pin(int number) throws IOException {
    Segment segment = get(number);
    pages.pin(segment);
    if (segment.kind() == SegmentKind.BLOCK) {
      checksums(segment);
    }
  }

  /** Ends {@link #pin} of segments. */
  void unpin(BitSet numbers) {
    for (int at = numbers.nextSetBit(0); at >= 0; at = numbers.nextSetBit(at + 1)) {
      Segment segment = segments[at];
      if (segment != null) {
        pages.unpin(segment);
      }
    }
  }

  /** Bytes of checksums in memory. */
  long checksumBytes() {
    return pages.bytes();
  }

  /**
   * Loads what is missing of a segment's page; the checksums, if it has some.
   *
   * <p>Loads of one segment wait for each other, and for nobody else. A load sees the newest page:
   * it changes only while the segment is pinned, and who pins it has loaded it.
   */
  private @Nullable BlockChecksums load(Segment segment) throws IOException {
    ReentrantLock lock = pageLocks[segment.number % PAGE_LOCKS];
    lock.lock();
    try {
      BlockChecksums present = segment.checksums();
      boolean needed =
          (segment.kind() == SegmentKind.BLOCK && present == null)
              || (segment.isPacked() && segment.packing() == null);
      if (segment.allocator() != null && !needed) {
        return present;
      }
      if (segment.used() == 0) {
        if (segment.allocator() == null) {
          throw new CapsaCorruptException("segment " + segment.number + " holds nothing");
        }
      } else {
        if (segment.hasInlineBitmap() && segment.allocator() == null) {
          segment.loadInline();
        }
        if (!segment.hasInlineBitmap() || segment.isPacked()) {
          segment.loadPage(readPage(segment.page(), "page of segment " + segment.number));
        }
      }
      BlockChecksums loaded = segment.checksums();
      if (loaded != null) {
        pages.add(segment, loaded);
      }
      return loaded;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a segment at its own place. */
  Segment add() {
    loading.lock();
    try {
      int number = count;
      if (number == segments.length) {
        segments = Arrays.copyOf(segments, number * 2);
      }
      Segment segment = new Segment(number, Geometry.startOf(number));
      segments[number] = segment;
      count = number + 1;
      return segment;
    } finally {
      loading.unlock();
    }
  }

  /** Pages of the table itself. */
  int pages() {
    return leaves.size() + inners.size() + (heightFor(Math.max(1, count)) == 2 ? 1 : 0);
  }

  static int leafOf(int segment) {
    return segment / EntryLayout.LEAF_ENTRIES;
  }

  private static int innerOf(int leaf) {
    return leaf / EntryLayout.INNER_POINTERS;
  }

  /** Height of a table with a number of segments. */
  static int heightFor(int segments) {
    int leafCount = leafOf(segments - 1) + 1;
    return leafCount == 1 ? 0 : leafCount <= EntryLayout.INNER_POINTERS ? 1 : 2;
  }

  /** Upper bound of pages that {@link #write} takes if so many written leaves change. */
  int mostPages(int changedLeaves) {
    int total = leafOf(count + 1) + 1;
    int changed = Math.min(total, changedLeaves + total - leaves.size());
    int height = heightFor(count + 2);
    return height == 0 ? changed : changed + Math.min(changed, innerOf(total) + 1) + 1;
  }

  /** Writes changed pages of state; a commit's place for them and their freeing. */
  interface PageWriter {
    /** Writes a page, and returns where it is. */
    Segment.PagePointer write(ByteBuffer page) throws IOException;

    /** Frees a page that the newest state reaches; NONE is ignored. */
    void free(Segment.PagePointer page) throws IOException;
  }

  /** What {@link #write} made, to be adopted when the commit is published. */
  record Written(
      CommitRecord.TablePointer pointer,
      BitSet changedLeaves,
      List<Segment.PagePointer> leaves,
      List<Segment.PagePointer> inners,
      Segment.PagePointer top) {}

  /** Writes the leaves of changed segments, and the pages above. */
  Written write(BitSet changedLeaves, PageWriter writer) throws IOException {
    int height = heightFor(count);
    List<Segment.PagePointer> newLeaves = new ArrayList<>(leaves);
    List<Segment.PagePointer> newInners = new ArrayList<>(inners);
    BitSet changedInners = new BitSet();
    for (int leaf = leaves.size(); leaf <= leafOf(count - 1); leaf++) {
      changedLeaves.set(leaf);
    }
    for (int leaf = changedLeaves.nextSetBit(0);
        leaf >= 0;
        leaf = changedLeaves.nextSetBit(leaf + 1)) {
      put(newLeaves, leaf, writer.write(encodeLeaf(leaf)), writer);
      changedInners.set(innerOf(leaf));
    }
    Segment.PagePointer newTop = newLeaves.get(0);
    if (height >= 1) {
      if (newInners.isEmpty()) {
        changedInners.set(0);
      }
      for (int i = changedInners.nextSetBit(0); i >= 0; i = changedInners.nextSetBit(i + 1)) {
        put(newInners, i, writer.write(encodePointers(newLeaves, i)), writer);
      }
      newTop = newInners.get(0);
    }
    if (height == 2) {
      if (heightFor(Math.max(1, base.record().table().segments())) == 2) {
        writer.free(top);
      }
      newTop = writer.write(encodePointers(newInners, 0));
    }
    return new Written(
        new CommitRecord.TablePointer(newTop.offset(), newTop.checksum(), height, count),
        changedLeaves,
        newLeaves,
        newInners,
        newTop);
  }

  /** Takes over what a published commit wrote. */
  void adopt(Written written) {
    for (int at = 0; at < count; at++) {
      Segment segment = segments[at];
      if (segment != null && written.changedLeaves().get(leafOf(at))) {
        segment.wasWritten();
      }
    }
    leaves.clear();
    leaves.addAll(written.leaves());
    inners.clear();
    inners.addAll(written.inners());
    top = written.top();
  }

  private static void put(
      List<Segment.PagePointer> list, int index, Segment.PagePointer page, PageWriter writer)
      throws IOException {
    while (list.size() <= index) {
      list.add(Segment.PagePointer.NONE);
    }
    writer.free(list.set(index, page));
  }

  private ByteBuffer encodeLeaf(int leaf) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(Geometry.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int first = leaf * EntryLayout.LEAF_ENTRIES;
    for (int i = 0; i < EntryLayout.LEAF_ENTRIES && first + i < count; i++) {
      get(first + i)
          .encode(
              page.slice(i * EntryLayout.ENTRY_BYTES, EntryLayout.ENTRY_BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN));
    }
    return page;
  }

  private static ByteBuffer encodePointers(List<Segment.PagePointer> pages, int inner) {
    ByteBuffer page = ByteBuffer.allocate(Geometry.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int first = inner * EntryLayout.INNER_POINTERS;
    for (int i = 0; i < EntryLayout.INNER_POINTERS && first + i < pages.size(); i++) {
      page.putLong(pages.get(first + i).offset()).putLong(pages.get(first + i).checksum());
    }
    page.clear();
    return page;
  }
}
