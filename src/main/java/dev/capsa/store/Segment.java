package dev.capsa.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A segment as the newest commit has it, with what is loaded of its state. Fields are guarded by
 * the store's allocation lock, except those that readers use, which are volatile or fixed.
 */
final class Segment {
  private static final VarHandle CHECKSUMS;

  private static final long NOWHERE = -1;

  /** In the entry's flags. */
  private static final int FLAG_PACKED = 1;

  static {
    try {
      CHECKSUMS =
          MethodHandles.lookup().findVarHandle(Segment.class, "checksums", BlockChecksums.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final int number;

  /**
   * Where it is in the file; chosen when it is given a kind. Without a meaning while it is packed:
   * it was there before.
   */
  volatile long physicalOffset;

  /** The newest commit when it was taken for use; 0 if that was before the container was opened. */
  private long takenAt;

  /** Up to this commit, allocation passes it by. */
  private long drainedUntil;

  private SegmentKind kind = SegmentKind.FREE;
  private int unitBytes;
  private int used;
  private volatile PagePointer page = PagePointer.NONE;
  private byte @Nullable [] inlineBitmap;
  private volatile @Nullable BlockAllocator allocator;
  private volatile @Nullable BlockChecksums checksums;

  /** Whether the newest commit has it packed; its {@link #packing} may not be loaded. */
  private volatile boolean packed;

  private volatile @Nullable Packing packing;

  /** What the open batch's commit will make of it; null if that changes nothing. */
  private @Nullable Packing nextPacking;

  /** Its units at a small place, while {@link #nextPacking} has room for as many as any has. */
  private @Nullable BlockAllocator fewerUnits;

  /** Where the newest table says that it is as META; {@link #NOWHERE} if it does not. */
  private long writtenAsMetaAt = NOWHERE;

  /** Whether the open batch may change the checksums; guarded by {@link ChecksumPages}. */
  private boolean pinned;

  /** The segment page, or NONE. */
  record PagePointer(long offset, int length, long checksum) {
    static final PagePointer NONE = new PagePointer(0, 0, 0);
  }

  Segment(int number, long physicalOffset) {
    this.number = number;
    this.physicalOffset = physicalOffset;
  }

  /** Reads an entry of the segment table. */
  static Segment decode(int number, ByteBuffer entry) {
    long chunk = Integer.toUnsignedLong(entry.getInt(EntryLayout.PHYSICAL_CHUNK));
    Segment segment = new Segment(number, chunk * Geometry.SMALL_SEGMENT_BYTES);
    int kind = entry.get(EntryLayout.KIND);
    if (kind < 0 || kind >= SegmentKind.values().length) {
      throw new IllegalArgumentException("segment " + number + " has kind " + kind);
    }
    segment.kind = SegmentKind.values()[kind];
    segment.unitBytes = (entry.getShort(EntryLayout.UNIT_SIZE) & 0xffff) * EntryLayout.UNIT_SCALE;
    segment.used = entry.getInt(EntryLayout.USED);
    segment.wasWritten();
    segment.packed = (entry.get(EntryLayout.ENTRY_FLAGS) & FLAG_PACKED) != 0;
    segment.page =
        new PagePointer(
            entry.getLong(EntryLayout.PAGE_OFFSET),
            entry.getInt(EntryLayout.PAGE_LENGTH),
            entry.getLong(EntryLayout.PAGE_CHECKSUM));
    if (segment.hasInlineBitmap()) {
      byte[] bitmap = new byte[EntryLayout.INLINE_BITMAP_BYTES];
      entry.get(EntryLayout.INLINE_BITMAP, bitmap);
      segment.inlineBitmap = bitmap;
    }
    return segment;
  }

  /** Writes the entry. */
  void encode(ByteBuffer entry) {
    boolean isFree = used == 0 && kind != SegmentKind.META;
    boolean isPacked = !isFree && (packed || nextPacking != null);
    entry.put(EntryLayout.KIND, (byte) (isFree ? 0 : kind.ordinal()));
    entry.put(EntryLayout.ENTRY_FLAGS, (byte) (isPacked ? FLAG_PACKED : 0));
    entry.putShort(EntryLayout.UNIT_SIZE, (short) (unitBytes / EntryLayout.UNIT_SCALE));
    entry.putInt(EntryLayout.USED, used);
    long place = isFree ? Geometry.startOf(number) : isPacked ? 0 : physicalOffset;
    entry.putInt(EntryLayout.PHYSICAL_CHUNK, (int) (place / Geometry.SMALL_SEGMENT_BYTES));
    entry.putInt(EntryLayout.PAGE_LENGTH, page.length());
    entry.putLong(EntryLayout.PAGE_OFFSET, page.offset());
    entry.putLong(EntryLayout.PAGE_CHECKSUM, page.checksum());
    if (hasInlineBitmap()) {
      BlockAllocator loaded = allocator;
      byte[] bitmap = loaded == null ? inlineBitmap : bytesOf(loaded.live());
      if (bitmap != null) {
        entry.put(EntryLayout.INLINE_BITMAP, bitmap, 0, Math.min(bitmap.length, 32));
      }
    }
  }

  /** It is taken for use, at a place, after a commit. */
  void take(long offset, long sequence) {
    physicalOffset = offset;
    takenAt = sequence;
    drainedUntil = 0;
  }

  long takenAt() {
    return takenAt;
  }

  /** Has allocation pass it by until a commit, if there is room elsewhere. */
  void drainUntil(long sequence) {
    drainedUntil = sequence;
  }

  boolean isDrained(long sequence) {
    return sequence < drainedUntil;
  }

  SegmentKind kind() {
    return kind;
  }

  /** The table that is the newest now says of it what it is. */
  void wasWritten() {
    writtenAsMetaAt = kind == SegmentKind.META ? physicalOffset : NOWHERE;
  }

  /** Whether the newest table does not say that it is for pages of state, at its place. */
  boolean isNewMeta() {
    return kind == SegmentKind.META && writtenAsMetaAt != physicalOffset;
  }

  int unitBytes() {
    return unitBytes;
  }

  int units() {
    return unitBytes == 0 ? 0 : bytes() / unitBytes;
  }

  /** Bytes that it has: fewer than its number allows if it is at a small place. */
  int bytes() {
    int most = Geometry.bytesOf(number);
    return packed || nextPacking != null
        ? most
        : Math.min(most, Geometry.bytesOf(Geometry.placeOf(physicalOffset)));
  }

  /** Units that the newest commit reaches. */
  int used() {
    return used;
  }

  PagePointer page() {
    return page;
  }

  /** Whether its entry holds the bitmap, so that it needs no page for it. */
  boolean hasInlineBitmap() {
    return switch (kind) {
      case NODE -> true;
      case HOST -> units() <= EntryLayout.INLINE_BITMAP_BYTES * 8;
      default -> false;
    };
  }

  /** Bytes of the segment page; 0 if the kind has none or nothing is live. */
  int pageBytes() {
    if (kind == SegmentKind.META || used == 0) {
      return 0;
    }
    Packing where = newestPacking();
    int pieces = where == null ? 0 : where.encodedBytes();
    int bitmap = hasInlineBitmap() ? 0 : Bitmaps.words(units()) * 8;
    return pieces + (kind == SegmentKind.BLOCK ? bitmap + units() * 4 : bitmap);
  }

  /** Whether its units lie in pieces elsewhere. */
  boolean isPacked() {
    return packed;
  }

  /** Where its units are; null if it is not packed, or not loaded. */
  @Nullable Packing packing() {
    return packing;
  }

  private @Nullable Packing newestPacking() {
    return nextPacking != null ? nextPacking : packing;
  }

  /** What the open batch's commit makes of it; null: gives that up. */
  void setNextPacking(@Nullable Packing next) {
    nextPacking = next;
    BlockAllocator loaded = Objects.requireNonNull(allocator);
    if (next != null && loaded.units() < units()) {
      fewerUnits = loaded;
      allocator = new BlockAllocator(units(), Arrays.copyOf(loaded.live(), Bitmaps.words(units())));
    } else if (next == null && fewerUnits != null) {
      allocator = fewerUnits;
      fewerUnits = null;
    }
  }

  /** The commit is published: readers go there from now on. Where it was is still as it was. */
  void adoptPacking() {
    if (nextPacking != null) {
      packing = nextPacking;
      packed = true;
      nextPacking = null;
      fewerUnits = null;
    }
  }

  /** Nothing is in it any more. */
  void unpack() {
    packed = false;
    packing = null;
    physicalOffset = Geometry.startOf(number);
  }

  @Nullable BlockAllocator allocator() {
    return allocator;
  }

  @Nullable BlockChecksums checksums() {
    return checksums;
  }

  void setPinned(boolean newPinned) {
    pinned = newPinned;
  }

  /**
   * Whether the checksums must stay in memory: they are being changed, or the file has none, since
   * the newest commit reaches nothing here, but a pin may.
   */
  boolean keepsChecksums() {
    return pinned || page.length() == 0;
  }

  /** Drops checksums, unless there are others by now. */
  void dropChecksums(BlockChecksums expected) {
    CHECKSUMS.compareAndSet(this, expected, null);
  }

  /** Drops what nobody can ask for any more. */
  void dropChecksums() {
    checksums = null;
  }

  /** Gives a free segment a kind. */
  void assign(SegmentKind newKind, int newUnitBytes) {
    kind = newKind;
    unitBytes = newUnitBytes;
    used = 0;
    inlineBitmap = null;
    allocator = new BlockAllocator(units(), new long[Bitmaps.words(units())]);
    checksums = newKind == SegmentKind.BLOCK ? new BlockChecksums(new int[units()]) : null;
  }

  /** Sets the loaded bitmap of a META segment. */
  void loadMeta(long[] bitmap) {
    allocator = new BlockAllocator(units(), Arrays.copyOf(bitmap, Bitmaps.words(units())));
  }

  /** Loads what the entry holds itself. */
  void loadInline() {
    long[] live = new long[Bitmaps.words(units())];
    byte[] bitmap = inlineBitmap;
    for (int i = 0; bitmap != null && i < units(); i++) {
      if ((bitmap[i >>> 3] & 1 << (i & 7)) != 0) {
        live[i >>> 6] |= 1L << i;
      }
    }
    allocator = new BlockAllocator(units(), live);
    inlineBitmap = null;
  }

  /** Loads a verified segment page: what is not loaded of checksums, bitmap and packing. */
  void loadPage(ByteBuffer bytes) {
    long[] live = new long[hasInlineBitmap() ? 0 : Bitmaps.words(units())];
    for (int i = 0; i < live.length; i++) {
      live[i] = bytes.getLong();
    }
    int[] crcs = new int[kind == SegmentKind.BLOCK ? units() : 0];
    for (int i = 0; i < crcs.length; i++) {
      crcs[i] = bytes.getInt();
    }
    if (packed && packing == null) {
      packing = Packing.decode(unitBytes, units(), bytes);
    }
    if (kind == SegmentKind.BLOCK && checksums == null) {
      checksums = new BlockChecksums(crcs);
    }
    if (allocator == null && !hasInlineBitmap()) {
      allocator = new BlockAllocator(units(), live);
    }
  }

  /** Writes the segment page of the loaded state. */
  void encodePage(ByteBuffer bytes) {
    BlockAllocator loaded = Objects.requireNonNull(allocator);
    for (int i = 0; !hasInlineBitmap() && i < loaded.live().length; i++) {
      bytes.putLong(loaded.live()[i]);
    }
    BlockChecksums crcs = checksums;
    for (int i = 0; crcs != null && i < crcs.count(); i++) {
      bytes.putInt(crcs.get(i));
    }
    Packing where = newestPacking();
    if (where != null) {
      where.encode(bytes);
    }
  }

  /** Takes the number of live units from the loaded bitmap; of META, the record alone knows it. */
  void countUsed() {
    used = kind == SegmentKind.META ? 0 : Objects.requireNonNull(allocator).used();
  }

  void setPage(PagePointer newPage) {
    page = newPage;
  }

  private static byte[] bytesOf(long[] words) {
    byte[] bytes = new byte[EntryLayout.INLINE_BITMAP_BYTES];
    for (int i = 0; i < Math.min(words.length * 8, bytes.length); i++) {
      bytes[i] = (byte) (words[i / 8] >>> (i % 8 * 8));
    }
    return bytes;
  }
}
