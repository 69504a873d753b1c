package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.Mapper;
import dev.capsa.raw.RawStorage;
import dev.capsa.raw.ReadState;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store over one container: allocators, and reading by pointer.
 *
 * <p>Allocators form a tree, as in the store it descends from: the {@link RootAllocator} hands out
 * segments, a {@link BlockAllocator} per segment hands out its units, and the {@link OmniAllocator}
 * routes by kind and size over many segments per class. An object's offset is derived from its id
 * and the segment table; there is no object map. All allocator state is part of the commit that it
 * describes.
 *
 * <p>Reads take no lock but, to load the page of a segment that is not in memory (any more), one
 * that only others who load wait for. Allocator state is guarded by {@code allocation}, which is
 * never held during a read or write of data; growing the file happens under it. One batch is open
 * at a time, guarded by {@code batchPermit}.
 */
public final class MultiStore implements Space, Store, RunAllocator {
  /** In place of a first unit: not units of a segment were freed, but the place of that number. */
  static final int A_PLACE = -1;

  /** Ends the pins of mappings that are collected. */
  private static final Cleaner CLEANER = Cleaner.create();

  private final BaseStore base;
  private final SegmentTable table;
  private final RootAllocator root;
  private final OmniAllocator allocator;
  private final Reserve reserve;
  private final ObjectStore objects;
  private final Pins pins = new Pins();
  private final Horizon horizon;
  private final Quarantine quarantine = new Quarantine();
  private final MappedBlocks mapped;
  private final BlockReader blocks;
  private final ObjectReader objectReader;
  private final ReentrantLock allocation = new ReentrantLock();
  private final Semaphore batchPermit = new Semaphore(1);
  private final BatchWriter.Buffers buffers = new BatchWriter.Buffers();
  private final FileEnds ends;
  private final Trimming trimming;
  private boolean loaded;
  private boolean closed;

  private MultiStore(BaseStore base, StoreOptions options, ContainerAccess access)
      throws IOException {
    this.base = base;
    this.horizon = new Horizon(base, access);
    this.table = new SegmentTable(base, options.checksumBytes());
    this.root = new RootAllocator(base, table);
    this.allocator = new OmniAllocator(table, root);
    this.reserve = new Reserve(base, table, root, allocator);
    this.blocks = new BlockReader(base, table);
    this.objectReader = new ObjectReader(base, table);
    this.mapped = MappedBlocks.of(base.medium());
    this.ends =
        new FileEnds(base, table, root, reserve, mapped, allocation, this::releaseQuarantine);
    this.trimming = new Trimming(base, horizon, ends);
    this.objects = new ObjectStore(this, base, table, pins, options);
  }

  /**
   * Makes an empty container on an empty medium, and commits it durably.
   *
   * @param layout how large files are kept: 0 extents, 1 block chains; for the layers above
   * @param mostBytes the container's own limit; 0: none
   */
  public static MultiStore create(RawStorage raw, int layout, long mostBytes) throws IOException {
    return create(raw, layout, StoreOptions.defaults().withMostBytes(mostBytes));
  }

  /** As {@link #create(RawStorage, int, long)}, with options. */
  public static MultiStore create(RawStorage raw, int layout, StoreOptions options)
      throws IOException {
    return create(raw, layout, options, ContainerAccess.ALONE);
  }

  /**
   * As {@link #create(RawStorage, int, long)}, with options.
   *
   * @param access with the right to write, to be closed after the store
   */
  public static MultiStore create(
      RawStorage raw, int layout, StoreOptions options, ContainerAccess access) throws IOException {
    BaseStore base = BaseStore.create(raw, layout, options.mostBytes());
    MultiStore store = new MultiStore(base, options, access);
    try (Batch batch = store.begin()) {
      batch.commit(new byte[0], true);
    }
    return store;
  }

