package dev.capsa.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A root slot: names a state and says what was durable when it was written.
 *
 * @param epoch number of the writable opening
 * @param sequence number of this slot, rising by one per slot
 * @param lastForced highest sequence known to be durable when the slot was written
 * @param leastLength bytes that the file must have for the slot to count
 * @param forced whether everything that the record reaches was forced before
 * @param record where the commit record is
 * @param features bits of incompatibleFeatures that its state needs
 */
record RootSlot(
    long epoch,
    long sequence,
    long lastForced,
    long leastLength,
    boolean forced,
    RecordPointer record,
    long features) {
  /** "CAPSROOT", as a little-endian long. */
  static final long MAGIC = 0x544f4f5253504143L;

  /** Newest first. */
  static final Comparator<RootSlot> NEWEST_FIRST =
      Comparator.comparingLong(RootSlot::epoch).thenComparingLong(RootSlot::sequence).reversed();

  /** Bit of incompatibleFeatures: segments are packed, or not at the place of their number. */
  static final long PACKED = 4;

  /** Bits of incompatibleFeatures that this version knows. */
  private static final long KNOWN_FEATURES = KeptState.FEATURE | ShareState.FEATURE | PACKED;

  /** Bits of incompatibleFeatures that this version does not know. */
  long unknownFeatures() {
    return features & ~KNOWN_FEATURES;
  }

  /** The sequence that must not be lost once this slot is seen. */
  long vouchesFor() {
    return forced ? sequence : lastForced;
  }

  /** The sector's bytes. */
  ByteBuffer encode(UUID uuid) {
    ByteBuffer sector = ByteBuffer.allocate(Geometry.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    sector.putLong(SlotLayout.SLOT_MAGIC, MAGIC);
    sector.putLong(SlotLayout.SLOT_UUID, uuid.getMostSignificantBits());
    sector.putLong(SlotLayout.SLOT_UUID + 8, uuid.getLeastSignificantBits());
    sector.putLong(SlotLayout.EPOCH, epoch);
    sector.putLong(SlotLayout.SEQUENCE, sequence);
    sector.putLong(SlotLayout.LAST_FORCED, lastForced);
    sector.putLong(SlotLayout.LEAST_LENGTH, leastLength);
    sector.putLong(SlotLayout.RECORD_OFFSET, record.offset());
    sector.putInt(SlotLayout.RECORD_LENGTH, record.length());
    sector.putInt(SlotLayout.SLOT_FLAGS, forced ? SlotLayout.FLAG_FORCED : 0);
    sector.putLong(SlotLayout.RECORD_CHECKSUM, record.checksum());
    sector.putLong(SlotLayout.RECORD_SEQUENCE, record.sequence());
    sector.putLong(SlotLayout.INCOMPATIBLE_FEATURES, features);
    sector.putInt(SlotLayout.SLOT_CRC, Checksums.masked(sector.slice(0, SlotLayout.SLOT_CRC)));
    return sector;
  }

  /** The slot in a sector, or null if there is none that verifies. */
  static @Nullable RootSlot decode(ByteBuffer sector, UUID uuid) {
    sector.order(ByteOrder.LITTLE_ENDIAN);
    if (sector.getLong(SlotLayout.SLOT_MAGIC) != MAGIC
        || sector.getInt(SlotLayout.SLOT_CRC)
            != Checksums.masked(sector.slice(0, SlotLayout.SLOT_CRC))
        || sector.getLong(SlotLayout.SLOT_UUID) != uuid.getMostSignificantBits()
        || sector.getLong(SlotLayout.SLOT_UUID + 8) != uuid.getLeastSignificantBits()) {
      return null;
    }
    return new RootSlot(
        sector.getLong(SlotLayout.EPOCH),
        sector.getLong(SlotLayout.SEQUENCE),
        sector.getLong(SlotLayout.LAST_FORCED),
        sector.getLong(SlotLayout.LEAST_LENGTH),
        (sector.getInt(SlotLayout.SLOT_FLAGS) & SlotLayout.FLAG_FORCED) != 0,
        new RecordPointer(
            sector.getLong(SlotLayout.RECORD_OFFSET),
            sector.getInt(SlotLayout.RECORD_LENGTH),
            sector.getLong(SlotLayout.RECORD_CHECKSUM),
            sector.getLong(SlotLayout.RECORD_SEQUENCE)),
        sector.getLong(SlotLayout.INCOMPATIBLE_FEATURES));
  }
}
