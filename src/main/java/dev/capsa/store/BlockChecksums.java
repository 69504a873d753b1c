package dev.capsa.store;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The CRC32C of each block of a segment, and which blocks were verified since this opening. Written
 * by the open batch before anybody can reach the block; read by any thread under a pin.
 */
final class BlockChecksums {
  private final int[] crcs;
  private final AtomicLongArray verified;

  /** Whether somebody asked since it was last looked at; a hint, without order among threads. */
  private boolean used = true;

  /** Guarded by {@link ChecksumPages}. */
  private boolean resident;

  BlockChecksums(int[] crcs) {
    this.crcs = crcs;
    this.verified = new AtomicLongArray(Bitmaps.words(crcs.length));
  }

  /** Notes that somebody asks. */
  void use() {
    if (!used) {
      used = true;
    }
  }

  /** Whether somebody asked since the last call. */
  boolean takeUse() {
    boolean was = used;
    used = false;
    return was;
  }

  /** Whether it was not counted among the pages in memory, as it is now. */
  boolean beginResidence() {
    boolean was = resident;
    resident = true;
    return !was;
  }

  void endResidence() {
    resident = false;
  }

  /** Memory, about. */
  long heapBytes() {
    return crcs.length * 4L + verified.length() * 8L + 128;
  }

  int get(int block) {
    return crcs[block];
  }

  int count() {
    return crcs.length;
  }

  /** Records a block's new content, written and not yet read back. */
  void set(int block, int crc) {
    verified.getAndAccumulate(block >>> 6, 1L << block, (word, bit) -> word & ~bit);
    crcs[block] = crc;
  }

  boolean isVerified(int block) {
    return (verified.get(block >>> 6) & 1L << block) != 0;
  }

  void setVerified(int block) {
    verified.getAndAccumulate(block >>> 6, 1L << block, (word, bit) -> word | bit);
  }
}