  /**
   * Opens a container in its newest committed state.
   *
   * @param mostBytes the container's own limit; 0: none
   * @throws dev.capsa.CapsaFormatException if it is not a container, or a newer one
   * @throws CapsaCorruptException if a durable state is damaged
   */
  public static MultiStore open(RawStorage raw, boolean readOnly, long mostBytes)
      throws IOException {
    return open(raw, StoreOptions.defaults().withReadOnly(readOnly).withMostBytes(mostBytes));
  }

  /** As {@link #open(RawStorage, boolean, long)}, with options. */
  public static MultiStore open(RawStorage raw, StoreOptions options) throws IOException {
    return open(raw, options, ContainerAccess.ALONE);
  }

  /**
   * As {@link #open(RawStorage, boolean, long)}, with options.
   *
   * @param access as the container is opened, for reading or for writing; to be closed after the
   *     store
   */
  public static MultiStore open(RawStorage raw, StoreOptions options, ContainerAccess access)
      throws IOException {
    boolean readOnly = options.readOnly();
    BaseStore base = BaseStore.open(raw, readOnly, options.mostBytes(), access.protectsReads());
    if (readOnly) {
      RecordPointer record = base.recordPointer();
      access.reads(
          new ReadState(record.sequence(), record.offset(), record.length(), record.checksum()));
    }
    return new MultiStore(base, options, access);
  }

  /**
   * Whether a medium holds no more than a creation that a crash ended; it may be cut to nothing and
   * created again.
   */
  public static boolean isUnfinished(RawStorage raw) throws IOException {
    return BaseStore.isUnfinished(raw);
  }

  /** Starts a check; faults are reported as a place and what is wrong there. */
  public StoreCheck check(java.util.function.BiConsumer<String, String> faults) {
    return new StoreCheck(this, faults);
  }

  /** Reads blocks of a segment and verifies them, also those that were verified before. */
  void verifyBlocks(int number, int first, int count) throws IOException {
    blocks.verifyAgain(number, first, count);
  }

  /** How large files are kept: 0 extents, 1 block chains. */
  public int layout() {
    return base.header().layout();
  }

  /** Identity of the container. */
  public java.util.UUID uuid() {
    return base.header().uuid();
  }

  /** Whether nothing can be written. */
  public boolean readOnly() {
    return base.readOnly();
  }

  /** Bytes of the medium. */
  public long length() {
    return base.length();
  }

  /** Figures as of the newest commit. Exact if nothing is written meanwhile. */
  public StoreStatistics statistics() throws IOException {
    return StoreStatistics.of(base, table);
  }

  /**
   * What the bytes of the container are for. Waits for the open batch; costs a look at the whole
   * segment table, and the reading of all dead lists: 16 bytes for each reference that kept
   * revisions alone hold.
   *
   * @throws CapsaCorruptException if the kept state is damaged
   */
  public StoreUsage usage() throws IOException {
    Pin pin;
    StoreUsage.Allocated allocated;
    batchPermit.acquireUninterruptibly();
    try {
      pin = pins.pin();
      allocated = StoreUsage.Allocated.of(base, table);
    } finally {
      batchPermit.release();
    }
    try (pin) {
      return StoreUsage.of(this, allocated);
    }
  }

  /** Bytes of the medium that the newest commit has no use for; exact if nothing is written. */
  public long unusedBytes() throws IOException {
    return StoreUsage.Allocated.of(base, table).freeBytes();
  }

  BaseStore base() {
    return base;
  }

  SegmentTable table() {
    return table;
  }

  Horizon horizon() {
    return horizon;
  }

  /** Units of 64 bytes that hold so many bytes. */
  static int grains(int bytes) {
    return (bytes + SegmentKind.GRAIN.unitBytes() - 1) / SegmentKind.GRAIN.unitBytes();
  }

  @Override
  public byte[] root() {
    return base.record().root().clone();
  }

  @Override
  public long sequence() {
    return base.sequence();
  }

