package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.tree.ItemKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Which revisions are kept without being asked for (docs/FORMAT.md, "Catalog items: inodes").
 *
 * @param last so many of the newest ones stay
 * @param ageNanos younger ones stay
 * @param everyNanos least time from one to the next
 */
public record RetentionRule(long last, long ageNanos, long everyNanos) {
  /** Keeps none. */
  public static final RetentionRule NONE = new RetentionRule(0, 0, 0);

  /** Checks that nothing is negative. */
  public RetentionRule {
    if (last < 0 || ageNanos < 0 || everyNanos < 0) {
      throw new IllegalArgumentException(
          "retention of " + last + ", " + ageNanos + " ns, every " + everyNanos + " ns");
    }
  }

  /** Whether it keeps any. */
  boolean keepsAny() {
    return last > 0 || ageNanos > 0;
  }

  /** Whether a revision stays: so many are newer, and so old it is. */
  boolean keeps(long newer, long nanosOld) {
    return newer < last || nanosOld < ageNanos;
  }

  /** The key of its item. */
  static byte[] key() {
    return ItemKey.of(0, ItemKey.RETENTION);
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return out.putLong(last).putLong(ageNanos).putLong(everyNanos).array();
  }

  /**
   * The rule of an item.
   *
   * @param value null: there is no item
   */
  public static RetentionRule decode(byte @Nullable [] value) throws CapsaCorruptException {
    if (value == null) {
      return NONE;
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    if (value.length != 3 * Long.BYTES
        || in.getLong(0) < 0
        || in.getLong(Long.BYTES) < 0
        || in.getLong(2 * Long.BYTES) < 0) {
      throw new CapsaCorruptException("a retention of " + value.length + " bytes that is none");
    }
    return new RetentionRule(in.getLong(), in.getLong(), in.getLong());
  }
}
