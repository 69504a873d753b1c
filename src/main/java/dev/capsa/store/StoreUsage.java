package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a container are for, as of its newest commit. Each byte of the medium counts in
 * just one of live, kept, reclaimable, metadata and free. Space is counted in whole units: blocks
 * of 4 KiB, grains of 64 bytes, nodes of 16 KiB, slots.
 *
 * @param lengthBytes of the medium
 * @param liveBytes that the newest state reaches: nodes of the catalog, objects, blocks
 * @param keptBytes that kept revisions reach and the newest state does not
 * @param uniqueBytes by the names of the kept revisions, the oldest first: what the revision alone
 *     reaches, no other one nor the newest state; dropping it alone frees so much
 * @param sharedBytes of the live bytes those of blocks to which the newest state has several
 *     references, counted once
 * @param reclaimableBytes that dropped revisions have left, and commits to come will free
 * @param metadataBytes header, rings, the pages of the container's state, the index of kept
 *     revisions and their dead lists, the counts of shared blocks, and what packed segments take
 *     beyond what is in use of them
 * @param freeBytes all else; some of it may wait for its reuse
 */
public record StoreUsage(
    long lengthBytes,
    long liveBytes,
    long keptBytes,
    Map<String, Long> uniqueBytes,
    long sharedBytes,
    long reclaimableBytes,
    long metadataBytes,
    long freeBytes) {

  /** What the segment table and the record tell; nothing is written meanwhile. */
  record Allocated(long lengthBytes, CommitRecord record, long unitBytes, long stateBytes) {
    long freeBytes() {
      return lengthBytes - unitBytes - stateBytes;
    }

    static Allocated of(BaseStore base, SegmentTable table) throws IOException {
      CommitRecord record = base.record();
      long units = 0;
      long hosts = 0;
      for (int at = 0; at < table.count(); at++) {
        Segment segment = table.get(at);
        long bytes = (long) segment.used() * segment.unitBytes();
        if (segment.kind() == SegmentKind.HOST) {
          hosts += bytes;
        } else if (segment.kind() != SegmentKind.META) {
          units += bytes;
          hosts -= segment.isPacked() ? bytes : 0;
        }
      }
      long length = base.length();
      long ring = Math.max(0, length - Geometry.startOf(Geometry.RING_SEGMENT));
      long state =
          hosts + Geometry.SMALL_SEGMENT_BYTES + Math.min(Geometry.SMALL_SEGMENT_BYTES, ring);
      for (CommitRecord.MetaSegment meta : record.metaSegments()) {
        state += (long) Bitmaps.count(meta.bitmap()) * Geometry.PAGE_BYTES;
      }
      return new Allocated(length, record, units, state);
    }
  }

  /** Walks the kept state and the share counts; what they reach is pinned. */
  static StoreUsage of(Space space, Allocated allocated) throws IOException {
    CommitRecord record = allocated.record;
    StateObjects objects = StateObjects.of(space);
    Shares shares = new Shares();
    new StateIndex(objects, IndexLayout.SHARE_MAGIC, record.shares().index()).visit(shares);
    Kept kept = new Kept(new SharedUsage(shares.items));
    new KeptWalk(objects, record.kept(), record.sequence(), kept).run();
    kept.shared.sum(kept.names, kept);
    String fault = shares.fault == null ? kept.fault : shares.fault;
    if (fault != null) {
      throw new CapsaCorruptException("the state of the container: " + fault);
    }
    Map<String, Long> unique = new LinkedHashMap<>();
    kept.names.forEach((sequence, name) -> unique.put(name, kept.unique.get(sequence)));
    long objectBytes = shares.objectBytes + kept.objectBytes;
    return new StoreUsage(
        allocated.lengthBytes,
        allocated.unitBytes - kept.heldBytes - kept.garbageBytes - objectBytes,
        kept.heldBytes,
        Collections.unmodifiableMap(unique),
        kept.sharedBytes,
        kept.garbageBytes,
        allocated.stateBytes + objectBytes,
        allocated.freeBytes());
  }

  private static long bytesOf(Link link) {
    return (long) MultiStore.grains(link.pointer().length()) * SegmentKind.GRAIN.unitBytes();
  }

  /** Takes in the counts of what is shared. */
  private static final class Shares implements StateIndex.Visitor {
    private final List<UnitShare> items = new ArrayList<>();
    private long objectBytes;
    private @Nullable String fault;

    @Override
    public void node(Link link) {
      objectBytes += bytesOf(link);
    }

    @Override
    public void item(byte[] key, byte[] value) {
      try {
        items.add(UnitShare.decode(key, value));
      } catch (CapsaCorruptException e) {
        fault = e.getMessage();
      }
    }

    @Override
    public void fault(Link link, IOException cause) {
      fault = "share counts: " + cause.getMessage();
    }
  }

  /** Adds up dead lists: a reference belongs to the list of its last holder. */
  private static final class Kept implements KeptWalk.Visitor, SharedUsage.Sums {
    private final SharedUsage shared;
    private final TreeMap<Long, String> names = new TreeMap<>();
    private final Map<Long, Long> unique = new TreeMap<>();
    private long heldBytes;
    private long garbageBytes;
    private long sharedBytes;
    private long objectBytes;
    private @Nullable String fault;

    Kept(SharedUsage shared) {
      this.shared = shared;
    }

    @Override
    public void object(Link link) {
      objectBytes += bytesOf(link);
    }

    @Override
    public void revision(KeptRevision revision) {
      names.put(revision.sequence(), revision.name());
      unique.put(revision.sequence(), 0L);
    }

    @Override
    public void dead(long list, long birth, long run) {
      SegmentKind kind = SegmentKind.values()[DeadRuns.kind(run)];
      int count = DeadRuns.count(run);
      if (SharedUnits.has(kind)) {
        long first = SharedUnits.of(kind, DeadRuns.segment(run), DeadRuns.from(run));
        shared.dead(list, birth, first, count, units -> add(list, birth, kind, units));
      } else {
        add(list, birth, kind, count);
      }
    }

    /** Adds units that this reference alone leads to. */
    private void add(long list, long birth, SegmentKind kind, long units) {
      long bytes = units * kind.unitBytes();
      if (birth > list) {
        garbageBytes += bytes;
        return;
      }
      heldBytes += bytes;
      Long before = names.lowerKey(list);
      if (before == null || before < birth) {
        unique.merge(list, bytes, Long::sum);
      }
    }

    @Override
    public void live(long bytes, boolean several) {
      sharedBytes += several ? bytes : 0;
    }

    @Override
    public void held(long bytes, @Nullable Long holder) {
      heldBytes += bytes;
      if (holder != null) {
        unique.merge(holder, bytes, Long::sum);
      }
    }

    @Override
    public void garbage(long bytes) {
      garbageBytes += bytes;
    }

    @Override
    public void fault(String what) {
      fault = fault == null ? what : fault;
    }
  }
}
