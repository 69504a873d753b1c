package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a store against itself and against what the layers above reach: header, rings, record,
 * table, segment pages; then every node, object and block that is handed in; and at the end that
 * just those are allocated. Reports every fault as a place and what is wrong there, and goes on.
 * Confined to one thread; nothing may be written meanwhile.
 */
public final class StoreCheck {
  private static final int SCRATCH_BLOCKS = 256;

  private static final String KEPT = "kept revisions";

  private final MultiStore store;
  private final BaseStore base;
  private final BiConsumer<String, String> faults;
  private final Map<Integer, long[]> reached = new HashMap<>();

  /** What dead lists name, and no kept revision was found to reach yet. */
  private final Map<Integer, long[]> dead = new HashMap<>();

  private final Map<Integer, Segment> segments = new HashMap<>();

  private final ShareCheck shares;

  private final Map<Integer, Packing> packings = new HashMap<>();

  /** By the physical offset of a segment its number. */
  private final Map<Long, Integer> places = new HashMap<>();

  /** What was told last of the segment table: one damaged page is one fault. */
  private @Nullable String tableFault;

  StoreCheck(MultiStore store, BiConsumer<String, String> faults) {
    this.store = store;
    this.base = store.base();
    this.faults = faults;
    this.shares = new ShareCheck(faults, this::kindOf);
  }

  /** Checks header, rings, record, segment table and segment pages. */
  public void checkState() throws IOException {
    checkHead();
    checkSegments();
  }

