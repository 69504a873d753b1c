package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where the units of a packed segment are (docs/FORMAT.md, "Packed segments"): those that were live
 * when it was packed lie one behind the other, in their order, and are cut into pieces of 64 KiB
 * that lie anywhere. Immutable.
 */
final class Packing {
  static final int PIECE_BYTES = 64 << 10;
  static final int PIECE_PAGES = PIECE_BYTES / Geometry.PAGE_BYTES;

  private final int unitBytes;
  private final long[] units;

  /** Packed units before each word of the bitmap. */
  private final int[] ranks;

  /** The physical page where each piece begins. */
  private final int[] pieces;

  private final int count;

  /**
   * A packing.
   *
   * @param units bitmap of what is packed; never changed from now on
   * @param pieces physical offset of each piece, in pages
   */
  Packing(int unitBytes, long[] units, int[] pieces) {
    this.unitBytes = unitBytes;
    this.units = units;
    this.pieces = pieces;
    this.ranks = new int[units.length];
    int sum = 0;
    for (int word = 0; word < units.length; word++) {
      ranks[word] = sum;
      sum += Long.bitCount(units[word]);
    }
    this.count = sum;
    if (pieces.length != piecesOf((long) count * unitBytes)) {
      throw new IllegalArgumentException(
          pieces.length + " pieces for " + count + " units of " + unitBytes + " bytes");
    }
  }

  /** The pieces of so many bytes. */
  static int piecesOf(long bytes) {
    return Math.toIntExact((bytes + PIECE_BYTES - 1) / PIECE_BYTES);
  }

  /** Reads what {@link #encode} wrote. */
  static Packing decode(int unitBytes, int units, ByteBuffer bytes) {
    long[] map = new long[Bitmaps.words(units)];
    for (int i = 0; i < map.length; i++) {
      map[i] = bytes.getLong();
    }
    int[] pieces = new int[piecesOf((long) Bitmaps.count(map) * unitBytes)];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = bytes.getInt();
    }
    return new Packing(unitBytes, map, pieces);
  }

  void encode(ByteBuffer bytes) {
    for (long word : units) {
      bytes.putLong(word);
    }
    for (int piece : pieces) {
      bytes.putInt(piece);
    }
  }

  /** Whether all units of a bitmap were packed. */
  boolean hasAll(long[] map) {
    for (int i = 0; i < map.length; i++) {
      if ((map[i] & ~units[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  int encodedBytes() {
    return units.length * Long.BYTES + pieces.length * Integer.BYTES;
  }

  /** Bytes of all units that were packed. */
  long bytes() {
    return (long) count * unitBytes;
  }

  int pieces() {
    return pieces.length;
  }

  /** Physical offset of a piece. */
  long pieceOffset(int piece) {
    return Integer.toUnsignedLong(pieces[piece]) * Geometry.PAGE_BYTES;
  }

  /** Pages of a piece; the last may have fewer than the others. */
  int piecePages(int piece) {
    long left = bytes() - (long) piece * PIECE_BYTES;
    return Geometry.pages(Math.min(left, PIECE_BYTES));
  }

  /**
   * Physical offset of a byte.
   *
   * @param within the segment, as if it was not packed
   */
  long offset(long within) throws CapsaCorruptException {
    long at = packed(within);
    return pieceOffset((int) (at / PIECE_BYTES)) + at % PIECE_BYTES;
  }

  private long packed(long within) throws CapsaCorruptException {
    int unit = (int) (within / unitBytes);
    if (unit >= units.length * 64 || !Bitmaps.get(units, unit)) {
      throw new CapsaCorruptException("unit " + unit + " of a packed segment was not packed");
    }
    int word = unit >>> 6;
    int rank = ranks[word] + Long.bitCount(units[word] & (1L << unit) - 1);
    return (long) rank * unitBytes + within % unitBytes;
  }

  /** Reads bytes of consecutive units, from a byte of the segment on. */
  void read(BaseStore base, long within, ByteBuffer destination) throws IOException {
    if (!destination.hasRemaining()) {
      return;
    }
    long at = packed(within);
    long last = within + destination.remaining() - 1;
    if (packed(last) - at != last - within) {
      throw new CapsaCorruptException(
          "bytes " + within + " to " + last + " of a packed segment were not packed together");
    }
    int limit = destination.limit();
    while (destination.position() < limit) {
      int inPiece = (int) (at % PIECE_BYTES);
      int bytes = Math.min(limit - destination.position(), PIECE_BYTES - inPiece);
      destination.limit(destination.position() + bytes);
      base.read(pieceOffset((int) (at / PIECE_BYTES)) + inPiece, destination);
      at += bytes;
    }
    destination.limit(limit);
  }
}
