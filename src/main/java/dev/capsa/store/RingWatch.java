package dev.capsa.store;

import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at ring A again while the container is open: a reader learns whether its revision may be
 * gone, and a writer whether somebody else writes, too. Each look is one read of 28 KiB.
 */
final class RingWatch {
  private static final int RING_BYTES = SlotLayout.RING_SLOTS * Geometry.PAGE_BYTES;

  private final RawStorage raw;
  private final UUID uuid;

  RingWatch(RawStorage raw, UUID uuid) {
    this.raw = raw;
    this.uuid = uuid;
  }

  /** A slot that is newer by (epoch, sequence) than all that are known; null if there is none. */
  @Nullable RootSlot newerThan(long epoch, long sequence) throws IOException {
    ByteBuffer ring = read();
    for (int place = 0; place < SlotLayout.RING_SLOTS; place++) {
      ByteBuffer sector = BaseStore.sector(ring, place).order(ByteOrder.LITTLE_ENDIAN);
      long found = sector.getLong(SlotLayout.EPOCH);
      if (found > epoch || found == epoch && sector.getLong(SlotLayout.SEQUENCE) > sequence) {
        RootSlot slot = RootSlot.decode(sector, uuid);
        if (slot != null) {
          return slot;
        }
      }
    }
    return null;
  }

  /**
   * Whether a commit after that of a sequence is stated as forced: from then on, what it freed may
   * be overwritten, and not before.
   */
  boolean hasPassed(long sequence) throws IOException {
    ByteBuffer ring = read();
    long forced = 0;
    long next = Long.MAX_VALUE;
    for (int place = 0; place < SlotLayout.RING_SLOTS; place++) {
      RootSlot slot = RootSlot.decode(BaseStore.sector(ring, place), uuid);
      if (slot != null) {
        forced = Math.max(forced, slot.vouchesFor());
        if (slot.record().sequence() > sequence) {
          next = Math.min(next, slot.record().sequence());
        }
      }
    }
    return next <= forced;
  }

  private ByteBuffer read() throws IOException {
    ByteBuffer ring = ByteBuffer.allocate(RING_BYTES);
    raw.read((long) SlotLayout.RING_A_SECTOR * Geometry.PAGE_BYTES, ring);
    return ring.flip();
  }
}
