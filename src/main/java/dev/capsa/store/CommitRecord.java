package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The record of a commit: every pointer of its state, and the list of what it wrote.
 *
 * @param epoch number of the writable opening
 * @param sequence of the commit
 * @param timeNanos nanoseconds since 1970
 * @param forced as in the slot; the manifest is then empty
 * @param previous the record before
 * @param table top page of the segment table
 * @param primeId the store's well-known object; 0: none
 * @param objectCount objects of users of {@link Store}
 * @param root the upper layers' root
 * @param metaSegments META segments with their bitmaps
 * @param redirects overwritten objects that are not at home
 * @param manifest ranges that the commit wrote
 * @param kept the kept revisions
 * @param shares the counts of shared blocks
 */
record CommitRecord(
    long epoch,
    long sequence,
    long timeNanos,
    boolean forced,
    RecordPointer previous,
    TablePointer table,
    long primeId,
    long objectCount,
    byte[] root,
    List<MetaSegment> metaSegments,
    List<Redirect> redirects,
    List<WrittenRange> manifest,
    KeptState kept,
    ShareState shares) {
  /** "CAPSCMIT", as a little-endian long. */
  static final long MAGIC = 0x54494d4353504143L;

  /** Most bytes of the upper layers' root. */
  static final int MOST_ROOT_BYTES = 256;

  /** The top page of the segment table. */
  record TablePointer(long offset, long checksum, int height, int segments) {}

  /** A META segment and which of its pages are in use. */
  record MetaSegment(int segment, long[] bitmap) {
    int bitmapBytes() {
      return Geometry.bytesOf(segment) / Geometry.PAGE_BYTES / 8;
    }
  }

  /** An overwritten object: its id, where its content lies, and since which commit. */
  record Redirect(long id, long place, long since) {}

  /** Bytes that the commit wrote. */
  record WrittenRange(long offset, int length, int crc) {}

  /**
   * Bytes that a record of these list sizes takes.
   *
   * @param state bytes of kept state and share state
   */
  static int encodedBytes(
      int rootBytes, List<MetaSegment> metaSegments, int redirects, int manifest, int state) {
    int bytes = RecordLayout.LISTS + rootBytes + state;
    for (MetaSegment meta : metaSegments) {
      bytes += 4 + meta.bitmapBytes();
    }
    return bytes
        + redirects * RecordLayout.REDIRECT_BYTES
        + manifest * RecordLayout.MANIFEST_ENTRY_BYTES;
  }

  /** The record's bytes. */
  ByteBuffer encode(UUID uuid) {
    int bytes =
        encodedBytes(
            root.length,
            metaSegments,
            redirects.size(),
            manifest.size(),
            kept.bytes() + shares.bytes());
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC);
    out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    out.putLong(epoch).putLong(sequence).putLong(timeNanos);
    out.putLong(previous.offset()).putInt(previous.length());
    out.putInt(forced ? SlotLayout.FLAG_FORCED : 0);
    out.putLong(previous.checksum()).putLong(previous.sequence());
    out.putLong(table.offset()).putLong(table.checksum());
    out.putInt(table.height()).putInt(table.segments());
    out.putLong(primeId);
    out.putLong(objectCount);
    out.putLong(kept.count()).putLong(shares.bytes()).putLong(kept.bytes());
    out.putInt(root.length).putInt(metaSegments.size());
    out.putInt(redirects.size()).putInt(manifest.size());
    out.put(root);
    for (MetaSegment meta : metaSegments) {
      out.putInt(meta.segment());
      for (int i = 0; i < meta.bitmapBytes(); i++) {
        long word = i / 8 < meta.bitmap().length ? meta.bitmap()[i / 8] : 0; // in a smaller place
        out.put((byte) (word >>> (i % 8 * 8)));
      }
    }
    for (Redirect redirect : redirects) {
      out.putLong(redirect.id()).putLong(redirect.place()).putLong(redirect.since());
    }
    for (WrittenRange range : manifest) {
      out.putLong(range.offset()).putInt(range.length()).putInt(range.crc());
    }
    kept.encode(out);
    shares.encode(out);
    return out.flip();
  }

  /**
   * Reads a record whose checksum was verified.
   *
   * @throws CapsaCorruptException if it contradicts its pointer or itself
   */
  static CommitRecord decode(ByteBuffer in, UUID uuid, long sequence) throws CapsaCorruptException {
    in.order(ByteOrder.LITTLE_ENDIAN);
    try {
      return decodeLists(in, uuid, sequence);
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw new CapsaCorruptException("commit record " + sequence + " ends early", e);
    }
  }

  private static CommitRecord decodeLists(ByteBuffer in, UUID uuid, long sequence)
      throws CapsaCorruptException {
    if (in.getLong(RecordLayout.RECORD_MAGIC) != MAGIC
        || in.getLong(RecordLayout.RECORD_UUID) != uuid.getMostSignificantBits()
        || in.getLong(RecordLayout.RECORD_UUID + 8) != uuid.getLeastSignificantBits()
        || in.getLong(RecordLayout.RECORD_SEQUENCE) != sequence) {
      throw new CapsaCorruptException("no record of commit " + sequence + " where its slot points");
    }
    RecordPointer previous =
        new RecordPointer(
            in.getLong(RecordLayout.PREVIOUS_OFFSET),
            in.getInt(RecordLayout.PREVIOUS_LENGTH),
            in.getLong(RecordLayout.PREVIOUS_CHECKSUM),
            in.getLong(RecordLayout.PREVIOUS_SEQUENCE));
    TablePointer table =
        new TablePointer(
            in.getLong(RecordLayout.TABLE_OFFSET),
            in.getLong(RecordLayout.TABLE_CHECKSUM),
            in.getInt(RecordLayout.TABLE_HEIGHT),
            in.getInt(RecordLayout.SEGMENT_COUNT));
    in.position(RecordLayout.LISTS);
    byte[] root = new byte[bounded(in.getInt(RecordLayout.ROOT_LENGTH), in, 1)];
    in.get(root);
    List<MetaSegment> metaSegments = new ArrayList<>();
    for (int n = bounded(in.getInt(RecordLayout.META_COUNT), in, 4); n > 0; n--) {
      int segment = in.getInt();
      MetaSegment meta = new MetaSegment(segment, new long[Bitmaps.words(pagesOf(segment))]);
      for (int i = 0; i < meta.bitmapBytes(); i++) {
        meta.bitmap()[i / 8] |= (in.get() & 0xffL) << (i % 8 * 8);
      }
      metaSegments.add(meta);
    }
    List<Redirect> redirects = new ArrayList<>();
    int redirectCount =
        bounded(in.getInt(RecordLayout.REDIRECT_COUNT), in, RecordLayout.REDIRECT_BYTES);
    for (int n = redirectCount; n > 0; n--) {
      redirects.add(new Redirect(in.getLong(), in.getLong(), in.getLong()));
    }
    List<WrittenRange> manifest = new ArrayList<>();
    int rangeCount =
        bounded(in.getInt(RecordLayout.MANIFEST_COUNT), in, RecordLayout.MANIFEST_ENTRY_BYTES);
    for (int n = rangeCount; n > 0; n--) {
      manifest.add(new WrittenRange(in.getLong(), in.getInt(), in.getInt()));
    }
    KeptState kept =
        KeptState.decode(
            in, in.getLong(RecordLayout.KEPT_BYTES), in.getLong(RecordLayout.KEPT_COUNT));
    ShareState shares = ShareState.decode(in, in.getLong(RecordLayout.SHARE_BYTES));
    return new CommitRecord(
        in.getLong(RecordLayout.RECORD_EPOCH),
        sequence,
        in.getLong(RecordLayout.TIME_NANOS),
        (in.getInt(RecordLayout.RECORD_FLAGS) & SlotLayout.FLAG_FORCED) != 0,
        previous,
        table,
        in.getLong(RecordLayout.PRIME_ID),
        in.getLong(RecordLayout.OBJECT_COUNT),
        root,
        metaSegments,
        redirects,
        manifest,
        kept,
        shares);
  }

  private static int pagesOf(int segment) {
    if (segment < 0 || segment >= Geometry.MOST_SEGMENTS) {
      throw new IllegalArgumentException("segment " + segment);
    }
    return Geometry.bytesOf(segment) / Geometry.PAGE_BYTES;
  }

  private static int bounded(int count, ByteBuffer in, int bytesEach) {
    if (count < 0 || (long) count * bytesEach > in.remaining()) {
      throw new IllegalArgumentException("count " + count);
    }
    return count;
  }
}
