package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Places of objects: finding out from an id what lies there, allocating, writing, freeing. A place
 * is named by an {@link ObjectId} value of its own; an object at home is at the place of its id.
 *
 * <p>Finding runs in any thread, under a pin; all else is for the thread of the batch.
 */
final class ObjectPlaces {
  private static final int HEADER_BYTES = ObjectLayout.HEADER_BYTES;

  private final BaseStore base;
  private final SegmentTable table;
  private final Space blocks;
  private final SizeClasses classes;

  /** What was found at a place; small content comes with it, and is not checked yet. */
  record Found(long place, int size, long birth, int contentCrc, byte @Nullable [] content) {}

  ObjectPlaces(BaseStore base, SegmentTable table, Space blocks, SizeClasses classes) {
    this.base = base;
    this.table = table;
    this.blocks = blocks;
    this.classes = classes;
  }

  SizeClasses classes() {
    return classes;
  }

  /**
   * The segment of a place if it can hold objects of its kind, else null: the id is then invalid.
   */
  private @Nullable Segment segmentOf(ObjectId place) throws IOException {
    SegmentKind kind = segmentKind(place);
    if (kind == null || place.value() <= 0 || place.segment() >= table.count()) {
      return null;
    }
    Segment segment = table.get(place.segment());
    boolean fits = segment.kind() == kind && place.slot() < segment.units();
    return fits && segment.unitBytes() > 0 ? segment : null;
  }

  private static @Nullable SegmentKind segmentKind(ObjectId place) {
    return switch (place.kind()) {
      case ObjectId.SLOT -> SegmentKind.SLOT;
      case ObjectId.SLOT_IN_GRAINS -> SegmentKind.GRAIN;
      case ObjectId.BLOCKS -> SegmentKind.BLOCK;
      default -> null;
    };
  }

  /** Whether the newest commit reaches the first unit of a place. */
  boolean isLive(ObjectId place) throws IOException {
    Segment segment = segmentOf(place);
    if (segment == null || (segment.allocator() == null && segment.used() == 0)) {
      return false;
    }
    BlockAllocator units = table.withPage(segment).allocator();
    return units != null && units.isLiveNow(place.slot());
  }

  /** Physical offset of the first byte of a place, which must exist. */
  long offset(long place) throws IOException {
    ObjectId id = new ObjectId(place);
    Segment segment = table.get(id.segment());
    return table.offset(segment, (long) id.slot() * segment.unitBytes());
  }

  /** Physical offset behind the units of an object at a place. */
  long end(long place, int size) throws IOException {
    SizeClasses.Route route = routeOf(new ObjectId(place), size);
    return offset(place) + (long) route.units() * route.unitBytes();
  }

  /** Whether the blocks of an object at its home contain the one where an id points. */
  boolean covers(ObjectId home, int size, ObjectId id) throws IOException {
    long from = offset(home.value());
    long at = offset(id.value());
    return home.kind() == ObjectId.BLOCKS && at >= from && at < end(home.value(), size);
  }

  private static long firstBlock(ObjectId place) {
    return Geometry.startOf(place.segment()) / BlockRun.BLOCK_BYTES + place.slot();
  }

  /**
   * What lies at a place, if it is the object.
   *
   * @param live whether a unit is known to be in use there, so that what does not verify is damage
   * @return null if the place holds something else
   * @throws CapsaCorruptException if it is the object, or must be, and does not verify
   */
  @Nullable Found find(ObjectId id, ObjectId place, boolean live) throws IOException {
    Found found = findHere(id, place, live);
    if (found == null ? live : found.birth() > base.sequence()) {
      base.requireStillThere();
    }
    return found;
  }

  private @Nullable Found findHere(ObjectId id, ObjectId place, boolean live) throws IOException {
    Segment segment = segmentOf(place);
    if (segment == null) {
      return null;
    }
    boolean slot = segment.kind() == SegmentKind.SLOT;
    ByteBuffer bytes = ByteBuffer.allocate(slot ? segment.unitBytes() : HEADER_BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (segment.kind() == SegmentKind.BLOCK) {
        blocks.readBlocks(firstBlock(place), 0, bytes);
      } else {
        table.read(segment, (long) place.slot() * segment.unitBytes(), bytes);
      }
    } catch (CapsaCorruptException | EOFException e) {
      if (live) {
        throw e;
      }
      return null;
    }
    bytes.flip();
    boolean intact =
        bytes.getInt(ObjectLayout.OBJECT_MAGIC) == ObjectLayout.MAGIC
            && bytes.getInt(ObjectLayout.HEADER_CRC)
                == Checksums.masked(bytes.slice(0, ObjectLayout.HEADER_CRC));
    if (!intact) {
      if (live && mustBeHeader(id, segment, bytes)) {
        throw damaged(id, place, "its header does not match its checksum");
      }
      return null;
    }
    long birth = bytes.getLong(ObjectLayout.BIRTH);
    if (bytes.getLong(ObjectLayout.OBJECT_ID) != id.value()
        || (place.value() != id.value() && (birth & 0xffff) != place.generation())) {
      return null;
    }
    int size = bytes.getInt(ObjectLayout.CONTENT_LENGTH);
    int crc = bytes.getInt(ObjectLayout.CONTENT_CRC);
    if (size < 0 || size > Store.MAX_OBJECT_BYTES || !fits(segment, place, size)) {
      throw damaged(id, place, "its header says " + size + " bytes");
    }
    if (!slot) {
      return new Found(place.value(), size, birth, crc, null);
    }
    byte[] content = new byte[size];
    bytes.get(HEADER_BYTES, content);
    return new Found(place.value(), size, birth, crc, content);
  }

