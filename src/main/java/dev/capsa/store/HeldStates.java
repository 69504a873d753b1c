package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.raw.ReadState;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds, at the first write of an opening, the space that is free in the newest state and reached
 * by an older one that a reader holds: the writer that freed it is gone, and with it the knowledge.
 * Marks it busy, segment by segment, by comparing the bitmaps of both states. Of a reader that has
 * not chosen its state, or whose state does not verify, all that is free is taken.
 *
 * <p>Runs once per opening, under the store's allocation lock, before segments are handed to the
 * allocators. Without readers that look back it costs nothing.
 */
final class HeldStates {
  private final BaseStore base;
  private final SegmentTable table;
  private final RootAllocator root;
  private final Runs taken = new Runs();

  /**
   * @param table of the newest state; bitmaps of META segments are loaded
   * @param root knows what places the newest state takes
   */
  HeldStates(BaseStore base, SegmentTable table, RootAllocator root) {
    this.base = base;
    this.root = root;
    this.table = table;
  }

  /** Marks as busy what the states reach; returns the units that were free. */
  Runs take(List<ReadState> states) throws IOException {
    for (ReadState state : states) {
      if (state.sequence() >= base.sequence()) {
        continue;
      }
      if (state.equals(ReadState.ALL)) {
        takeAll();
        return taken;
      }
      try {
        take(state);
      } catch (CapsaCorruptException | EOFException e) {
        takeAll();
        return taken;
      }
    }
    return taken;
  }

  private void take(ReadState state) throws IOException {
    CommitRecord record =
        base.recordAt(
            new RecordPointer(
                state.recordOffset(),
                state.recordLength(),
                state.recordChecksum(),
                state.sequence()));
    SegmentTable old = new SegmentTable(base, record);
    for (CommitRecord.MetaSegment meta : record.metaSegments()) {
      old.get(meta.segment()).loadMeta(meta.bitmap());
    }
    for (int number = 0; number < old.count(); number++) {
      Segment was = old.get(number);
      if (was.kind() != SegmentKind.META && was.used() > 0) {
        old.withPage(was);
      }
      BlockAllocator units = was.allocator();
      if (units != null && units.used() > 0) {
        take(was, units.live());
      }
    }
  }

  private void take(Segment was, long[] live) throws IOException {
    if (was.isPacked()) {
      return; // what it holds lies in HOST segments
    }
    Segment now = table.get(was.number);
    int place = Geometry.placeOf(was.physicalOffset);
    if (isUnused(now) && root.hold(place)) {
      root.releasePlace(place);
      now.physicalOffset = was.physicalOffset;
      now.assign(was.kind(), was.unitBytes());
      root.addTaken(now);
    } else if (isUnused(now) || now.isPacked() || now.physicalOffset != was.physicalOffset) {
      holdPlace(place);
      return;
    } else if (now.kind() != was.kind() || now.unitBytes() != was.unitBytes()) {
      takeAll(now);
      return;
    }
    BlockAllocator units = unitsOf(now);
    if (units == null) {
      return;
    }
    for (int at = Bitmaps.nextSet(live, 0, was.units());
        at < was.units();
        at = Bitmaps.nextSet(live, at + 1, was.units())) {
      if (!units.isBusy(at, 1)) {
        take(now.number, units, at, 1);
      }
    }
  }

  private void holdPlace(int place) {
    if (root.hold(place)) {
      taken.add(place, MultiStore.A_PLACE, 1);
    }
  }

  private static boolean isUnused(Segment segment) {
    return segment.allocator() == null && segment.used() == 0;
  }

  /** Null for a segment whose page is damaged: nothing can be allocated there anyway. */
  private @Nullable BlockAllocator unitsOf(Segment segment) throws IOException {
    try {
      return table.withPage(segment).allocator();
    } catch (CapsaCorruptException e) {
      return null;
    }
  }

  private void take(int segment, BlockAllocator units, int from, int count) {
    units.take(from, count);
    taken.add(segment, from, count);
  }

  private void takeAll() throws IOException {
    for (int number = 0; number < table.count(); number++) {
      if (Geometry.usable(number) && !(isUnused(table.get(number)) && root.isTaken(number))) {
        takeAll(table.get(number));
      }
    }
    for (int place = 0; place < table.count(); place++) {
      holdPlace(place);
    }
  }

  private void takeAll(Segment segment) throws IOException {
    if (isUnused(segment)) {
      segment.physicalOffset = Geometry.startOf(segment.number);
      segment.assign(SegmentKind.BLOCK, BlockRun.BLOCK_BYTES);
      root.addTaken(segment);
    }
    BlockAllocator units = unitsOf(segment);
    while (units != null && units.free() > 0) {
      int from = units.longestRun(units.units());
      take(segment.number, units, from, units.runAt(from, units.units()));
    }
  }
}
