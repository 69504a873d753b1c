package dev.capsa.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The identity of an object: kind (4 bits), generation (16), segment (28), slot (16). The offset is
 * derived from it; there is no object map. The generation is the low 16 bits of the sequence that
 * the object was written in, so that an old id does not name the slot's next object.
 *
 * @param value the 64 bits; positive in every id that a store hands out
 */
public record ObjectId(long value) implements Comparable<ObjectId> {
  static final int NODE = 2;
  static final int GRAINS = 3;
  static final int BLOCKS = 4;
  static final int SLOT = 5;
  static final int SLOT_IN_GRAINS = 6;

  private static final int KIND_SHIFT = 60;
  private static final int GENERATION_SHIFT = 44;
  private static final int SEGMENT_SHIFT = 16;

  static ObjectId of(int kind, long birth, int segment, int slot) {
    return new ObjectId(
        (long) kind << KIND_SHIFT
            | (birth & 0xffff) << GENERATION_SHIFT
            | (long) segment << SEGMENT_SHIFT
            | slot);
  }

  /**
   * Reads what {@link #toBytes} made.
   *
   * @throws IllegalArgumentException if there are not 8 bytes
   */
  public static ObjectId ofBytes(byte[] bytes) {
    if (bytes.length != Long.BYTES) {
      throw new IllegalArgumentException("an id has " + Long.BYTES + " bytes, not " + bytes.length);
    }
    return new ObjectId(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }

  /** The value as 8 bytes, little-endian. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  int kind() {
    return (int) (value >>> KIND_SHIFT);
  }

  int generation() {
    return (int) (value >>> GENERATION_SHIFT) & 0xffff;
  }

  int segment() {
    return (int) (value >>> SEGMENT_SHIFT) & (Geometry.MOST_SEGMENTS - 1);
  }

  int slot() {
    return (int) value & 0xffff;
  }

  /** By value: ids that were allocated together lie together. */
  @Override
  public int compareTo(ObjectId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "object " + kind() + ":" + segment() + ":" + slot() + "#" + generation();
  }
}