  @Override
  public byte[] readNode(ObjectPointer pointer) throws IOException {
    return objectReader.node(pointer);
  }

  @Override
  public void readObject(ObjectPointer pointer, int offset, ByteBuffer destination)
      throws IOException {
    objectReader.object(pointer, offset, destination);
  }

  @Override
  public void readBlocks(long block, long offset, ByteBuffer destination) throws IOException {
    blocks.read(block, offset, destination);
  }

  @Override
  public boolean canMap() {
    return base.canMap();
  }

  @Override
  public <T> T map(long block, long offset, long length, Mapper<T> mapper) throws IOException {
    if (!base.canMap()) {
      throw new UnsupportedOperationException(
          "the medium cannot be mapped, or nothing keeps this reader's revision from reuse");
    }
    Pin mapping = pinBlocks(block, offset, length);
    try {
      T mapped = blocks.map(block, offset, length, mapper);
      CLEANER.register(mapper.keeper(mapped), mapping::close);
      return mapped;
    } catch (Throwable e) {
      mapping.close();
      throw e;
    }
  }

  private Pin pinBlocks(long block, long start, long length) throws IOException {
    long size = BlockRun.BLOCK_BYTES;
    long first = block + start / size;
    long end = block + (start + length + size - 1) / size;
    allocation.lock();
    try {
      int number = Geometry.segmentOf(first * size);
      Segment segment = table.get(number);
      long offset = segment.physicalOffset + first * size - Geometry.startOf(number);
      return mapped.pin(first, end - first, offset);
    } finally {
      allocation.unlock();
    }
  }

  @Override
  public Pin pin() {
    return pins.pin();
  }

  @Override
  public List<KeptRevision> keptRevisions() throws IOException {
    return KeptReader.all(this);
  }

  @Override
  public Optional<KeptRevision> keptRevision(String name) throws IOException {
    return KeptReader.find(this, name);
  }

  @Override
  public Optional<KeptRevision> keptRevision(long sequence) throws IOException {
    return KeptReader.find(this, sequence);
  }

  @Override
  public KeptRevision newestRevision() {
    CommitRecord record = base.record();
    return new KeptRevision("", record.sequence(), record.timeNanos(), record.root().clone());
  }

  @Override
  public boolean isReclaimable() throws IOException {
    return KeptReader.isReclaimable(this);
  }

  @Override
  public List<UnitShare> shared(long start, long length) throws IOException {
    try (Pin pin = pins.pin()) {
      return new ShareCounts(StateObjects.of(this), base.record().shares()).shared(start, length);
    }
  }

  @Override
  public Batch begin() throws IOException {
    return beginBatch();
  }

  StoreBatch beginBatch() throws IOException {
    batchPermit.acquireUninterruptibly();
    return openBatch();
  }

  /** As {@link #beginBatch()}, but does not wait for ever. */
  StoreBatch beginBatch(Duration timeout) throws IOException {
    Waits.acquire(batchPermit, timeout, "the open batch to end", "for changing an object");
    return openBatch();
  }

  private StoreBatch openBatch() throws IOException {
    try {
      if (closed) {
        throw new CapsaException("the store is closed");
      }
      base.claim();
      base.requireSoleWriter();
      horizon.advance();
      allocation.lock();
      try {
        loadAllocators();
        releaseQuarantine();
        allocator.restart();
      } finally {
        allocation.unlock();
      }
      trimming.beforeBatch();
      return new StoreBatch(this, base, table, allocator, new BatchWriter(base, buffers));
    } catch (IOException | RuntimeException e) {
      batchPermit.release();
      throw e;
    }
  }

