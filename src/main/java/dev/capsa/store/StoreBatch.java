package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The batch of a {@link MultiStore}: places what is written and, at the end, commits the state. */
final class StoreBatch implements Batch {
  private static final ByteBuffer NO_HEADER = ByteBuffer.allocate(0);
  private static final int LARGE_WRITE_BYTES = 256 << 10;

  /** Birth of a reference that no kept revision holds, whenever it was made. */
  static final long NOT_KEPT = Long.MAX_VALUE;

  private final MultiStore store;
  private final BaseStore base;
  private final SegmentTable table;
  private final OmniAllocator allocator;
  private final BatchWriter writer;
  private final long sequence;
  private final Runs allocated = new Runs();
  private final Runs freed = new Runs();

  /** Blocks of {@link #allocated}. */
  private final UnitSet freshBlocks = new UnitSet();

  /** Blocks and grains of {@link #freed}: what has no reference any more. */
  private final UnitSet ended = new UnitSet();

  private final KeptChanges kept;
  private final ShareCounts shares;
  private final BitSet dirty = new BitSet();

  /** Leaf pages of the segment table that are written again although nothing in them changes. */
  private final BitSet leaves = new BitSet();

  private @Nullable Compaction compaction;

  /** Segment of pages of state in which nothing more is allocated by this batch; null: none. */
  private @Nullable Segment rewritten;

  private boolean open = true;
  private boolean published;
  private Runnable beforeAbort = () -> {};

