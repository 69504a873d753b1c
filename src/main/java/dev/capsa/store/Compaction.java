package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * How a container gets short
 *
 * What is live in a segment is copied, unit by unit, into pages of HOST segments, lower in the file;
 * from the commit on the segment is packed, and its place free for others once nobody looks there
 * any more. Ids and block numbers stay as they are, so for the catalog, and for kept revisions,
 * nothing changes. First come the segments that are not full, the lowest first, so that the places
 * that they leave are soon used by the next; what was packed and has lost many units is packed again.
 * Those that others have begun to fill meanwhile are left: packed, they would be begun again.
 * Then whatever is at the end of the file goes lower as long as there is room: full segments are
 * packed, too; what lies in a HOST segment is packed again; pages of the container's state that lie
 * there are written again by the commit.
 *
 * A segment is packed only if each of its units is either live or free: what was freed and may still
 * be read through a pin has no place in a packing. Until it is so, nothing is put into it, or that
 * would never be. Blocks are compared with their checksums before they are copied; a segment with a
 * damaged one stays where it is. Nobody has it mapped. And nothing is packed in a container that has
 * objects of users of Store, whose content is replaced in place.
 */

/** One step of compaction, in a batch of its own. Confined to the batch's thread. */
final class Compaction {
  /** Of a segment, or of what was packed, more than 15/16 in use is as good as full. */
  private static final int FULL_SIXTEENTHS = 15;

  /** With less in use, HOST segments may begin anywhere. */
  private static final long LARGE_BYTES = 1 << 20;

  /** State, for so many bytes of data. */
  private static final int DATA_BYTES_FOR_ONE_OF_STATE = 8;

  /** Most of the small places that are left to pages of state, and to what comes. */
  private static final int MOST_LEFT = Geometry.FIRST_LARGE_SEGMENT / 2;

  /** Small places that are left in any case. */
  private static final int LEAST_LEFT = 4;

  /** For how long nothing is put into what cannot be packed yet; each step asks again. */
  private static final int DRAINED_COMMITS = 8;

  private final MultiStore store;
  private final BaseStore base;
  private final SegmentTable table;
  private final RootAllocator root;
  private final OmniAllocator allocator;
  private final StoreBatch batch;
  private final CompactionScope scope;
  private final ByteBuffer piece = ByteBuffer.allocate(Packing.PIECE_BYTES);
  private final List<Segment> packed = new ArrayList<>();
  private final List<Integer> vacated = new ArrayList<>();

  /** Segments that this step has looked at in vain. */
  private boolean hasWaiting;

  /** The first place that gets HOST segments. */
  private int firstHost;

  private long left;

  /**
   * A step.
   *
   * @param mostBytes to copy, but for the last segment
   * @param scope of all steps together
   */
  Compaction(
      MultiStore store,
      BaseStore base,
      SegmentTable table,
      RootAllocator root,
      OmniAllocator allocator,
      StoreBatch batch,
      long mostBytes,
      CompactionScope scope) {
    this.store = store;
    this.base = base;
    this.table = table;
    this.root = root;
    this.allocator = allocator;
    this.batch = batch;
    this.left = mostBytes;
    this.scope = scope;
  }

  /**
   * About how much shorter compaction would make a container.
   *
   * @param end where what is live ends now
   * @param mostCopied bytes; 0 is the result if more had to be copied to move all
   */
  static long savesBytes(SegmentTable table, long end, long mostCopied) throws IOException {
    long data = 0;
    for (int at = 0; at < table.count() && data <= mostCopied; at++) {
      Segment segment = table.get(at);
      data += isData(segment) ? usedBytes(segment) : 0;
    }
    long after = Geometry.LEAST_BYTES + data + data / DATA_BYTES_FOR_ONE_OF_STATE;
    return data > mostCopied ? 0 : Math.max(0, end - after);
  }

  /** Packs some, or says that there is nothing to pack. */
  Batch.Compacted run() throws IOException {
    look();
    packSparse();
    if (packed.isEmpty()) {
      boolean moved = lowerTheEnd();
      if (!moved && packed.isEmpty()) {
        return hasWaiting ? Batch.Compacted.WAITING : Batch.Compacted.DONE;
      }
    }
    return Batch.Compacted.MOVED;
  }

  private static boolean isData(Segment segment) {
    return switch (segment.kind()) {
      case NODE, GRAIN, BLOCK -> segment.used() > 0;
      default -> false;
    };
  }

  private static long usedBytes(Segment segment) {
    return (long) segment.used() * segment.unitBytes();
  }