  private void loadAllocators() throws IOException {
    if (loaded) {
      return;
    }
    for (CommitRecord.MetaSegment meta : base.record().metaSegments()) {
      Segment segment = table.get(meta.segment());
      segment.loadMeta(meta.bitmap().clone());
    }
    boolean packed = false;
    for (int at = 0; at < table.count(); at++) {
      Segment segment = table.get(at);
      boolean hasState = segment.kind() == SegmentKind.META && segment.allocator() != null;
      if (segment.used() > 0 || hasState) {
        root.addTaken(segment);
        packed |= segment.isPacked() || segment.kind() == SegmentKind.HOST;
      }
    }
    if (packed || root.hasDisplaced()) {
      base.usePacked();
    } else {
      base.useNotPacked();
    }
    Runs held = new HeldStates(base, table, root).take(horizon.states());
    quarantine.add(base.sequence(), held);
    mapped.take(table, root);
    for (int at = 0; at < table.count(); at++) {
      Segment segment = table.get(at);
      if (segment.allocator() != null) {
        allocator.addLoaded(segment);
      } else {
        allocator.add(segment);
      }
    }
    loaded = true;
  }

  private void releaseQuarantine() {
    quarantine.tag(pins.generation());
    pins.advance();
    release();
  }

  /** Makes allocatable what nobody looks at any more. */
  private void release() {
    mapped.refresh(allocator::release);
    mapped.releasePlaces(root::releasePlace);
    quarantine.release(horizon.reached(), pins.oldest(), this::release);
  }

  private void release(int number, int from, int count) {
    if (from == A_PLACE) {
      mapped.releasePlace(number, root::releasePlace);
      return;
    }
    Segment segment = mapped.isEmpty() ? null : table.peek(number);
    if (segment != null && segment.kind() == SegmentKind.BLOCK) {
      mapped.release(number, from, count, allocator::release);
    } else {
      allocator.release(number, from, count);
    }
  }

  /**
   * Runs an allocation; if there is no room, makes what was freed reusable, and tries once more, in
   * the end also with what is set apart for other kinds.
   */
  <T> T allocating(StoreBatch.Allocation<T> action) throws IOException {
    allocation.lock();
    try {
      try {
        return action.run();
      } catch (CapsaFullException e) {
        if (!quarantine.isEmpty() && base.sequence() != 0) {
          base.restateBelowBatch();
          horizon.advance();
        }
        release();
        root.mayTakeAll(true);
        try {
          return action.run();
        } finally {
          root.mayTakeAll(false);
        }
      }
    } finally {
      allocation.unlock();
    }
  }

  /** Runs an allocation that may fail: nothing is done to make room. */
  <T> T allocatingOnce(StoreBatch.Allocation<T> action) throws IOException {
    allocation.lock();
    try {
      return action.run();
    } finally {
      allocation.unlock();
    }
  }

  /** A step of compaction; null in a store that has objects of users. */
  @Nullable Compaction compaction(StoreBatch batch, long mostBytes, CompactionScope scope) {
    ObjectStore.Recorded recorded = objects.recorded();
    boolean hasObjects =
        recorded.objectCount() > 0 || recorded.primeId() != 0 || !recorded.redirects().isEmpty();
    return hasObjects
        ? null
        : new Compaction(this, base, table, root, allocator, batch, mostBytes, scope);
  }

  /**
   * The live units of a segment whose page is loaded, if it can be packed: each unit is live or
   * free, and nobody has one mapped. Else null.
   */
  long @Nullable [] packable(Segment segment) {
    allocation.lock();
    try {
      BlockAllocator units = Objects.requireNonNull(segment.allocator());
      boolean settled = units.used() > 0 && units.used() + units.free() == units.units();
      return settled && !mapped.hasMapped(segment.number) ? units.live().clone() : null;
    } finally {
      allocation.unlock();
    }
  }

  /** Whether the newest commit reaches a unit of a segment that is loaded. */
  boolean hasLive(Segment segment) {
    allocation.lock();
    try {
      BlockAllocator units = segment.allocator();
      return units == null || units.used() > 0;
    } finally {
      allocation.unlock();
    }
  }

