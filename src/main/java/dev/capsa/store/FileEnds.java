package dev.capsa.store;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Where in the file that lies which must stay when it is cut. Guarded by the allocation lock. */
final class FileEnds implements Trimming.Ends {
  private final BaseStore base;
  private final SegmentTable table;
  private final RootAllocator root;
  private final Reserve reserve;
  private final MappedBlocks mapped;
  private final ReentrantLock allocation;
  private final Runnable release;

  /** The user wants the file to be so long, until it is closed. */
  private long leastLength = Geometry.LEAST_BYTES;

  FileEnds(
      BaseStore base,
      SegmentTable table,
      RootAllocator root,
      Reserve reserve,
      MappedBlocks mapped,
      ReentrantLock allocation,
      Runnable release) {
    this.base = base;
    this.table = table;
    this.root = root;
    this.reserve = reserve;
    this.mapped = mapped;
    this.allocation = allocation;
    this.release = release;
  }

  /** Has the file not be cut shorter than this until it is closed. */
  void keep(long length) {
    leastLength = length;
  }

  @Override
  public long needed() throws IOException {
    allocation.lock();
    try {
      long end = Math.max(leastLength, Math.max(reserve.end(), mapped.endBytes()));
      int last = root.lastInUse(Integer.MAX_VALUE);
      return last < 0 ? end : Math.max(end, busyEnd(last));
    } finally {
      allocation.unlock();
    }
  }

  private long busyEnd(int place) throws IOException {
    Segment segment = root.owner(place);
    BlockAllocator units = segment == null ? null : segment.allocator();
    long bytes =
        units == null || segment == null
            ? Geometry.bytesOf(place)
            : (long) units.busyEnd() * segment.unitBytes();
    return Geometry.startOf(place) + bytes;
  }

  @Override
  public long live() throws IOException {
    allocation.lock();
    try {
      int at = root.lastInUse(Integer.MAX_VALUE);
      for (; at >= 0; at = root.lastInUse(at)) {
        Segment segment = root.owner(at);
        long end = segment == null ? 0 : liveEnd(segment);
        if (end > 0) {
          return Math.max(leastLength, end);
        }
      }
      return leastLength;
    } finally {
      allocation.unlock();
    }
  }

  /** Physical end of what the newest commit reaches or a user has mapped, from the table alone. */
  long used() throws IOException {
    long end = Math.min(base.length(), mapped.endBytes());
    for (int at = 0; at < table.count(); at++) {
      end = Math.max(end, liveEnd(table.get(at)));
    }
    return end;
  }

  /** Physical end of what the newest commit reaches in a segment; 0 if it is nothing. */
  private static long liveEnd(Segment segment) {
    if (segment.isPacked()) {
      return 0;
    }
    BlockAllocator units = segment.allocator();
    if (units != null && units.used() > 0) {
      long used = (long) Bitmaps.length(units.live()) * segment.unitBytes();
      return segment.physicalOffset + used;
    }
    boolean unknown = units == null && segment.used() > 0;
    return unknown ? segment.physicalOffset + segment.bytes() : 0;
  }

  @Override
  public void release() {
    allocation.lock();
    try {
      release.run();
    } finally {
      allocation.unlock();
    }
  }

  @Override
  public void cut(long end) throws IOException {
    allocation.lock();
    try {
      if (needed() <= end) {
        base.cut(end);
      }
    } finally {
      allocation.unlock();
    }
  }
}
