package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaException;
import dev.capsa.CapsaFormatException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaRevisionGoneException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.raw.Mapper;
import dev.capsa.raw.RawStorage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lowest layer of the store: bytes of the medium, the header, the rings of root slots, opening
 * and the last step of a commit. Knows nothing of what lies between.
 *
 * <p>Reads run in any thread. Slots are written by one thread at a time, which its caller ensures.
 * After a failure that leaves open what reached the medium, nothing is written any more: a failed
 * force is never repeated in hope, since the system may have dropped the dirty pages.
 */
final class BaseStore {
  /** A commit that writes more is forced before its slot instead of being verified at opening. */
  static final long MOST_VERIFIED_BYTES = 16 << 20;

  /** The same, in ranges. */
  static final int MOST_VERIFIED_RANGES = 1000;

  /** How often an opening for reading looks at rings that change. */
  private static final int MOST_LOOKS = 100;

  private static final long LEAST_GROWTH = 64 << 10;
  private static final long MOST_GROWTH = 64 << 20;

  /** What a file that was not growing grows by; the further it has grown, the larger the steps. */
  private static final long FIRST_GROWTH = 1 << 20;

  private final RawStorage raw;
  private final ContainerHeader header;
  private final boolean readOnly;
  private final long mostBytes;
  private final boolean protectsReads;
  private final RingWatch watch;
  private final ReentrantLock growth = new ReentrantLock();
  private volatile long length;

  /** Where the file ended when it was opened, or cut. */
  private long settledLength;

  private volatile RootSlot slot;
  private volatile CommitRecord record;
  private volatile long lastForced;

  /** The highest lastForced that a durable slot states. */
  private volatile long stated;

  private int slotIndex;
  private @Nullable RootSlot slotBefore;
  private int mostVerifiedRanges = MOST_VERIFIED_RANGES;
  private volatile long nextSequence;
  private volatile long epoch;

  /** The newest slot of all that were found or written: who sees a newer one is not alone. */
  private RootSlot newest;

  /** Whether slots say that segments are packed, or not at their own places. */
  private volatile boolean packed;

  private volatile boolean growingLittle;

  private volatile @Nullable Throwable stopped;
  private boolean claimed;

  private BaseStore(
      RawStorage raw,
      ContainerHeader header,
      boolean readOnly,
      long mostBytes,
      boolean protectsReads,
      RootSlot slot,
      CommitRecord record,
      Rings rings)
      throws IOException {
    this.raw = raw;
    this.header = header;
    this.readOnly = readOnly || header.readOnlyOnly();
    this.mostBytes = mostBytes;
    this.protectsReads = protectsReads;
    this.watch = new RingWatch(raw, header.uuid());
    this.newest = rings.newestFirst().stream().findFirst().orElse(slot);
    this.slot = slot;
    this.record = record;
    this.lastForced = rings.mustReach;
    this.stated = rings.mustReach;
    this.slotIndex = rings.indexOf(slot);
    this.slotBefore = rings.before(slotIndex);
    this.nextSequence = rings.highestSequence + 1;
    this.epoch = rings.highestEpoch;
    this.length = raw.length();
    this.settledLength = length;
    this.packed = (slot.features() & RootSlot.PACKED) != 0;
  }

  /**
   * Makes an empty container.
   *
   * @param raw an empty medium
   * @param mostBytes the container's own limit; 0: none
   */
  static BaseStore create(RawStorage raw, int layout, long mostBytes) throws IOException {
    if (raw.length() != 0) {
      throw new CapsaFormatException(
          "cannot create a container over " + raw.length() + " bytes; expected an empty medium");
    }
    ContainerHeader header = new ContainerHeader(UUID.randomUUID(), nowNanos(), layout, false);
    raw.resize(Geometry.LEAST_BYTES);
    raw.write(0, header.encode());
    raw.write((long) SlotLayout.HEADER_COPY_SECTOR * Geometry.PAGE_BYTES, header.encode());
    RootSlot none = new RootSlot(0, 0, 0, Geometry.LEAST_BYTES, true, RecordPointer.NONE, 0);
    CommitRecord empty =
        new CommitRecord(
            0,
            0,
            header.createdNanos(),
            true,
            RecordPointer.NONE,
            new CommitRecord.TablePointer(0, 0, 0, 0),
            0,
            0,
            new byte[0],
            List.of(),
            List.of(),
            List.of(),
            KeptState.NONE,
            ShareState.NONE);
    return new BaseStore(raw, header, false, mostBytes, true, none, empty, new Rings());
  }