  private void look() throws IOException {
    long all = 0;
    long pages = 0;
    for (int at = 0; at < table.count(); at++) {
      Segment segment = table.get(at);
      if (isData(segment)) {
        all += usedBytes(segment);
        boolean many =
            segment.kind() == SegmentKind.GRAIN && segment.number >= Geometry.FIRST_LARGE_SEGMENT;
        pages += many ? Reserve.PAGES_OF_PACKED : 2;
      }
    }
    // Pages of state are written again before the old ones can be reused: half as much more.
    long places = pages * 3 / 2 / Packing.PIECE_PAGES;
    firstHost = all < LARGE_BYTES ? 0 : (int) Math.min(MOST_LEFT, LEAST_LEFT + places);
  }

  private void packSparse() throws IOException {
    for (int at = 0; at < table.count() && left > 0; at++) {
      Segment segment = table.get(at);
      if (isData(segment) && !isYoung(segment) && isSparse(segment)) {
        pack(segment, Long.MAX_VALUE);
      }
    }
  }

  /** Whether the page of a segment can be read; one that is damaged stays where it is. */
  private boolean isReadable(Segment segment) throws IOException {
    try {
      table.withPage(segment);
      table.packing(segment);
      return true;
    } catch (CapsaCorruptException e) {
      return false;
    }
  }

  private boolean isSparse(Segment segment) throws IOException {
    if (segment.isPacked() && !isReadable(segment)) {
      return false;
    }
    Packing packing = table.packing(segment);
    long bytes = packing == null ? segment.bytes() : packing.bytes();
    return usedBytes(segment) * 16 < bytes * FULL_SIXTEENTHS
        && Geometry.pages(usedBytes(segment)) * (long) Geometry.PAGE_BYTES < bytes;
  }

  /** Packs what lies at the end of the file lower; whether anything else goes lower. */
  private boolean lowerTheEnd() throws IOException {
    int last = store.underLock(() -> root.lastInUse(table.count()));
    if (last < 0) {
      return false;
    }
    Segment owner = store.ownerOf(last);
    if (owner == null) {
      hasWaiting = true; // its place waits for its reuse
      return false;
    }
    switch (owner.kind()) {
      case META:
        boolean moved = batch.rewriteState(owner);
        hasWaiting |= !moved && !store.hasLive(owner); // what was there waits for its reuse
        return moved;
      case HOST:
        lowerHosted(owner);
        return false;
      default:
        lowerData(owner, last);
        return false;
    }
  }

  /** Packs a segment at the end; one that was begun meanwhile only if the next would be lower. */
  private void lowerData(Segment owner, int place) throws IOException {
    long large = Geometry.LARGE_SEGMENT_BYTES;
    if (isYoung(owner) && !store.underLock(() -> root.hasPlaceBelow(place, owner.kind(), large))) {
      hasWaiting |= store.underLock(() -> root.hasVacatedBelow(place));
    } else if (isData(owner)) {
      pack(owner, owner.physicalOffset);
    } else {
      hasWaiting = true;
    }
  }

  /** Whether a segment was begun after the compaction. */
  private boolean isYoung(Segment segment) {
    return segment.takenAt() >= scope.since();
  }

  /**
   * Packs what has pieces in a HOST segment again: below it; if that is not possible, what has the
   * highest piece there goes below that piece.
   */
  private void lowerHosted(Segment host) throws IOException {
    int place = Geometry.placeOf(host.physicalOffset);
    boolean found = false;
    boolean lowered = false;
    Segment highest = null;
    long end = 0;
    for (int at = 0; at < table.count() && left > 0; at++) {
      Segment segment = table.get(at);
      boolean mayBe = isData(segment) && segment.isPacked() && isReadable(segment);
      Packing packing = mayBe ? table.packing(segment) : null;
      long piece = packing == null ? -1 : highestPiece(packing, place);
      if (piece >= 0) {
        found = true;
        lowered |= pack(segment, host.physicalOffset);
        highest = piece > end ? segment : highest;
        end = Math.max(end, piece);
      }
    }
    if (highest != null && !lowered) {
      pack(highest, end);
    }
    hasWaiting |= !found; // what was there waits for its reuse
  }

  /** Where the last piece at a place begins; −1 if there is none. */
  private static long highestPiece(Packing packing, int place) {
    long highest = -1;
    for (int i = 0; i < packing.pieces(); i++) {
      long offset = packing.pieceOffset(i);
      highest = Geometry.placeOf(offset) == place ? Math.max(highest, offset) : highest;
    }
    return highest;
  }