  StoreBatch(
      MultiStore store,
      BaseStore base,
      SegmentTable table,
      OmniAllocator allocator,
      BatchWriter writer) {
    this.store = store;
    this.base = base;
    this.table = table;
    this.allocator = allocator;
    this.writer = writer;
    this.sequence = base.takeSequence();
    StateObjects objects = new IndexObjects();
    this.shares = new ShareCounts(objects, base.record().shares());
    this.kept = new KeptChanges(objects, base.record().kept(), shares, this::free);
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public ObjectPointer putNode(ByteBuffer content) throws IOException {
    requireSize(content, Space.MAX_NODE_BYTES);
    OmniAllocator.Run run = allocate(SegmentKind.NODE, ContainerHeader.NODE_BYTES, 1);
    ObjectId id = ObjectId.of(ObjectId.NODE, sequence, run.segment().number, run.from());
    putWithHeader(id, run, content);
    return new ObjectPointer(
        id.value(),
        sequence,
        content.remaining(),
        Checksums.checksum64(content, id.value(), sequence));
  }

  /** Writes an object that describes itself, into a run of units. */
  void putWithHeader(ObjectId id, OmniAllocator.Run run, ByteBuffer content) throws IOException {
    requireOpen();
    writer.put(
        run.segment().kind(),
        run.physicalOffset(),
        header(id, content),
        content,
        run.count() * run.segment().unitBytes());
  }

  /** Writes an object that describes itself, into blocks. */
  void putWithHeader(ObjectId id, long block, ByteBuffer content) throws IOException {
    int room = BlockRun.BLOCK_BYTES - ObjectLayout.HEADER_BYTES;
    int beginning = Math.min(room, content.remaining());
    ByteBuffer first = ByteBuffer.allocate(ObjectLayout.HEADER_BYTES + beginning);
    first.put(header(id, content)).put(content.slice(content.position(), beginning));
    writeBlocks(block, first.flip());
    if (content.remaining() > beginning) {
      int rest = content.remaining() - beginning;
      writeBlocks(block + 1, content.slice(content.position() + beginning, rest));
    }
  }

  private ByteBuffer header(ObjectId id, ByteBuffer content) {
    ByteBuffer header = ByteBuffer.allocate(ObjectLayout.HEADER_BYTES);
    header.order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(ObjectLayout.OBJECT_MAGIC, ObjectLayout.MAGIC);
    header.putInt(ObjectLayout.CONTENT_LENGTH, content.remaining());
    header.putLong(ObjectLayout.OBJECT_ID, id.value());
    header.putLong(ObjectLayout.BIRTH, sequence);
    header.putInt(ObjectLayout.CONTENT_CRC, Checksums.masked(content));
    header.putInt(
        ObjectLayout.HEADER_CRC, Checksums.masked(header.slice(0, ObjectLayout.HEADER_CRC)));
    return header;
  }

  @Override
  public ObjectPointer putObject(ByteBuffer content) throws IOException {
    requireSize(content, Space.MAX_OBJECT_BYTES);
    int grains = MultiStore.grains(content.remaining());
    OmniAllocator.Run run = allocate(SegmentKind.GRAIN, SegmentKind.GRAIN.unitBytes(), grains);
    ObjectId id = ObjectId.of(ObjectId.GRAINS, sequence, run.segment().number, run.from());
    writer.put(
        SegmentKind.GRAIN,
        run.physicalOffset(),
        NO_HEADER,
        content,
        grains * SegmentKind.GRAIN.unitBytes());
    return new ObjectPointer(
        id.value(),
        sequence,
        content.remaining(),
        Checksums.checksum64(content, id.value(), sequence));
  }

  private static void requireSize(ByteBuffer content, int most) {
    if (!content.hasRemaining() || content.remaining() > most) {
      throw new IllegalArgumentException(
          "content has " + content.remaining() + " bytes, expected 1 to " + most);
    }
  }

  /**
   * Allocates units of one segment; when there are none, frees what waits for reuse and retries.
   */
  OmniAllocator.Run allocate(SegmentKind kind, int unitBytes, int count) throws IOException {
    requireOpen();
    return store.allocating(
        () -> {
          OmniAllocator.Run run = allocator.allocate(kind, unitBytes, count);
          allocated.add(run.segment().number, run.from(), run.count());
          touch(run.segment().number);
          return run;
        });
  }

  @Override
  public BlockRun allocateBlocks(int wanted) throws IOException {
    requireOpen();
    if (wanted < 1) {
      throw new IllegalArgumentException("cannot allocate " + wanted + " blocks");
    }
    return store.allocating(
        () -> {
          BlockRun run = allocator.allocateBlocks(wanted);
          forEachSegment(
              run.start(),
              run.length(),
              (segment, first, count) -> {
                allocated.add(segment, first, count);
                freshBlocks.add(SegmentKind.BLOCK, segment, first, count);
              });
          for (long at = run.start(); at < run.start() + run.length(); ) {
            int number = Geometry.segmentOf(at * BlockRun.BLOCK_BYTES);
            touch(number);
            at = (Geometry.startOf(number) + Geometry.bytesOf(number)) / BlockRun.BLOCK_BYTES;
          }
          return run;
        });
  }

  @Override
  public void writeBlocks(long block, ByteBuffer content) throws IOException {
    requireOpen();
    int size = BlockRun.BLOCK_BYTES;
    long at = block;
    ByteBuffer rest = content.duplicate();
    while (rest.hasRemaining()) {
      int number = Geometry.segmentOf(at * size);
      Segment segment = table.get(number);
      BlockChecksums checksums = table.checksums(segment);
      int first = (int) (at - Geometry.startOf(number) / size);
      int room = Math.min((segment.units() - first) * size, rest.remaining());
      ByteBuffer piece = rest.slice(rest.position(), room);
      long offset = segment.physicalOffset + (long) first * size;
      int whole = room / size * size;
      for (int done = 0; done < whole; done += size) {
        checksums.set(first + done / size, Checksums.crc32c(piece.slice(done, size)));
      }
      if (whole >= LARGE_WRITE_BYTES) {
        writer.flush();
        writer.putLarge(offset, piece.slice(0, whole));
      } else {
        for (int done = 0; done < whole; done += LARGE_WRITE_BYTES) {
          int count = Math.min(LARGE_WRITE_BYTES, whole - done);
          writer.put(SegmentKind.BLOCK, offset + done, NO_HEADER, piece.slice(done, count), count);
        }
      }
      if (whole < room) {
        ByteBuffer last = ByteBuffer.allocate(size).put(piece.slice(whole, room - whole)).clear();
        checksums.set(first + whole / size, Checksums.crc32c(last));
        writer.put(SegmentKind.BLOCK, offset + whole, NO_HEADER, last, size);
      }
      rest.position(rest.position() + room);
      at += (room + size - 1) / size;
    }
  }

  @Override
  public void freeNode(ObjectPointer pointer) throws IOException {
    ObjectId id = new ObjectId(pointer.id());
    drop(SegmentKind.NODE, id.segment(), id.slot(), 1, pointer.birth());
  }

  @Override
  public void freeObject(ObjectPointer pointer, long referenceBirth) throws IOException {
    ObjectId id = new ObjectId(pointer.id());
    int grains = MultiStore.grains(pointer.length());
    drop(SegmentKind.GRAIN, id.segment(), id.slot(), grains, referenceBirth);
  }

  @Override
  public void freeBlocks(long start, long length, long referenceBirth) throws IOException {
    requireBlocks(start, length);
    long left = length;
    for (long at = start; left > 0; ) {
      int number = Geometry.segmentOf(at * BlockRun.BLOCK_BYTES);
      int first = (int) (at - Geometry.startOf(number) / BlockRun.BLOCK_BYTES);
      int units = Geometry.bytesOf(number) / BlockRun.BLOCK_BYTES;
      int count = (int) Math.min(left, units - first);
      drop(SegmentKind.BLOCK, number, first, count, referenceBirth);
      at += count;
      left -= count;
    }
  }

  @Override
  public boolean shareBlocks(long start, long length) throws IOException {
    requireBlocks(start, length);
    requireOpen();
    long left = length;
    for (long at = start; left > 0; ) {
      int number = Geometry.segmentOf(at * BlockRun.BLOCK_BYTES);
      int first = (int) (at - Geometry.startOf(number) / BlockRun.BLOCK_BYTES);
      int units = Geometry.bytesOf(number) / BlockRun.BLOCK_BYTES;
      int count = (int) Math.min(left, units - first);
      if (!store.allocating(() -> isReferredTo(SegmentKind.BLOCK, number, first, count))) {
        return false;
      }
      at += count;
      left -= count;
    }
    shares.share(start, length);
    return true;
  }

  @Override
  public boolean shareObject(ObjectPointer pointer) throws IOException {
    if (pointer.birth() >= sequence) {
      throw new IllegalArgumentException("an object of the batch itself: " + pointer);
    }
    requireOpen();
    ObjectId id = new ObjectId(pointer.id());
    int grains = MultiStore.grains(pointer.length());
    boolean found =
        store.allocating(() -> isReferredTo(SegmentKind.GRAIN, id.segment(), id.slot(), grains));
    if (found) {
      shares.share(SharedUnits.of(SegmentKind.GRAIN, id.segment(), id.slot()), grains);
    }
    return found;
  }

  /** Whether there is a reference to each of these units, as of now in this batch. */
  private boolean isReferredTo(SegmentKind kind, int number, int first, int count)
      throws IOException {
    if (number >= table.count() || !ended.hasNone(number, first, count)) {
      return false;
    }
    Segment segment = table.get(number);
    if (segment.kind() != kind) {
      return false;
    }
    BlockAllocator units = Objects.requireNonNull(table.withPage(segment).allocator());
    if (units.isLive(first, count)) {
      return true;
    }
    for (int at = first; at < first + count; at++) {
      if (!units.isLive(at, 1) && !freshBlocks.contains(number, at)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<UnitShare> shared(long start, long length) throws IOException {
    requireBlocks(start, length);
    requireOpen();
    return shares.shared(start, length);
  }

  private static void requireBlocks(long start, long length) {
    if (start < 1 || length < 1 || start + length < 0) {
      throw new IllegalArgumentException("there are no blocks " + start + "+" + length);
    }
  }

  /** Drops a reference: frees its units, unless a kept revision holds them. */
  private void drop(SegmentKind kind, int segment, int from, int count, long birth)
      throws IOException {
    if (birth < 1) {
      throw new IllegalArgumentException("a reference born in " + birth);
    }
    if (!kept.holds(birth)) {
      free(kind, segment, from, count);
      return;
    }
    requireOpen();
    store.allocating(() -> allocator.requireBusy(kind, segment, from, count));
    kept.add(birth, DeadRuns.run(kind, segment, from, count));
  }

  @Override
  public void keep(String name) throws IOException {
    requireOpen();
    kept.keep(name);
  }

  @Override
  public KeptRevision keepNewest(String name) throws IOException {
    requireOpen();
    CommitRecord newest = base.record();
    String kept = this.kept.keepBefore(name, newest);
    return new KeptRevision(kept, newest.sequence(), newest.timeNanos(), newest.root().clone());
  }

  @Override
  public void drop(String name) throws IOException {
    requireOpen();
    kept.drop(name);
  }

  @Override
  public int reclaim(int most) throws IOException {
    requireOpen();
    return kept.reclaim(most);
  }

  /** The objects of kept state and share state. */
  private final class IndexObjects implements StateObjects {
    @Override
    public ByteBuffer read(ObjectPointer pointer) throws IOException {
      return StateObjects.readFrom(store, pointer);
    }

    @Override
    public ObjectPointer put(ByteBuffer content) throws IOException {
      return putObject(content);
    }

    @Override
    public void free(ObjectPointer pointer) throws IOException {
      freeObject(pointer, NOT_KEPT);
    }
  }

  /**
   * Ends references to units, whatever is kept: units that have no other are free at the end of
   * this commit.
   */
  void free(SegmentKind kind, int segment, int from, int count) throws IOException {
    if (!SharedUnits.has(kind)) {
      freeUnits(kind, segment, from, count);
      return;
    }
    long first = SharedUnits.of(kind, segment, 0);
    shares.release(
        first + from,
        count,
        (at, length) -> {
          freeUnits(kind, segment, (int) (at - first), (int) length);
          ended.add(kind, segment, (int) (at - first), (int) length);
        });
  }

  private void freeUnits(SegmentKind kind, int segment, int from, int count) throws IOException {
    requireOpen();
    store.allocating(
        () -> {
          allocator.requireBusy(kind, segment, from, count);
          touch(segment);
          freed.add(segment, from, count);
          return segment;
        });
  }

  @Override
  public Compacted compact(long mostBytes, CompactionScope scope) throws IOException {
    requireOpen();
    if (compaction != null) {
      throw new IllegalStateException("a batch does one step of compaction");
    }
    Compaction step = store.compaction(this, mostBytes, scope);
    compaction = step;
    base.growLittle(step != null);
    return step == null ? Compacted.DONE : step.run();
  }

  /** Allocates pages for a piece of a packed segment; null if there is no room. */
  OmniAllocator.@Nullable Run allocateHost(int pages, int above, long below, long mostLength)
      throws IOException {
    Optional<OmniAllocator.Run> found =
        store.allocatingOnce(
            () -> {
              OmniAllocator.Run run = allocator.allocateHost(pages, above, below, mostLength);
              if (run != null) {
                allocated.add(run.segment().number, run.from(), run.count());
                touch(run.segment().number);
              }
              return Optional.ofNullable(run);
            });
    return found.orElse(null);
  }

  /** Gives back pages that this batch allocated and has not written. */
  void releaseHosts(List<OmniAllocator.Run> runs) {
    store.locked(
        () -> {
          for (OmniAllocator.Run run : runs) {
            allocated.remove(run.segment().number, run.from(), run.count());
            allocator.release(run.segment().number, run.from(), run.count());
          }
        });
  }

  /** Writes a piece of a packed segment. */
  void writeHost(OmniAllocator.Run run, ByteBuffer content) throws IOException {
    writer.put(
        SegmentKind.HOST,
        run.physicalOffset(),
        NO_HEADER,
        content,
        run.count() * Geometry.PAGE_BYTES);
  }

  /** Frees the pieces of what is packed elsewhere by this commit. */
  void freeHosted(Packing packing) throws IOException {
    for (int i = 0; i < packing.pieces(); i++) {
      Segment host = store.hostOf(packing.pieceOffset(i));
      int from = (int) ((packing.pieceOffset(i) - host.physicalOffset) / Geometry.PAGE_BYTES);
      free(SegmentKind.HOST, host.number, from, packing.piecePages(i));
    }
  }

  /** Has the commit write pages of state again that lie in a segment; whether there are some. */
  boolean rewriteState(Segment meta) throws IOException {
    requireOpen();
    boolean[] lower = new boolean[1];
    store.locked(() -> lower[0] = allocator.closeMeta(meta));
    if (!lower[0]) {
      return false;
    }
    rewritten = meta;
    long from = meta.physicalOffset;
    long end = from + meta.bytes();
    long record = base.recordPointer().offset();
    boolean found = record >= from && record < end;
    int under = table.underInner(from, end);
    if (under >= 0) {
      leaves.set(SegmentTable.leafOf(under));
      found = true;
    }
    for (int at = 0; at < table.count(); at++) {
      Segment segment = table.get(at);
      if (segment.page().offset() >= from && segment.page().offset() < end) {
        table.withPage(segment);
        touch(at);
        found = true;
      }
    }
    for (int leaf = 0; leaf < table.leafCount(); leaf++) {
      if (table.leafOffset(leaf) >= from && table.leafOffset(leaf) < end) {
        leaves.set(leaf);
        found = true;
      }
    }
    return found;
  }

  /** Has the page of a segment written again, since its blocks change. */
  void changing(int segment) throws IOException {
    requireOpen();
    touch(segment);
  }

  /** Has a segment's page written by the commit; until then its checksums stay in memory. */
  private void touch(int segment) throws IOException {
    if (!dirty.get(segment)) {
      dirty.set(segment);
      table.pin(segment);
    }
  }

  private static void forEachSegment(long start, int length, Runs.Action action) {
    int left = length;
    for (long at = start; left > 0; ) {
      int number = Geometry.segmentOf(at * BlockRun.BLOCK_BYTES);
      int first = (int) (at - Geometry.startOf(number) / BlockRun.BLOCK_BYTES);
      int count = Math.min(left, Geometry.bytesOf(number) / BlockRun.BLOCK_BYTES - first);
      action.apply(number, first, count);
      at += count;
      left -= count;
    }
  }

  /** Writes everything staged so far, so that it can be read back. */
  void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void commit(byte[] root, boolean durable) throws IOException {
    requireOpen();
    if (root.length > CommitRecord.MOST_ROOT_BYTES) {
      throw new IllegalArgumentException(
          "root has " + root.length + " bytes, expected at most " + CommitRecord.MOST_ROOT_BYTES);
    }
    StateCommit state = new StateCommit(base, table, allocator, writer, store);
    boolean applied = false;
    try {
      long now = BaseStore.nowNanos();
      KeptState keptState = kept.finish(sequence, now, root);
      ShareState shareState = shares.finish();
      writer.flush();
      freeEmptyPackings();
      applyLive();
      applied = true;
      state.write(dirty, leaves, root, sequence, now, keptState, shareState);
    } catch (IOException | RuntimeException e) {
      if (applied) {
        revertLive();
      }
      state.revert();
      abort();
      throw e;
    }
    open = false;
    published = true;
    try {
      state.publish(durable);
    } finally {
      Runs places = new Runs();
      if (compaction != null) {
        compaction.adopt(places);
      }
      endRewriting();
      table.unpin(dirty);
      store.ended(sequence, freed, state.freed(), places);
    }
  }

  /** Frees the pieces of packed segments in which this commit leaves nothing. */
  private void freeEmptyPackings() throws IOException {
    Map<Integer, Integer> counts = new HashMap<>();
    freed.forEach((segment, from, count) -> counts.merge(segment, count, Integer::sum));
    for (Map.Entry<Integer, Integer> each : counts.entrySet()) {
      Segment segment = table.get(each.getKey());
      Packing packing = table.packing(segment);
      if (packing != null && segment.used() == each.getValue()) {
        freeHosted(packing);
      }
    }
  }

  /** Has something run when the batch is given up, before its space can be reused. */
  void beforeAbort(Runnable action) {
    beforeAbort = action;
  }

  /** Whether the commit came to its slot: it counts in memory, even if it then failed. */
  boolean isPublished() {
    return published;
  }

  /**
   * Makes the bitmaps say what this commit reaches; all of it or, if something is freed twice,
   * nothing.
   */
  private void applyLive() throws CapsaCorruptException {
    Runs cleared = new Runs();
    boolean[] twice = new boolean[1];
    store.locked(
        () -> {
          allocated.forEach((segment, from, count) -> allocatorOf(segment).setLive(from, count));
          freed.forEach(
              (segment, from, count) -> {
                twice[0] |= !allocatorOf(segment).isLive(from, count);
                if (!twice[0]) {
                  allocatorOf(segment).clearLive(from, count);
                  cleared.add(segment, from, count);
                }
              });
          DeadRuns held = kept.held();
          for (int i = 0; i < held.size() && !twice[0]; i++) {
            long run = held.run(i);
            twice[0] =
                !allocatorOf(DeadRuns.segment(run)).isLive(DeadRuns.from(run), DeadRuns.count(run));
          }
          if (twice[0]) {
            cleared.forEach((segment, from, count) -> allocatorOf(segment).setLive(from, count));
            allocated.forEach(
                (segment, from, count) -> allocatorOf(segment).clearLive(from, count));
          }
        });
    if (twice[0]) {
      throw new CapsaCorruptException("commit " + sequence + " frees something twice");
    }
  }

  private void revertLive() {
    store.locked(
        () -> {
          freed.forEach((segment, from, count) -> allocatorOf(segment).setLive(from, count));
          allocated.forEach((segment, from, count) -> allocatorOf(segment).clearLive(from, count));
          for (int at = dirty.nextSetBit(0); at >= 0; at = dirty.nextSetBit(at + 1)) {
            loaded(at).countUsed();
          }
        });
  }

  private Segment loaded(int number) {
    try {
      return table.get(number);
    } catch (IOException e) {
      throw new IllegalStateException("segment " + number + " was loaded before", e);
    }
  }

  private BlockAllocator allocatorOf(int number) {
    return Objects.requireNonNull(loaded(number).allocator());
  }

  @Override
  public void abort() {
    if (open) {
      open = false;
      beforeAbort.run();
      if (compaction != null) {
        compaction.revert();
      }
      store.locked(() -> allocated.forEach(allocator::release));
      endRewriting();
      table.unpin(dirty);
      store.ended(sequence, new Runs(), new Runs(), new Runs());
    }
  }

  private void endRewriting() {
    base.growLittle(false);
    Segment meta = rewritten;
    if (meta != null) {
      store.locked(() -> allocator.reopen(meta));
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the batch of commit " + sequence + " has ended");
    }
  }

  /** Thrown through functional code. */
  interface Allocation<T> {
    T run() throws IOException;
  }
}
