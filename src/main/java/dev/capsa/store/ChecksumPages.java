package dev.capsa.store;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which segments have their block checksums in memory, so that those which nobody has asked for
 * lately go when there are too many: a queue with a second chance. What was verified goes with its
 * page, and is verified again. Pages that the open batch may change are pinned: what the file says
 * is not what they say.
 *
 * <p>Nobody waits: a reader that has a page keeps using it, for what its pin keeps from reuse does
 * not change. Safe for many threads; guarded by its lock, which is never held during I/O.
 */
final class ChecksumPages {
  private record Resident(Segment segment, BlockChecksums checksums) {}

  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Resident> residents = new ArrayDeque<>();
  private long bytes;

  /** Pages of at most so many bytes, besides those that are pinned. */
  ChecksumPages(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Takes in a page that was loaded; others may go. */
  void add(Segment segment, BlockChecksums checksums) {
    lock.lock();
    try {
      if (checksums.beginResidence()) {
        residents.add(new Resident(segment, checksums));
        bytes += checksums.heapBytes();
      }
      evict();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the page of a segment, also one that is to come, from going. */
  void pin(Segment segment) {
    lock.lock();
    try {
      segment.setPinned(true);
    } finally {
      lock.unlock();
    }
  }

  /** Lets the page of a segment go again; what it says is in the file, or means nothing. */
  void unpin(Segment segment) {
    lock.lock();
    try {
      segment.setPinned(false);
      BlockChecksums checksums = segment.checksums();
      if (checksums != null) {
        add(segment, checksums);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the pages that may go, and of pinned ones that were loaded. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private void evict() {
    for (int looks = 2 * residents.size(); bytes > mostBytes && looks > 0; looks--) {
      Resident oldest = residents.remove();
      BlockChecksums checksums = oldest.checksums;
      if (oldest.segment.checksums() == checksums
          && (oldest.segment.keepsChecksums() || checksums.takeUse())) {
        residents.add(oldest);
      } else {
        oldest.segment.dropChecksums(checksums);
        checksums.endResidence();
        bytes -= checksums.heapBytes();
      }
    }
  }
}