  /**
   * Opens a container in its newest acceptable state; reads a fixed number of sectors and what the
   * last unforced commits wrote (docs/FORMAT.md, invariants 4 and 5).
   *
   * <p>While another process writes, a reader may find the rings of one moment and the file of
   * another. So it looks again as long as what it finds does not verify and changes.
   *
   * @param protectsReads whether what is read here is kept from reuse
   * @throws CapsaFormatException if it is not a container, or one of another version, or needs what
   *     this version does not know
   * @throws CapsaCorruptException if no state verifies that is at or above the last forced one
   */
  static BaseStore open(RawStorage raw, boolean readOnly, long mostBytes, boolean protectsReads)
      throws IOException {
    ByteBuffer headBefore = null;
    long lengthBefore = -1;
    for (int attempt = 1; ; attempt++) {
      long length = raw.length();
      ByteBuffer head = head(raw, length);
      try {
        return open(raw, head, readOnly, mostBytes, protectsReads);
      } catch (CapsaCorruptException | EOFException e) {
        boolean isTheSame = length == lengthBefore && head.equals(headBefore);
        if (!readOnly || isTheSame || attempt == MOST_LOOKS) {
          throw e;
        }
        headBefore = head;
        lengthBefore = length;
      }
    }
  }

  private static ByteBuffer head(RawStorage raw, long length) throws IOException {
    if (length < Geometry.PAGE_BYTES) {
      throw new CapsaFormatException("not a container: " + length + " bytes");
    }
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(length, Geometry.SMALL_SEGMENT_BYTES));
    raw.read(0, head);
    return head.flip();
  }

  private static BaseStore open(
      RawStorage raw, ByteBuffer head, boolean readOnly, long mostBytes, boolean protectsReads)
      throws IOException {
    ContainerHeader header = header(head);
    long length = raw.length();
    Rings rings = Rings.read(raw, head, length, header.uuid());
    List<String> reasons = new ArrayList<>();
    long leastLength = Long.MAX_VALUE;
    for (RootSlot each : rings.newestFirst()) {
      if (each.sequence() < rings.mustReach) {
        continue;
      }
      if (each.unknownFeatures() != 0) {
        throw new CapsaFormatException(
            "the newest state of the container needs features that this program does not know: bits "
                + Long.toBinaryString(each.unknownFeatures()));
      }
      leastLength = Math.min(leastLength, each.leastLength());
      try {
        CommitRecord record =
            StateVerifier.verify(raw, header.uuid(), each, rings.mustReach, length);
        return new BaseStore(raw, header, readOnly, mostBytes, protectsReads, each, record, rings);
      } catch (CapsaCorruptException e) {
        reasons.add("slot " + each.sequence() + ": " + e.getMessage());
      }
    }
    String cut =
        length < leastLength && leastLength < Long.MAX_VALUE
            ? "the file has "
                + length
                + " bytes where "
                + leastLength
                + " are needed: it was cut, or newer slots are damaged; take another copy. "
            : "";
    throw new CapsaCorruptException(
        "no root slot leads to a whole state; commit "
            + rings.mustReach
            + " was durable and is damaged. "
            + cut
            + reasons);
  }

  /**
   * Whether a medium holds no more than a creation that a crash ended: the length of an empty
   * container, no slot, and nothing where the first data would be.
   */
  static boolean isUnfinished(RawStorage raw) throws IOException {
    if (raw.length() > Geometry.LEAST_BYTES) {
      return false;
    }
    ByteBuffer all = ByteBuffer.allocate((int) raw.length());
    raw.read(0, all);
    all.flip();
    int rings = SlotLayout.RING_A_SECTOR * Geometry.PAGE_BYTES;
    int ringsEnd = SlotLayout.HEADER_COPY_SECTOR * Geometry.PAGE_BYTES;
    for (int i = 0; i < all.limit(); i++) {
      boolean mustBeEmpty = i >= rings && i < ringsEnd || i >= 2 * Geometry.SMALL_SEGMENT_BYTES;
      if (mustBeEmpty && all.get(i) != 0) {
        return false;
      }
    }
    if (all.limit() < rings) {
      return all.equals(ByteBuffer.allocate(all.limit()));
    }
    ByteBuffer first = sector(all, 0);
    return ContainerHeader.isIntact(first) || first.equals(ByteBuffer.allocate(rings));
  }

  private static ContainerHeader header(ByteBuffer head) throws IOException {
    ByteBuffer first = sector(head, 0);
    if (ContainerHeader.isIntact(first)) {
      return ContainerHeader.decode(first);
    }
    int copyEnd = (SlotLayout.HEADER_COPY_SECTOR + 1) * Geometry.PAGE_BYTES;
    if (head.limit() >= copyEnd) {
      ByteBuffer copy = sector(head, SlotLayout.HEADER_COPY_SECTOR);
      if (ContainerHeader.isIntact(copy)) {
        return ContainerHeader.decode(copy);
      }
    }
    if (ContainerHeader.hasMagic(first)) {
      throw new CapsaCorruptException("the header and its copy are damaged");
    }
    throw new CapsaFormatException("not a container: it does not begin with Capsa's magic number");
  }

  static ByteBuffer sector(ByteBuffer bytes, int index) {
    return bytes.slice(index * Geometry.PAGE_BYTES, Geometry.PAGE_BYTES);
  }

  ContainerHeader header() {
    return header;
  }

  boolean readOnly() {
    return readOnly;
  }

  /** The newest commit's record. */
  CommitRecord record() {
    return record;
  }

  /** Sequence of the newest commit. */
  long sequence() {
    return record.sequence();
  }

  /** Highest sequence that is known to be durable. */
  long lastForced() {
    return lastForced;
  }

  /** Place of the newest slot in the rings. */
  int slotIndex() {
    return slotIndex;
  }

  /** The slot before the newest, if the newest says that it is durable; else null. */
  @Nullable RootSlot slotBefore() {
    RootSlot before = slotBefore;
    return before != null && before.sequence() <= slot.lastForced() ? before : null;
  }

  /** Sequence of the newest slot. */
  long slotSequence() {
    return slot.sequence();
  }

  /** The epoch that commits are written in. */
  long epoch() {
    return epoch;
  }

  /** Bytes of the file. */
  long length() {
    return length;
  }

  /** Where the newest record is. */
  RecordPointer recordPointer() {
    return slot.record();
  }

  /** Ranges that a commit's manifest may have; a commit of more is forced before its slot. */
  int mostVerifiedRanges() {
    return mostVerifiedRanges;
  }

  /** Lowers {@link #mostVerifiedRanges}, so that a test sees both ways of committing. */
  void limitVerifiedRanges(int most) {
    mostVerifiedRanges = most;
  }

  static long nowNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** The record of an older state that a reader holds. */
  CommitRecord recordAt(RecordPointer pointer) throws IOException {
    return StateVerifier.readRecord(raw, header.uuid(), pointer, length);
  }

  /** Reads physical bytes. */
  void read(long offset, ByteBuffer destination) throws IOException {
    try {
      raw.read(offset, destination);
    } catch (EOFException e) {
      requireStillThere();
      throw e;
    }
  }

  /** What tells the medium from all others of this process. */
  Object medium() {
    return raw.identity();
  }

  /** Whether mapping may work, and what is mapped is kept from reuse. */
  boolean canMap() {
    return raw.canMap() && protectsReads;
  }

  /** Maps physical bytes. */
  <T> T map(long offset, long length, Mapper<T> mapper) throws IOException {
    return raw.map(offset, length, mapper);
  }

  /**
   * Whether what is read here is kept from reuse. If not, what verified once may be overwritten
   * before it is read again.
   */
  boolean protectsReads() {
    return protectsReads;
  }

  /** What to throw for bytes that are not what their pointer says. */
  CapsaException mismatch(String message) throws IOException {
    requireStillThere();
    return new CapsaCorruptException(message);
  }

  /**
   * Throws if this reader is not registered, and a later commit is forced, so that a writer may
   * have reused what it freed: what does not verify is then no damage.
   */
  void requireStillThere() throws IOException {
    if (!protectsReads && watch.hasPassed(sequence())) {
      throw new CapsaRevisionGoneException(
          "revision "
              + sequence()
              + " is gone: another process has written since, and this reader could not register"
              + " in the lock file; open the container again");
    }
  }

  /**
   * Stops writing for good if another opening writes this container, too: then there is a slot
   * newer than all that this one knows. One read; to be called before a batch writes its first
   * byte, and again right before a slot is written.
   */
  void requireSoleWriter() throws IOException {
    try {
      RootSlot other = watch.newerThan(newest.epoch(), newest.sequence());
      if (other != null) {
        throw new CapsaStoppedException(
            "writing stopped after commit "
                + lastForced
                + ", the last durable one, because another process has opened the container for"
                + " writing in spite of the lock: found a root slot of epoch "
                + other.epoch()
                + " and sequence "
                + other.sequence()
                + ", expected none above epoch "
                + newest.epoch()
                + " and sequence "
                + newest.sequence()
                + ". Close the container, find out who else writes it, and open it again.");
      }
    } catch (IOException | RuntimeException e) {
      stopped = e;
      throw e;
    }
  }

  /** Writes physical bytes that no state reaches. */
  void write(long offset, ByteBuffer... sources) throws IOException {
    requireWritable();
    raw.write(offset, sources);
  }

  /** Throws if nothing may be written. */
  void requireWritable() throws IOException {
    if (readOnly) {
      throw new CapsaException("the container is open for reading only");
    }
    Throwable cause = stopped;
    if (cause instanceof CapsaStoppedException) {
      throw new CapsaStoppedException(String.valueOf(cause.getMessage()), cause);
    }
    if (cause != null) {
      throw new CapsaStoppedException(
          "writing stopped after commit "
              + lastForced
              + ", the last durable one, because the medium failed: "
              + cause.getMessage()
              + ". Close and open the container again.",
          cause);
    }
  }

  /** Takes a sequence for a commit; it is not used again, whether the commit succeeds or not. */
  long takeSequence() {
    return nextSequence++;
  }

  /**
   * Prepares the first write of an opening: makes the recovered state durable, and states so in a
   * slot of a new epoch. What an earlier process wrote and could not force may be in the system's
   * cache and marked clean, so those bytes are written again.
   */
  void claim() throws IOException {
    requireWritable();
    if (claimed) {
      return;
    }
    requireSoleWriter();
    epoch++;
    claimed = true;
    if (slot.sequence() > 0) {
      rewriteUnforced();
      force();
      lastForced = slot.sequence();
      restate(length);
    }
  }

  private void rewriteUnforced() throws IOException {
    writeToRings(slot, slotIndex);
    CommitRecord at = record;
    RecordPointer pointer = slot.record();
    while (at.sequence() > lastForced && !slot.forced()) {
      rewrite(pointer.offset(), pointer.length());
      for (CommitRecord.WrittenRange range : at.manifest()) {
        rewrite(range.offset(), range.length());
      }
      pointer = at.previous();
      if (at.forced() || pointer.sequence() <= lastForced) {
        return;
      }
      at = StateVerifier.readRecord(raw, header.uuid(), pointer, length);
    }
  }

  private void rewrite(long offset, int bytes) throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(bytes);
    raw.read(offset, copy);
    raw.write(offset, copy.flip());
  }

  /**
   * Writes and forces a slot that points to the newest record and states it as forced, so that what
   * it does not reach can be reused.
   */
  void restate(long leastLength) throws IOException {
    restate(takeSequence(), leastLength);
  }

  /**
   * As {@link #restate}, while a batch is open. The batch has taken its sequence, and its slot must
   * be newer than this one; so this one has the sequence of the newest slot once more.
   */
  void restateBelowBatch() throws IOException {
    restate(slot.sequence(), length);
  }

  private void restate(long sequence, long leastLength) throws IOException {
    if (lastForced < slot.sequence()) {
      forceAll();
    }
    requireSoleWriter();
    writeSlot(
        new RootSlot(
            epoch,
            sequence,
            slot.sequence(),
            leastLength,
            true,
            slot.record(),
            featuresOf(record)));
    forceAll();
  }

  /** The highest sequence that a durable slot states as forced: nothing older is ever opened. */
  long stated() {
    return stated;
  }

  /**
   * Grows the file to hold {@code end} bytes, and some more.
   *
   * @throws CapsaFullException if the medium or the container's limit has no room
   */
  void ensureLength(long end) throws IOException {
    if (end <= length) {
      return;
    }
    growth.lock();
    try {
      if (end <= length) {
        return;
      }
      grow(end, roundUp(Math.max(end, length + nextGrowth())));
    } finally {
      growth.unlock();
    }
  }

  private long nextGrowth() {
    long grown = length - settledLength;
    return growingLittle ? 0 : Math.min(growthStep(length), Math.max(FIRST_GROWTH, grown));
  }

  /** Has the file grow by what is needed and no more. */
  void growLittle(boolean little) {
    growingLittle = little;
  }

  /** Grows the file to what is wanted, or, where that is too much, to what is needed. */
  private void grow(long end, long most) throws IOException {
    if (mostBytes > 0 && end > mostBytes) {
      throw new CapsaFullException(
          "the container has its most of " + mostBytes + " bytes; needed are " + end);
    }
    long wanted = mostBytes > 0 ? Math.max(end, Math.min(most, mostBytes)) : most;
    try {
      raw.resize(wanted);
    } catch (CapsaFullException e) {
      wanted = roundUp(end);
      raw.resize(wanted);
    }
    if (length <= Geometry.RING_C_FROM_BYTES && wanted > Geometry.RING_C_FROM_BYTES) {
      raw.write(
          Geometry.startOf(Geometry.RING_SEGMENT),
          ByteBuffer.allocate(SlotLayout.RING_SLOTS * Geometry.PAGE_BYTES));
    }
    length = wanted;
  }

  /** What a file of a length that goes on growing grows by at least, if there is room. */
  static long growthStep(long length) {
    return Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, length / 8));
  }

  /**
   * Cuts the file. The newest slot must be durable, state the newest commit as forced, and be valid
   * in a file so short. A medium that cannot cut leaves the file as it is.
   */
  void cut(long end) throws IOException {
    growth.lock();
    try {
      if (end < length) {
        raw.resize(end);
        length = end;
        settledLength = end;
      }
    } catch (IOException e) {
      length = raw.length(); // some systems cut no file that is mapped
    } finally {
      growth.unlock();
    }
  }

  /** As {@link #ensureLength}, and no more than that. */
  void ensureJust(long end) throws IOException {
    if (end > length) {
      growth.lock();
      try {
        grow(end, roundUp(end));
      } finally {
        growth.unlock();
      }
    }
  }

  static long roundUp(long bytes) {
    long unit = Geometry.SMALL_SEGMENT_BYTES;
    return (bytes + unit - 1) / unit * unit;
  }

  /** Makes all that was written durable; after a failure nothing is written any more. */
  void force() throws IOException {
    try {
      raw.force();
    } catch (IOException | RuntimeException e) {
      stopped = e;
      throw e;
    }
  }

  /** Publishes a written record: writes its slot, and forces if asked. The commit's last step. */
  void publish(CommitRecord newRecord, RecordPointer pointer, boolean durable) throws IOException {
    writeSlot(
        new RootSlot(
            epoch,
            newRecord.sequence(),
            lastForced,
            length,
            newRecord.forced(),
            pointer,
            featuresOf(newRecord)));
    record = newRecord;
    if (durable) {
      forceAll();
    }
  }

  private long featuresOf(CommitRecord of) {
    return (of.kept().isNone() ? 0 : KeptState.FEATURE)
        | (of.shares().isNone() ? 0 : ShareState.FEATURE)
        | (packed ? RootSlot.PACKED : 0);
  }

  /** Has the slots to come say that segments are packed, or not at their own places. */
  void usePacked() {
    packed = true;
  }

  boolean usesPacked() {
    return packed;
  }

  /** All segments are at their own places, and none is packed. */
  void useNotPacked() {
    packed = false;
  }

  /** Makes the newest commit durable. */
  void forceAll() throws IOException {
    force();
    lastForced = slot.sequence();
    stated = Math.max(stated, slot.vouchesFor());
  }

  private void writeToRings(RootSlot written, int index) throws IOException {
    try {
      ByteBuffer sector = written.encode(header.uuid());
      long page = Geometry.PAGE_BYTES;
      raw.write((SlotLayout.RING_A_SECTOR + index) * page, sector.duplicate());
      raw.write((SlotLayout.RING_B_SECTOR + index) * page, sector.duplicate());
      if (length > Geometry.RING_C_FROM_BYTES) {
        raw.write(Geometry.startOf(Geometry.RING_SEGMENT) + index * page, sector.duplicate());
      }
    } catch (IOException | RuntimeException e) {
      stopped = e;
      throw e;
    }
  }

  private void writeSlot(RootSlot next) throws IOException {
    int index = (slotIndex + 1) % SlotLayout.RING_SLOTS;
    writeToRings(next, index);
    slotIndex = index;
    slotBefore = slot.sequence() == 0 ? null : slot;
    slot = next;
    newest = next;
  }

  /**
   * Closes the medium. After writing, a slot that states the newest commit as forced is made
   * durable, and then the file is cut.
   *
   * @param usedEnd physical end of what the newest state reaches
   */
  void close(long usedEnd) throws IOException {
    try (RawStorage closing = raw) {
      if (claimed && stopped == null) {
        long end = Math.min(length, Math.max(usedEnd, Geometry.LEAST_BYTES));
        restate(end);
        if (end < length) {
          closing.resize(end);
        }
      }
    }
  }

  /** The reason for which writing stopped, or null. */
  @Nullable Throwable stopReason() {
    return stopped;
  }

  @Override
  public String toString() {
    return "container " + Objects.toString(header.uuid()) + " at commit " + sequence();
  }
}
