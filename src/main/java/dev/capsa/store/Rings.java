package dev.capsa.store;

import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The root slots of a container as an opening finds them. Of two with one sequence, which lead to
 * one state, the one that states more as forced counts as newer. A slot has the same place in each
 * ring; the next one goes to the place after the newest, whatever its sequence.
 */
final class Rings {
  private final Map<RootSlot, Integer> places =
      new TreeMap<>(
          RootSlot.NEWEST_FIRST
              .thenComparing(RootSlot::lastForced, Comparator.reverseOrder())
              .thenComparingLong(each -> each.record().offset()));

  /** The state to open must be at this sequence or above. */
  long mustReach;

  /** Highest sequence that any slot states. */
  long highestSequence;

  /** Highest epoch that any slot states. */
  long highestEpoch;

  /** Reads the slots whose checksum and uuid hold, whatever else is wrong with them. */
  static Rings read(RawStorage raw, ByteBuffer head, long length, UUID uuid) throws IOException {
    Rings rings = new Rings();
    for (int i = 0; i < 2 * SlotLayout.RING_SLOTS; i++) {
      int sector = SlotLayout.RING_A_SECTOR + i;
      if ((sector + 1) * Geometry.PAGE_BYTES <= head.limit()) {
        rings.add(RootSlot.decode(BaseStore.sector(head, sector), uuid), i % SlotLayout.RING_SLOTS);
      }
    }
    if (length > Geometry.RING_C_FROM_BYTES) {
      ByteBuffer ring = ByteBuffer.allocate(SlotLayout.RING_SLOTS * Geometry.PAGE_BYTES);
      raw.read(Geometry.startOf(Geometry.RING_SEGMENT), ring);
      for (int i = 0; i < SlotLayout.RING_SLOTS; i++) {
        rings.add(RootSlot.decode(BaseStore.sector(ring, i), uuid), i);
      }
    }
    return rings;
  }

  private void add(@Nullable RootSlot slot, int place) {
    if (slot != null) {
      places.put(slot, place);
      mustReach = Math.max(mustReach, slot.vouchesFor());
      highestSequence = Math.max(highestSequence, slot.sequence());
      highestEpoch = Math.max(highestEpoch, slot.epoch());
    }
  }

  /** The slots by (epoch, sequence), descending. */
  List<RootSlot> newestFirst() {
    return List.copyOf(places.keySet());
  }

  /** The newest slot found at the place before one; null if there is none. */
  @Nullable RootSlot before(int place) {
    int wanted = (place + SlotLayout.RING_SLOTS - 1) % SlotLayout.RING_SLOTS;
    return newestFirst().stream().filter(slot -> indexOf(slot) == wanted).findFirst().orElse(null);
  }

  /** The place of a slot in each ring; the last place for a slot that is in none. */
  int indexOf(RootSlot slot) {
    return places.getOrDefault(slot, SlotLayout.RING_SLOTS - 1);
  }
}