  /**
   * Whether bytes without a valid header are a damaged one. Slots always begin with one. Blocks
   * have checksums of their own, so they are as they were written. Grains may be the middle of
   * something: what has neither the mark nor the id is taken for another's content.
   */
  private static boolean mustBeHeader(ObjectId id, Segment segment, ByteBuffer bytes) {
    return switch (segment.kind()) {
      case SLOT -> true;
      case GRAIN ->
          bytes.getInt(ObjectLayout.OBJECT_MAGIC) == ObjectLayout.MAGIC
              || bytes.getLong(ObjectLayout.OBJECT_ID) == id.value();
      default -> false;
    };
  }

  private static boolean fits(Segment segment, ObjectId place, int size) {
    SizeClasses.Route route = routeOf(place, segment.unitBytes(), size);
    return segment.kind() == SegmentKind.SLOT
        ? route.units() == 1
        : segment.kind() == SegmentKind.BLOCK || place.slot() + route.units() <= segment.units();
  }

  /** All bytes of an object that was found. */
  byte[] content(ObjectId id, Found found) throws IOException {
    ObjectId place = new ObjectId(found.place());
    byte[] present = found.content();
    if (present != null) {
      requireCrc(id, place, present, found.contentCrc());
      return present;
    }
    ByteBuffer content = ByteBuffer.allocate(found.size());
    if (place.kind() == ObjectId.BLOCKS) {
      readBlocks(found, 0, content);
    } else if (found.size() > 0) {
      base.read(offset(found.place()) + HEADER_BYTES, content);
    }
    requireCrc(id, place, content.array(), found.contentCrc());
    return content.array();
  }

  /** Reads a range of an object in blocks, which have checksums of their own. */
  void readBlocks(Found found, int offset, ByteBuffer destination) throws IOException {
    long first = firstBlock(new ObjectId(found.place()));
    blocks.readBlocks(first, (long) HEADER_BYTES + offset, destination);
  }

  private void requireCrc(ObjectId id, ObjectId place, byte[] content, int crc) throws IOException {
    if (Checksums.masked(ByteBuffer.wrap(content)) != crc) {
      throw damaged(id, place, content.length + " bytes of content do not match their checksum");
    }
  }

  private CapsaException damaged(ObjectId id, ObjectId place, String what) throws IOException {
    return base.mismatch(id + " at " + offset(place.value()) + ": " + what);
  }

  private SizeClasses.Route routeOf(ObjectId place, int size) throws IOException {
    return routeOf(place, table.get(place.segment()).unitBytes(), size);
  }

  private static SizeClasses.Route routeOf(ObjectId place, int unitBytes, int size) {
    SegmentKind kind = segmentKind(place);
    if (kind == null) {
      throw new IllegalArgumentException(place + " is no place of an object");
    }
    return SizeClasses.Route.within(place.kind(), kind, unitBytes, size);
  }

  /** Allocates a place for an object of a size. */
  long allocate(StoreBatch batch, int size) throws IOException {
    SizeClasses.Route route = classes.route(size);
    if (route.kind() != SegmentKind.BLOCK) {
      OmniAllocator.Run run = batch.allocate(route.kind(), route.unitBytes(), route.units());
      return id(batch, route, run.segment().number, run.from());
    }
    BlockRun run = allocateBlocks(batch, route.units());
    if (run.length() < route.units()) {
      batch.freeBlocks(run.start(), run.length(), StoreBatch.NOT_KEPT);
      throw new CapsaFullException(
          "no room for an object of "
              + size
              + " bytes: it needs "
              + route.units()
              + " blocks in a row, and the longest run has "
              + run.length());
    }
    return blockPlace(batch, run.start());
  }

