package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Consecutive blocks to which equally many references lead.
 *
 * @param start first block
 * @param length number of blocks, at least 1
 * @param count references to each: those of the newest state, and those that only kept revisions,
 *     or dropped ones, still have
 */
public record BlockShare(long start, long length, int count) {
  /** The block after the last one. */
  public long end() {
    return start + length;
  }

  /** The blocks of this that lie in a range which has some of them. */
  BlockShare within(long from, long to) {
    long first = Math.max(start, from);
    return new BlockShare(first, Math.min(end(), to) - first, count);
  }

  boolean continuesWith(BlockShare next) {
    return end() == next.start && count == next.count;
  }

  BlockShare joinedWith(BlockShare next) {
    return new BlockShare(start, length + next.length, count);
  }

  /** The key of an item of the index; ascends with the block. */
  static byte[] key(long block) {
    return ByteBuffer.allocate(Long.BYTES).putLong(block).array();
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
  static BlockShare decode(byte[] key, byte[] value) throws CapsaCorruptException {
    if (key.length != Long.BYTES || value.length != ShareItemLayout.ITEM_BYTES) {
      throw new CapsaCorruptException(
          "an item of the share index with " + key.length + " and " + value.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    BlockShare share = new BlockShare(ByteBuffer.wrap(key).getLong(), in.getLong(), in.getInt());
    if (share.start < 1 || share.length < 1 || share.end() < 0 || share.count < 2) {
      throw new CapsaCorruptException("the share index states " + share);
    }
    return share;
  }
}