  /** Checks header and rings, as far as a crash cannot have left them so. */
  public void checkHead() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Geometry.SMALL_SEGMENT_BYTES);
    base.read(0, head);
    checkHeader(head, 0, "header");
    checkHeader(head, SlotLayout.HEADER_COPY_SECTOR, "copy of the header");
    checkRing(head, SlotLayout.RING_A_SECTOR, "ring A");
    checkRing(head, SlotLayout.RING_B_SECTOR, "ring B");
    if (base.length() > Geometry.RING_C_FROM_BYTES) {
      ByteBuffer ring = ByteBuffer.allocate(SlotLayout.RING_SLOTS * Geometry.PAGE_BYTES);
      base.read(Geometry.startOf(Geometry.RING_SEGMENT), ring);
      checkRing(ring, 0, "ring C");
    }
  }

  /**
   * Checks that every slot of every ring is whole or was never written, and that the newest is in
   * each. A crash in the last commit may have left it otherwise, until the next writable opening.
   */
  public void checkSlots() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Geometry.SMALL_SEGMENT_BYTES);
    base.read(0, head);
    checkSlots(head, SlotLayout.RING_A_SECTOR, 0, "ring A");
    checkSlots(head, SlotLayout.RING_B_SECTOR, 0, "ring B");
    if (base.length() > Geometry.RING_C_FROM_BYTES) {
      ByteBuffer ring = ByteBuffer.allocate(SlotLayout.RING_SLOTS * Geometry.PAGE_BYTES);
      base.read(Geometry.startOf(Geometry.RING_SEGMENT), ring);
      checkSlots(ring, 0, Geometry.startOf(Geometry.RING_SEGMENT), "ring C");
    }
  }

  private void checkSlots(ByteBuffer ring, int firstSector, long ringStart, String what) {
    boolean newest = false;
    for (int i = 0; i < SlotLayout.RING_SLOTS; i++) {
      ByteBuffer sector = BaseStore.sector(ring, firstSector + i);
      RootSlot slot = RootSlot.decode(sector, base.header().uuid());
      if (slot != null) {
        newest |= slot.sequence() == base.slotSequence();
      } else if (!isZero(sector)) {
        long offset = ringStart + (long) (firstSector + i) * Geometry.PAGE_BYTES;
        faults.accept(
            what + ", slot " + i + " at " + offset, "does not match its checksum, or was torn");
      }
    }
    if (!newest) {
      faults.accept(what, "does not hold the newest slot, of sequence " + base.slotSequence());
    }
  }

  private static boolean isZero(ByteBuffer sector) {
    return sector.equals(ByteBuffer.allocate(sector.limit()));
  }

  /** Checks segment table and segment pages, and reads the counts of what is shared. */
  public void checkSegments() {
    for (int at = 0; at < store.table().count(); at++) {
      checkSegment(at);
    }
    for (CommitRecord.MetaSegment meta : base.record().metaSegments()) {
      checkMeta(meta.segment());
    }
    shares.read(
        StateObjects.of(store),
        base.record().shares(),
        store.table().count(),
        link -> countObject(link.pointer(), ShareCheck.WHERE));
    packings.forEach(this::checkPacking);
  }

  /** What the record lists as pages of state, the table says, too. */
  private void checkMeta(int number) {
    try {
      Segment segment = store.table().get(number);
      if (segment.kind() != SegmentKind.META) {
        faults.accept(
            "segment " + number,
            "the commit record lists it as META, its entry says " + segment.kind());
      }
      checkPlace(segment);
    } catch (IOException e) {
      faults.accept("segment " + number, String.valueOf(e.getMessage()));
    }
  }

  /** No two segments have one place. */
  private void checkPlace(Segment segment) {
    Integer other = places.putIfAbsent(segment.physicalOffset, segment.number);
    if (other != null || segment.physicalOffset == 0) {
      faults.accept(
          "segment " + segment.number,
          "it is at " + segment.physicalOffset + ", where segment " + other + " is, too");
    }
  }

  /** Counts the pages that a packed segment takes, and compares what is in use with it. */
  private void checkPacking(int number, Packing packing) {
    String who = "packed segment " + number;
    Segment segment = Objects.requireNonNull(segments.get(number));
    if (!packing.hasAll(Objects.requireNonNull(segment.allocator()).live())) {
      faults.accept(who, "units are in use that were not packed");
    }
    for (int i = 0; i < packing.pieces(); i++) {
      long offset = packing.pieceOffset(i);
      int place = Geometry.placeOf(offset);
      Integer host = places.get(Geometry.startOf(place));
      if (host == null) {
        faults.accept(who, "it has a piece at " + offset + ", where no segment is");
      } else {
        int from = (int) ((offset - Geometry.startOf(place)) / Geometry.PAGE_BYTES);
        reach(SegmentKind.HOST, host, from, packing.piecePages(i), who);
      }
    }
  }

  private void checkHeader(ByteBuffer head, int sector, String what) {
    if (!ContainerHeader.isIntact(BaseStore.sector(head, sector))) {
      faults.accept(
          what + " at " + (long) sector * Geometry.PAGE_BYTES, "does not match its checksum");
    }
  }

  /**
   * The slot before the newest must be in every ring if the newest vouches for it. The newest
   * itself may be missing or torn in a ring, and other places may hold what a crash has left.
   */
  private void checkRing(ByteBuffer ring, int firstSector, String what) {
    RootSlot before = base.slotBefore();
    if (before == null) {
      return;
    }
    int place = (base.slotIndex() + SlotLayout.RING_SLOTS - 1) % SlotLayout.RING_SLOTS;
    RootSlot found =
        RootSlot.decode(BaseStore.sector(ring, firstSector + place), base.header().uuid());
    boolean older = firstSector == 0 && found == null;
    if (!before.equals(found) && !older) {
      faults.accept(what + ", slot " + place, "is not the slot of sequence " + before.sequence());
    }
  }

  private void checkSegment(int number) {
    Segment segment;
    try {
      segment = store.table().get(number);
    } catch (IOException e) {
      String what = String.valueOf(e.getMessage());
      if (!what.equals(tableFault)) {
        faults.accept("segment table", what);
      }
      tableFault = what;
      return;
    }
    try {
      boolean meta = segment.kind() == SegmentKind.META;
      if (!meta && segment.kind() != SegmentKind.FREE && segment.used() > 0) {
        store.table().withPage(segment);
        segments.put(number, segment);
        Packing packing = store.table().packing(segment);
        if (packing != null) {
          packings.put(number, packing);
        } else {
          checkPlace(segment);
        }
        BlockAllocator allocator = Objects.requireNonNull(segment.allocator());
        if (allocator.used() != segment.used()) {
          faults.accept(
              "segment " + number,
              "its entry states "
                  + segment.used()
                  + " units in use, its bitmap "
                  + allocator.used());
        }
      }
    } catch (IOException e) {
      faults.accept("segment " + number, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks the kept state: the index of kept revisions and the dead lists. Counts their objects,
   * and what kept revisions alone hold; to be called when all that the head reaches was counted.
   *
   * @return the kept revisions, the oldest first, for the caller to hand in what they reach; null
   *     if the kept state cannot be read as a whole, so that it is not known what is in use
   */
  public @Nullable List<KeptRevision> checkKept() {
    CommitRecord record = base.record();
    List<KeptRevision> revisions = new ArrayList<>();
    boolean[] whole = {true};
    KeptWalk.Visitor visitor =
        new KeptWalk.Visitor() {
          @Override
          public void object(Link link) {
            countObject(link.pointer(), KEPT);
          }

          @Override
          public void revision(KeptRevision revision) {
            revisions.add(revision);
          }

          @Override
          public void dead(long list, long birth, long run) {
            checkDead(list, birth, run);
          }

          @Override
          public void fault(String what) {
            whole[0] = false;
            faults.accept(KEPT, what);
          }
        };
    new KeptWalk(StateObjects.of(store), record.kept(), record.sequence(), visitor).run();
    return whole[0] ? revisions : null;
  }

  /** Counts a node that a kept revision reaches. */
  public void heldNode(ObjectPointer pointer, String who) {
    ObjectId id = new ObjectId(pointer.id());
    if (hold(SegmentKind.NODE, id.segment(), id.slot(), 1, who)) {
      guarded(who, () -> checkSelfDescription(pointer, ContainerHeader.NODE_BYTES));
    }
  }

  /** Counts an object that a kept revision reaches; reads it if the head does not reach it. */
  public void heldObject(ObjectPointer pointer, String who) {
    ObjectId id = new ObjectId(pointer.id());
    if (pointer.length() < 1 || pointer.length() > Space.MAX_OBJECT_BYTES) {
      faults.accept(who, "refers to " + id + " of " + pointer.length() + " bytes");
      return;
    }
    int grains = MultiStore.grains(pointer.length());
    if (hold(SegmentKind.GRAIN, id.segment(), id.slot(), grains, who)) {
      guarded(who, () -> store.readObject(pointer, 0, ByteBuffer.allocate(pointer.length())));
    }
  }

  /** Counts blocks that a kept revision reaches; reads those that the head does not reach. */
  public void heldBlocks(long start, long length, String who) {
    forEachSegment(
        start,
        length,
        who,
        (segment, first, count) -> {
          if (hold(SegmentKind.BLOCK, segment, first, count, who)) {
            readBlocks(segment, first, count, who);
          }
        });
  }

  /**
   * Notes what a kept revision reaches: either the head reaches it, too, or a dead list names it.
   *
   * @return whether some of it is on a dead list
   */
  private boolean hold(SegmentKind kind, int number, int from, int count, String who) {
    Segment segment = segments.get(number);
    long[] counted = reached.get(number);
    if (segment == null
        || segment.kind() != kind
        || counted == null
        || from + count > segment.units()
        || !Bitmaps.allSet(counted, from, count)) {
      faults.accept(
          who,
          "reaches "
              + kind
              + " units "
              + from
              + "+"
              + count
              + " of segment "
              + number
              + ", which neither the newest state reaches nor a dead list names");
      return false;
    }
    if (SharedUnits.has(kind) && !shares.hold(number, from, count)) {
      faults.accept(
          who,
          "has more references to units "
              + from
              + "+"
              + count
              + " of segment "
              + number
              + " than the newest state and the dead lists say");
    }
    long[] names = dead.get(number);
    if (names == null || Bitmaps.allClear(names, from, count)) {
      return false;
    }
    Bitmaps.clear(names, from, count);
    return true;
  }

  /** Reports what is on a dead list and was not reached by a kept revision. */
  public void finishHeld() {
    shares.finishHeld();
    dead.forEach(
        (number, names) -> {
          boolean counted = SharedUnits.has(kindOf(number));
          int left = counted ? 0 : Bitmaps.count(names);
          if (left > 0) {
            int first = Bitmaps.nextSet(names, 0, names.length * 64);
            faults.accept(
                "segment " + number,
                left
                    + " units are on a dead list and no kept revision reaches them, the first is"
                    + " unit "
                    + first);
          }
        });
  }

  private void checkDead(long list, long birth, long run) {
    String who = "the dead list of revision " + list;
    int ordinal = DeadRuns.kind(run);
    if (ordinal != SegmentKind.NODE.ordinal()
        && ordinal != SegmentKind.GRAIN.ordinal()
        && ordinal != SegmentKind.BLOCK.ordinal()) {
      faults.accept(who, "it names units of kind " + ordinal);
      return;
    }
    SegmentKind kind = SegmentKind.values()[ordinal];
    if (birth >= base.record().sequence()) {
      faults.accept(
          who, "it names a reference born in " + birth + ", by the newest commit or later");
    }
    int count = DeadRuns.count(run);
    int number = DeadRuns.segment(run);
    int from = DeadRuns.from(run);
    if (reach(kind, number, from, count, who) && birth <= list) {
      Bitmaps.set(dead.computeIfAbsent(number, this::emptyMap), from, count);
      if (SharedUnits.has(kind)) {
        shares.expectHeld(number, from, count);
      }
    }
  }

  /** What a segment holds; FREE if it cannot be read. */
  private SegmentKind kindOf(int number) {
    Segment segment = segments.get(number);
    return segment == null ? SegmentKind.FREE : segment.kind();
  }

  private long[] emptyMap(int number) {
    return new long[Bitmaps.words(Objects.requireNonNull(segments.get(number)).units())];
  }

  /** Reads and counts a node that something reaches. */
  public void node(ObjectPointer pointer, String who) {
    ObjectId id = new ObjectId(pointer.id());
    if (reach(SegmentKind.NODE, id.segment(), id.slot(), 1, who)) {
      guarded(who, () -> store.readNode(pointer));
      guarded(who, () -> checkSelfDescription(pointer, ContainerHeader.NODE_BYTES));
    }
  }

  /** Counts a node that something reaches, and compares its header, but not its content. */
  public void countNode(ObjectPointer pointer, String who) {
    ObjectId id = new ObjectId(pointer.id());
    if (reach(SegmentKind.NODE, id.segment(), id.slot(), 1, who)) {
      guarded(who, () -> checkSelfDescription(pointer, ContainerHeader.NODE_BYTES));
    }
  }

  /** Reads and counts an object in grains that the newest state reaches, as countObject does. */
  public void object(ObjectPointer pointer, long birth, String who) {
    if (countObject(pointer, birth, who)) {
      guarded(who, () -> store.readObject(pointer, 0, ByteBuffer.allocate(pointer.length())));
    }
  }

  /**
   * Counts an object in grains that the newest state reaches; false if it cannot be one.
   *
   * @param birth of the reference
   */
  public boolean countObject(ObjectPointer pointer, long birth, String who) {
    boolean reached = countObject(pointer, who);
    if (reached && birth <= base.record().kept().newest()) {
      ObjectId id = new ObjectId(pointer.id());
      shares.expectHeld(id.segment(), id.slot(), MultiStore.grains(pointer.length()));
    }
    return reached;
  }

  /** Counts an object that has a part of the container's own state. */
  private boolean countObject(ObjectPointer pointer, String who) {
    ObjectId id = new ObjectId(pointer.id());
    if (pointer.length() < 1 || pointer.length() > Space.MAX_OBJECT_BYTES) {
      faults.accept(who, "refers to " + id + " of " + pointer.length() + " bytes");
      return false;
    }
    return reach(
        SegmentKind.GRAIN, id.segment(), id.slot(), MultiStore.grains(pointer.length()), who);
  }

  /** What is done with blocks of one segment. */
  private interface BlockVisitor {
    void visit(int segment, int first, int count);
  }

  /**
   * Reads and counts blocks that the newest state reaches; checksums are verified again.
   *
   * @param birth of the reference
   */
  public void blocks(long start, long length, long birth, String who) {
    forEachSegment(
        start,
        length,
        who,
        (segment, first, count) -> {
          if (reachBlocks(segment, first, count, birth, who)) {
            readBlocks(segment, first, count, who);
          }
        });
  }

  /**
   * Counts blocks that the newest state reaches.
   *
   * @param birth of the reference
   */
  public void countBlocks(long start, long length, long birth, String who) {
    forEachSegment(
        start,
        length,
        who,
        (segment, first, count) -> reachBlocks(segment, first, count, birth, who));
  }

  private boolean reachBlocks(int segment, int first, int count, long birth, String who) {
    boolean reached = reach(SegmentKind.BLOCK, segment, first, count, who);
    if (reached && birth <= base.record().kept().newest()) {
      shares.expectHeld(segment, first, count);
    }
    return reached;
  }

  private void forEachSegment(long start, long length, String who, BlockVisitor visitor) {
    int segmentCount = store.table().count();
    long most = segmentCount == 0 ? 0 : Geometry.startOf(segmentCount) / BlockRun.BLOCK_BYTES;
    if (start < 1 || length < 1 || start > most || length > most - start) {
      faults.accept(who, "refers to blocks " + start + "+" + length + " of a container of " + most);
      return;
    }
    long at = start;
    long left = length;
    while (left > 0) {
      int number = Geometry.segmentOf(at * BlockRun.BLOCK_BYTES);
      int first = (int) (at - Geometry.startOf(number) / BlockRun.BLOCK_BYTES);
      int units = Geometry.bytesOf(number) / BlockRun.BLOCK_BYTES;
      int count = (int) Math.min(left, units - first);
      visitor.visit(number, first, count);
      at += count;
      left -= count;
    }
  }

  private void readBlocks(int number, int first, int count, String who) {
    for (int done = 0; done < count; done += SCRATCH_BLOCKS) {
      int from = first + done;
      int blocks = Math.min(SCRATCH_BLOCKS, count - done);
      guarded(who, () -> store.verifyBlocks(number, from, blocks));
    }
  }

  private void checkSelfDescription(ObjectPointer pointer, int unitBytes) throws IOException {
    ObjectId id = new ObjectId(pointer.id());
    ByteBuffer header =
        ByteBuffer.allocate(ObjectLayout.HEADER_BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    Segment segment = store.table().get(id.segment());
    long within = (long) id.slot() * unitBytes;
    store.table().read(segment, within, header);
    long offset = store.table().offset(segment, within);
    header.flip();
    boolean intact =
        header.getInt(ObjectLayout.HEADER_CRC)
            == Checksums.masked(header.slice(0, ObjectLayout.HEADER_CRC));
    if (!intact
        || header.getLong(ObjectLayout.OBJECT_ID) != pointer.id()
        || header.getLong(ObjectLayout.BIRTH) != pointer.birth()) {
      throw new CapsaCorruptException(
          id + " at " + offset + " does not describe itself as its pointer does");
    }
  }

  private interface Reading {
    void run() throws IOException;
  }

  private void guarded(String who, Reading reading) {
    try {
      reading.run();
    } catch (IOException | IllegalArgumentException e) {
      faults.accept(who, String.valueOf(e.getMessage()));
    }
  }

  private boolean reach(SegmentKind kind, int number, int from, int count, String who) {
    Segment segment = segments.get(number);
    String units = kind + " units " + from + "+" + count + " of segment " + number;
    if (segment == null || segment.kind() != kind) {
      faults.accept(
          who,
          "refers to "
              + units
              + ", which holds "
              + (segment == null ? "nothing readable" : segment.kind().toString()));
      return false;
    }
    BlockAllocator allocator = Objects.requireNonNull(segment.allocator());
    if (!allocator.isLive(from, count)) {
      faults.accept(who, "refers to " + units + ", which are not allocated");
      return false;
    }
    long[] map = reached.computeIfAbsent(number, it -> new long[Bitmaps.words(segment.units())]);
    boolean alone =
        SharedUnits.has(kind)
            ? shares.refer(number, from, count)
            : Bitmaps.allClear(map, from, count);
    if (!alone) {
      faults.accept(who, "refers to " + units + ", which something else refers to, too");
    }
    Bitmaps.set(map, from, count);
    return true;
  }

  /** Reports what is allocated and was not reached. */
  public void finish() {
    shares.finish();
    segments.forEach(
        (number, segment) -> {
          if (segment.kind() == SegmentKind.SLOT) {
            return;
          }
          long[] live = Objects.requireNonNull(segment.allocator()).live();
          long[] map = reached.getOrDefault(number, new long[live.length]);
          int leaked = 0;
          int first = -1;
          for (int i = 0; i < segment.units(); i++) {
            if (Bitmaps.get(live, i) && !Bitmaps.get(map, i)) {
              leaked++;
              first = first < 0 ? i : first;
            }
          }
          if (leaked > 0) {
            faults.accept(
                "segment " + number,
                leaked
                    + " "
                    + segment.kind()
                    + " units are allocated and nothing refers to them,"
                    + " the first is unit "
                    + first);
          }
        });
  }
}
