package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Consecutive units to which equally many references lead: blocks, or, inside of a store, grains.
 *
 * @param start first block; or number of the first grain, as {@link SharedUnits} counts
 * @param length number of units, at least 1
 * @param count references to each: those of the newest state, and those that only kept revisions,
 *     or dropped ones, still have
 */
public record UnitShare(long start, long length, int count) {
  /** The unit after the last one. */
  public long end() {
    return start + length;
  }

  /** The units of this that lie in a range which has some of them. */
  UnitShare within(long from, long to) {
    long first = Math.max(start, from);
    return new UnitShare(first, Math.min(end(), to) - first, count);
  }

  boolean continuesWith(UnitShare next) {
    return end() == next.start && count == next.count;
  }

  UnitShare joinedWith(UnitShare next) {
    return new UnitShare(start, length + next.length, count);
  }

  /** The key of an item of the index; ascends with the unit. */
  static byte[] key(long unit) {
    return ByteBuffer.allocate(Long.BYTES).putLong(unit).array();
  }

  /** The value of an item of the index. */
  byte[] value() {
    return ByteBuffer.allocate(ShareItemLayout.ITEM_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .putInt(count)
        .array();
  }

  /** Reads an item of the index. */
  static UnitShare decode(byte[] key, byte[] value) throws CapsaCorruptException {
    if (key.length != Long.BYTES || value.length != ShareItemLayout.ITEM_BYTES) {
      throw new CapsaCorruptException(
          "an item of the share index with " + key.length + " and " + value.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    UnitShare share = new UnitShare(ByteBuffer.wrap(key).getLong(), in.getLong(), in.getInt());
    SharedUnits.require(share);
    return share;
  }
}