  /** The segment at a place; null if there is none. */
  @Nullable Segment ownerOf(int place) throws IOException {
    allocation.lock();
    try {
      return root.owner(place);
    } finally {
      allocation.unlock();
    }
  }

  /** The HOST segment that has a physical byte. */
  Segment hostOf(long offset) throws IOException {
    Segment host = ownerOf(Geometry.placeOf(offset));
    if (host == null || host.kind() != SegmentKind.HOST) {
      throw new CapsaCorruptException(
          "a packed segment has a piece at "
              + offset
              + ", where no HOST segment is, but "
              + (host == null ? "none" : host.kind() + " segment " + host.number));
    }
    return host;
  }

  /** The META segment that has a physical byte. */
  int metaAt(long offset) throws IOException {
    Segment meta = ownerOf(Geometry.placeOf(offset));
    if (meta == null || meta.kind() != SegmentKind.META) {
      throw new CapsaCorruptException("a page of state at " + offset + " is in no META segment");
    }
    return meta.number;
  }

  /** Runs under the allocation lock. */
  void locked(Runnable action) {
    allocation.lock();
    try {
      action.run();
    } finally {
      allocation.unlock();
    }
  }

  /** What is found under the allocation lock. */
  <T> T underLock(StoreBatch.Allocation<T> search) throws IOException {
    allocation.lock();
    try {
      return search.run();
    } finally {
      allocation.unlock();
    }
  }

  /** Ends the open batch; what it freed waits for its reuse. */
  void ended(long sequence, Runs freed, Runs freedPages, Runs freedPlaces) {
    allocation.lock();
    try {
      quarantine.add(sequence, freed);
      quarantine.add(sequence, freedPages);
      quarantine.add(sequence, freedPlaces);
    } finally {
      allocation.unlock();
    }
    batchPermit.release();
  }

  /** META segments and what is live in them. */
  List<CommitRecord.MetaSegment> metaSegments() {
    allocation.lock();
    try {
      List<CommitRecord.MetaSegment> list = new ArrayList<>();
      for (int at = 0; at < table.count(); at++) {
        Segment segment = table.peek(at);
        if (segment != null && segment.kind() == SegmentKind.META) {
          BlockAllocator pages = segment.allocator();
          if (pages != null && pages.used() > 0) {
            list.add(new CommitRecord.MetaSegment(at, pages.live().clone()));
          }
        }
      }
      return list;
    } finally {
      allocation.unlock();
    }
  }

  /** META segments of which the newest table does not say so. */
  BitSet newMetas() {
    allocation.lock();
    try {
      BitSet metas = new BitSet();
      for (int at = 0; at < table.count(); at++) {
        Segment segment = table.peek(at);
        if (segment != null && segment.isNewMeta()) {
          metas.set(at);
        }
      }
      return metas;
    } finally {
      allocation.unlock();
    }
  }

  /** Makes sure that so many single META pages can be allocated without a new segment. */
  void reserveMetaPages(int pages) throws IOException {
    allocating(
        () -> {
          allocator.ensureFree(SegmentKind.META, Geometry.PAGE_BYTES, pages);
          return pages;
        });
  }

  /** What the commit record says of the objects of users. */
  ObjectStore.Recorded recordedObjects() {
    return objects.recorded();
  }

  @Override
  public long freeBytes() {
    allocation.lock();
    try {
      return loaded ? root.freeBytes() : 0;
    } finally {
      allocation.unlock();
    }
  }

  @Override
  public void reserve(Room room) throws IOException {
    prepare();
    allocation.lock();
    try {
      reserve.keep(room, objects.recorded().redirects().size());
    } finally {
      allocation.unlock();
    }
  }

  @Override
  public void reserveLittle(Room room) throws IOException {
    prepare();
    allocation.lock();
    try {
      reserve.keepLittle(room, objects.recorded().redirects().size());
    } finally {
      allocation.unlock();
    }
  }