  /** Packs one segment into what lies before an offset; false if that is not possible now. */
  private boolean pack(Segment segment, long below) throws IOException {
    boolean small = segment.bytes() < Geometry.bytesOf(segment.number);
    if (small && segment.kind() == SegmentKind.BLOCK || !isReadable(segment)) {
      return false; // packed, it would have more blocks, and more checksums, than now
    }
    Packing before = table.packing(segment);
    long[] live = store.packable(segment);
    if (live == null) {
      store.locked(() -> segment.drainUntil(base.sequence() + DRAINED_COMMITS));
      hasWaiting = true;
      return false;
    }
    BlockChecksums checksums =
        segment.kind() == SegmentKind.BLOCK ? table.checksums(segment) : null;
    if (checksums != null && !isIntact(segment, live)) {
      return false;
    }
    long bytes = (long) Bitmaps.count(live) * segment.unitBytes();
    List<OmniAllocator.Run> runs = allocate(bytes, below);
    if (runs == null) {
      hasWaiting = true;
      return false;
    }
    int[] pieces = new int[runs.size()];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = (int) (runs.get(i).physicalOffset() / Geometry.PAGE_BYTES);
    }
    copy(segment, live, runs);
    int mostUnits = Geometry.bytesOf(segment.number) / segment.unitBytes();
    long[] units = Arrays.copyOf(live, Bitmaps.words(mostUnits));
    batch.changing(segment.number);
    base.usePacked(); // the slot of this commit has to say so
    store.locked(
        () -> {
          allocator.close(segment);
          segment.setNextPacking(new Packing(segment.unitBytes(), units, pieces));
        });
    packed.add(segment);
    if (before == null) {
      vacated.add(Geometry.placeOf(segment.physicalOffset));
    } else {
      batch.freeHosted(before);
    }
    left -= bytes;
    return true;
  }

  private boolean isIntact(Segment segment, long[] live) throws IOException {
    int units = segment.units();
    try {
      for (int from = Bitmaps.nextSet(live, 0, units); from < units; ) {
        int end = Math.min(Bitmaps.nextClear(live, from, units), from + Packing.PIECE_PAGES);
        store.verifyBlocks(segment.number, from, end - from);
        from = Bitmaps.nextSet(live, end, units);
      }
      return true;
    } catch (CapsaCorruptException e) {
      return false;
    }
  }

  /** Pages for all pieces, or null, and then none. */
  private @Nullable List<OmniAllocator.Run> allocate(long bytes, long below) throws IOException {
    List<OmniAllocator.Run> runs = new ArrayList<>();
    for (long done = 0; done < bytes; done += Packing.PIECE_BYTES) {
      int pages = Geometry.pages(Math.min(Packing.PIECE_BYTES, bytes - done));
      OmniAllocator.Run run = batch.allocateHost(pages, firstHost, below, scope.mostLength());
      if (run == null) {
        batch.releaseHosts(runs);
        return null;
      }
      runs.add(run);
    }
    return runs;
  }

  private void copy(Segment segment, long[] live, List<OmniAllocator.Run> runs) throws IOException {
    int units = segment.units();
    int unitBytes = segment.unitBytes();
    int next = 0;
    piece.clear();
    for (int from = Bitmaps.nextSet(live, 0, units); from < units; ) {
      int end = Bitmaps.nextClear(live, from, units);
      long within = (long) from * unitBytes;
      long stop = (long) end * unitBytes;
      while (within < stop) {
        int count = (int) Math.min(stop - within, piece.remaining());
        int limit = piece.limit();
        piece.limit(piece.position() + count);
        table.read(segment, within, piece);
        piece.limit(limit);
        within += count;
        if (!piece.hasRemaining()) {
          batch.writeHost(runs.get(next++), piece.flip());
          piece.clear();
        }
      }
      from = Bitmaps.nextSet(live, end, units);
    }
    if (piece.position() > 0) {
      batch.writeHost(runs.get(next++), piece.flip());
    }
    if (next != runs.size()) {
      throw new IllegalStateException(next + " pieces copied, expected " + runs.size());
    }
  }

  // What the batch does at its end.

  /** The commit is published: readers go to the new places from now on. */
  void adopt(Runs freed) {
    store.locked(
        () -> {
          packed.forEach(Segment::adoptPacking);
          for (int place : vacated) {
            root.vacate(place);
            freed.add(place, MultiStore.A_PLACE, 1);
          }
        });
  }

  /** The batch is given up. */
  void revert() {
    store.locked(
        () -> {
          for (Segment segment : packed) {
            segment.setNextPacking(null);
            if (!segment.isPacked()) {
              allocator.reopen(segment);
            }
          }
        });
  }
}
