package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param reclaimableBytes that dropped revisions have left, and commits to come will free
 * @param metadataBytes header, rings, the pages of the container's state, the index of kept
 *     revisions and their dead lists
 * @param freeBytes all else; some of it may wait for its reuse
 */
public record StoreUsage(
    long lengthBytes,
    long liveBytes,
    long keptBytes,
    Map<String, Long> uniqueBytes,
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
      for (int at = 0; at < table.count(); at++) {
        Segment segment = table.get(at);
        if (segment.kind() != SegmentKind.META) {
          units += (long) segment.used() * segment.unitBytes();
        }
      }
      long length = base.length();
      long ring = Math.max(0, length - Geometry.startOf(Geometry.RING_SEGMENT));
      long state = Geometry.SMALL_SEGMENT_BYTES + Math.min(Geometry.SMALL_SEGMENT_BYTES, ring);
      for (CommitRecord.MetaSegment meta : record.metaSegments()) {
        state += (long) Bitmaps.count(meta.bitmap()) * Geometry.PAGE_BYTES;
      }
      return new Allocated(length, record, units, state);
    }
  }

  /** Walks the kept state; what it reaches is pinned. */
  static StoreUsage of(Space space, Allocated allocated) throws IOException {
    Kept kept = new Kept();
    CommitRecord record = allocated.record;
    new KeptWalk(StateObjects.of(space), record.kept(), record.sequence(), kept).run();
    if (kept.fault != null) {
      throw new CapsaCorruptException("kept revisions: " + kept.fault);
    }
    Map<String, Long> unique = new LinkedHashMap<>();
    kept.names.forEach((sequence, name) -> unique.put(name, kept.unique.get(sequence)));
    long live = allocated.unitBytes - kept.heldBytes - kept.garbageBytes - kept.objectBytes;
    long metadata = allocated.stateBytes + kept.objectBytes;
    return new StoreUsage(
        allocated.lengthBytes,
        live,
        kept.heldBytes,
        Collections.unmodifiableMap(unique),
        kept.garbageBytes,
        metadata,
        allocated.freeBytes());
  }

  /** Adds up dead lists: a reference belongs to the list of its last holder. */
  private static final class Kept implements KeptWalk.Visitor {
    private final TreeMap<Long, String> names = new TreeMap<>();
    private final Map<Long, Long> unique = new TreeMap<>();
    private long heldBytes;
    private long garbageBytes;
    private long objectBytes;
    private @Nullable String fault;

    @Override
    public void object(Link link) {
      objectBytes +=
          (long) MultiStore.grains(link.pointer().length()) * SegmentKind.GRAIN.unitBytes();
    }

    @Override
    public void revision(KeptRevision revision) {
      names.put(revision.sequence(), revision.name());
      unique.put(revision.sequence(), 0L);
    }

    @Override
    public void dead(long list, long birth, long run) {
      SegmentKind kind = SegmentKind.values()[DeadRuns.kind(run)];
      long bytes = (long) DeadRuns.count(run) * kind.unitBytes();
      Long before = names.lowerKey(list);
      if (birth > list) {
        garbageBytes += bytes;
        return;
      }
      heldBytes += bytes;
      if (before == null || before < birth) {
        unique.merge(list, bytes, Long::sum);
      }
    }

    @Override
    public void fault(String what) {
      fault = fault == null ? what : fault;
    }
  }
}