  /** Begins a batch that writes nothing, as each loads what is free. */
  @Override
  public void prepare() throws IOException {
    base.requireWritable();
    allocation.lock();
    try {
      if (loaded) {
        return;
      }
    } finally {
      allocation.unlock();
    }
    beginBatch().abort();
  }

  /** Makes the medium so long that so many bytes are free, of whatever kind. */
  public void grow(long bytes) throws IOException {
    prepare();
    allocation.lock();
    try {
      long missing = bytes - root.freeBytes();
      if (missing > 0) {
        base.ensureLength(base.length() + missing);
        ends.keep(base.length());
      }
    } finally {
      allocation.unlock();
    }
  }

  @Override
  public boolean isTrimmable() throws IOException {
    return idle(trimming::isDue);
  }

  @Override
  public boolean isLoose(long mostCopied, long leastSaved) throws IOException {
    return idle(
        () ->
            !horizon.isWatched()
                && Compaction.savesBytes(table, usedEnd(), mostCopied) >= leastSaved);
  }

  @Override
  public void trim(boolean all) throws IOException {
    idle(
        () -> {
          if (all) {
            trimming.now();
          } else {
            trimming.whileIdle();
          }
          return true;
        });
  }

  /** Does something while no batch is open; false if there is nothing to do, or a batch is open. */
  private boolean idle(StoreBatch.Allocation<Boolean> action) throws IOException {
    if (base.readOnly() || base.stopReason() != null || !batchPermit.tryAcquire()) {
      return false;
    }
    try {
      return loaded && !closed && action.run();
    } finally {
      batchPermit.release();
    }
  }

  Trimming trimming() {
    return trimming;
  }

  /** Units of a kind that the newest commit reaches. */
  long unitsUsed(SegmentKind kind) throws IOException {
    long units = 0;
    for (int at = 0; at < table.count(); at++) {
      Segment segment = table.get(at);
      if (segment.kind() == kind) {
        units += segment.used();
      }
    }
    return units;
  }

  /**
   * Commits what was changed through {@link Store}, waits for the open batch, cuts the free tail,
   * and releases the medium, also if the commit fails.
   */
  @Override
  public void close() throws IOException {
    try {
      objects.close();
    } finally {
      batchPermit.acquireUninterruptibly();
      try {
        if (!closed) {
          closed = true;
          try {
            base.close(usedEnd());
          } finally {
            mapped.leave(base.medium());
          }
        }
      } finally {
        batchPermit.release();
      }
    }
  }

  /** Where the file may end, if it is closed now; as it is, while another opening reads. */
  private long usedEnd() throws IOException {
    return loaded && !horizon.isWatched() ? ends.used() : base.length();
  }

  // Objects of users.

  ObjectStore objects() {
    return objects;
  }

  @Override
  public ObjectId newObject(int size) throws IOException {
    return objects.newObject(size);
  }

  @Override
  public SectionReader openReader(ObjectId id) throws IOException {
    return objects.openReader(id);
  }

  @Override
  public SectionWriter create(int size) throws IOException {
    return objects.create(size);
  }

  @Override
  public SectionWriter openWriter(ObjectId id) throws IOException {
    return objects.openWriter(id);
  }

  @Override
  public void writeBatch(List<ObjectId> ids, ByteBuffer data, int[] sizes) throws IOException {
    objects.writeBatch(ids, data, sizes);
  }

  @Override
  public List<ObjectId> allocateRun(int size, int count) throws IOException {
    return objects.allocateRun(size, count);
  }

  @Override
  public void delete(ObjectId id) throws IOException {
    objects.delete(id);
  }

  @Override
  public ObjectId prime(int size) throws IOException {
    return objects.prime(size);
  }

  @Override
  public Optional<ObjectInfo> info(ObjectId id) throws IOException {
    return objects.info(id);
  }

  @Override
  public long commit() throws IOException {
    return objects.commit();
  }

  @Override
  public long objectCount() {
    return objects.objectCount();
  }
}