  /** Tries twice, since the first try may have taken what lay in the way of a longer run. */
  private static BlockRun allocateBlocks(StoreBatch batch, int count) throws IOException {
    BlockRun run = batch.allocateBlocks(count);
    if (run.length() == count) {
      return run;
    }
    BlockRun second;
    try {
      second = batch.allocateBlocks(count);
    } catch (CapsaFullException e) {
      return run;
    }
    BlockRun worse = second.length() > run.length() ? run : second;
    batch.freeBlocks(worse.start(), worse.length(), StoreBatch.NOT_KEPT);
    return worse == run ? second : run;
  }

  private static long blockPlace(StoreBatch batch, long block) {
    int segment = Geometry.segmentOf(block * BlockRun.BLOCK_BYTES);
    long first = Geometry.startOf(segment) / BlockRun.BLOCK_BYTES;
    return ObjectId.of(ObjectId.BLOCKS, batch.sequence(), segment, (int) (block - first)).value();
  }

  private static long id(StoreBatch batch, SizeClasses.Route route, int segment, int slot) {
    return ObjectId.of(route.idKind(), batch.sequence(), segment, slot).value();
  }

  /** Allocates adjacent places for up to {@code count} objects of a size. */
  long[] allocateRun(StoreBatch batch, int size, int count) throws IOException {
    SizeClasses.Route route = classes.route(size);
    if (route.kind() == SegmentKind.BLOCK) {
      return allocateBlockRun(batch, size, route.units(), count);
    }
    boolean large = table.count() >= Geometry.FIRST_LARGE_SEGMENT;
    int segmentBytes = large ? Geometry.LARGE_SEGMENT_BYTES : Geometry.SMALL_SEGMENT_BYTES;
    int most = Math.max(1, segmentBytes / (route.unitBytes() * route.units()));
    int objects = Math.min(count, most);
    OmniAllocator.Run run =
        batch.allocate(route.kind(), route.unitBytes(), objects * route.units());
    long[] places = new long[objects];
    for (int i = 0; i < objects; i++) {
      places[i] = id(batch, route, run.segment().number, run.from() + i * route.units());
    }
    return places;
  }

  private long[] allocateBlockRun(StoreBatch batch, int size, int units, int count)
      throws IOException {
    int objects = Math.min(count, Math.max(1, Store.MAX_OBJECT_BYTES / size));
    BlockRun run = batch.allocateBlocks(objects * units);
    int fitting = run.length() / units;
    if (fitting * units < run.length()) {
      batch.freeBlocks(
          run.start() + (long) fitting * units,
          run.length() - fitting * units,
          StoreBatch.NOT_KEPT);
    }
    if (fitting == 0) {
      return new long[] {allocate(batch, size)};
    }
    long[] places = new long[fitting];
    for (int i = 0; i < fitting; i++) {
      places[i] = blockPlace(batch, run.start() + (long) i * units);
    }
    return places;
  }

  /**
   * Writes an object to a place.
   *
   * @param again whether an earlier commit allocated the place
   */
  void write(StoreBatch batch, ObjectId id, long place, byte[] content, boolean again)
      throws IOException {
    ObjectId at = new ObjectId(place);
    SizeClasses.Route route = routeOf(at, content.length);
    if (route.kind() == SegmentKind.BLOCK) {
      if (again) {
        forEachSegment(at, route.units(), (segment, from, count) -> rewriting(batch, segment));
      }
      batch.putWithHeader(id, firstBlock(at), ByteBuffer.wrap(content));
      return;
    }
    Segment segment = table.get(at.segment());
    OmniAllocator.Run run = new OmniAllocator.Run(segment, at.slot(), route.units());
    batch.putWithHeader(id, run, ByteBuffer.wrap(content));
  }

  /** The checksums of the blocks of a segment change. */
  private void rewriting(StoreBatch batch, int segment) throws IOException {
    table.withPage(table.get(segment));
    batch.changing(segment);
  }

  private interface SegmentAction {
    void apply(int segment, int from, int count) throws IOException;
  }

  private static void forEachSegment(ObjectId place, int units, SegmentAction action)
      throws IOException {
    int segment = place.segment();
    int from = place.slot();
    for (int left = units; left > 0; segment++) {
      int count = Math.min(left, Geometry.bytesOf(segment) / BlockRun.BLOCK_BYTES - from);
      action.apply(segment, from, count);
      left -= count;
      from = 0;
    }
  }

  /** Frees the place of an object. */
  void free(StoreBatch batch, long place, int size) throws IOException {
    ObjectId at = new ObjectId(place);
    SizeClasses.Route route = routeOf(at, size);
    if (route.kind() == SegmentKind.BLOCK) {
      batch.freeBlocks(firstBlock(at), route.units(), StoreBatch.NOT_KEPT);
    } else {
      batch.free(route.kind(), at.segment(), at.slot(), route.units());
    }
  }
}
