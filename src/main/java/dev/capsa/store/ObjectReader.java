package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads nodes and objects in grains, and checks them. An object that is read part by part is
 * checked as a whole, and not again as long as its cell in a small table says so. Safe for any
 * number of threads, each under a pin.
 */
final class ObjectReader {
  private static final int VERIFIED = 4096;

  private final BaseStore base;
  private final SegmentTable table;
  private final AtomicLongArray verified = new AtomicLongArray(VERIFIED);

  ObjectReader(BaseStore base, SegmentTable table) {
    this.base = base;
    this.table = table;
  }

  /** As {@link Space#readNode}. */
  byte[] node(ObjectPointer pointer) throws IOException {
    if (pointer.length() < 1 || pointer.length() > Space.MAX_NODE_BYTES) {
      throw new CapsaCorruptException("node pointer with length " + pointer.length());
    }
    byte[] content = new byte[pointer.length()];
    ByteBuffer buffer = ByteBuffer.wrap(content);
    ObjectId id = new ObjectId(pointer.id());
    Segment segment = table.get(id.segment());
    long within = (long) id.slot() * ContainerHeader.NODE_BYTES;
    table.read(segment, within + ObjectLayout.HEADER_BYTES, buffer);
    verify(pointer, buffer.flip(), segment, within);
    return content;
  }

  /** As {@link Space#readObject}. */
  void object(ObjectPointer pointer, int offset, ByteBuffer destination) throws IOException {
    if (offset < 0 || destination.remaining() > pointer.length() - offset) {
      throw new IllegalArgumentException(
          "range "
              + offset
              + "+"
              + destination.remaining()
              + " of an object of "
              + pointer.length()
              + " bytes");
    }
    ObjectId id = new ObjectId(pointer.id());
    Segment segment = table.get(id.segment());
    long within = (long) id.slot() * SegmentKind.GRAIN.unitBytes();
    long signature = signature(pointer);
    int cell = (int) (signature >>> 52) & (VERIFIED - 1);
    if (base.protectsReads() && verified.get(cell) == signature) {
      table.read(segment, within + offset, destination);
    } else if (destination.remaining() == pointer.length()) {
      ByteBuffer whole = destination.slice();
      table.read(segment, within, destination);
      verify(pointer, whole, segment, within);
    } else {
      ByteBuffer whole = ByteBuffer.allocate(pointer.length());
      table.read(segment, within, whole);
      verify(pointer, whole.flip(), segment, within);
      destination.put(whole.slice(offset, destination.remaining()));
      verified.set(cell, signature);
    }
  }

  private static long signature(ObjectPointer pointer) {
    long mixed = (pointer.id() * 31 + pointer.birth()) * 31 + pointer.checksum();
    return (mixed ^ mixed >>> 29) * 0x9E3779B97F4A7C15L | 1;
  }

  private void verify(ObjectPointer pointer, ByteBuffer content, Segment segment, long within)
      throws IOException {
    if (Checksums.checksum64(content, pointer.id(), pointer.birth()) != pointer.checksum()) {
      throw base.mismatch(
          new ObjectId(pointer.id())
              + " at "
              + table.offset(segment, within)
              + "+"
              + pointer.length()
              + " does not match its checksum");
    }
  }
}
