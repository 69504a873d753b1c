package dev.capsa.repo;

import dev.capsa.CapsaFullException;
import dev.capsa.store.Space;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the memory of uncommitted changes, and sees to it that they fit into the container. An
 * operation claims the most that it may take before it is accepted. One that would exceed the bound
 * waits for a commit; half of the bound starts one. One for which the container has no room waits
 * for commits that may free some, and is refused with nothing accepted if they do not. What removes
 * is never refused: it draws on room that all others leave.
 *
 * <p>Safe for many threads.
 */
final class Admission {
  /** What an operation that finds no room does. */
  interface Relief {
    /** Waits for a commit. */
    void commit() throws IOException;

    /** Asks for a commit soon. */
    void wish();

    /**
     * Waits for a commit even without changes, so that what earlier ones freed can be used.
     *
     * @return false if that was done before, and nothing happened since
     */
    boolean settle() throws IOException;

    /** Whether commits go on to remove what was removed before, so that room will come. */
    boolean clearing();

    /** Nodes of the catalog. */
    long nodes();
  }

  /**
   * Room that was reserved.
   *
   * @param generation attempts to commit until then; each uses up what was reserved before
   */
  private record Reserved(long generation, long bytes) {}

  /** What a commit frees is reused two commits later. */
  private static final int SETTLING_COMMITS = 3;

  /** Reserved at a time, if there is as much. */
  private static final long AHEAD_BYTES = 64 << 10;

  private final Space space;
  private final long limitBytes;
  private final Relief relief;
  private final AtomicLong memoryBytes = new AtomicLong();
  private final Tally tally = new Tally();
  private final ReentrantLock reserving = new ReentrantLock();
  private volatile long generation;
  private volatile Reserved reserved = new Reserved(0, 0);

  Admission(Space space, long limitBytes, Relief relief) {
    this.space = space;
    this.limitBytes = limitBytes;
    this.relief = relief;
  }

  /**
   * Claims memory and room, perhaps after commits.
   *
   * @param removal whether the operation removes something, and adds little
   * @throws CapsaFullException if there is no room; nothing is claimed
   * @throws IOException if a commit failed; nothing is claimed
   */
  void claim(Load load, boolean removal) throws IOException {
    claimMemory(load.memoryBytes(), removal);
    tally.add(load);
    try {
      claimRoom(removal);
    } catch (Throwable e) {
      release(load);
      throw e;
    }
  }

  private void claimMemory(long bytes, boolean removal) throws IOException {
    while (true) {
      long now = memoryBytes.get();
      if (now == 0 || now + bytes <= limitBytes) {
        if (memoryBytes.compareAndSet(now, now + bytes)) {
          if (now < limitBytes / 2 && now + bytes >= limitBytes / 2) {
            relief.wish();
          }
          return;
        }
      } else {
        try {
          relief.commit();
        } catch (CapsaFullException e) {
          if (!removal) {
            throw refused(e);
          }
          memoryBytes.addAndGet(bytes);
          return;
        }
      }
    }
  }

  private void claimRoom(boolean removal) throws IOException {
    int settled = 0;
    while (!reserved()) {
      try {
        reserve();
      } catch (CapsaFullException e) {
        if (removal) {
          return;
        }
        boolean clearing = relief.clearing();
        if ((settled == SETTLING_COMMITS && !clearing) || !settle(e)) {
          throw refused(e);
        }
        settled = clearing ? 0 : settled + 1;
      }
    }
  }

  private boolean settle(CapsaFullException why) throws IOException {
    try {
      return relief.settle();
    } catch (CapsaFullException e) {
      e.addSuppressed(why);
      throw refused(e);
    }
  }

  private static CapsaFullException refused(CapsaFullException why) {
    return new CapsaFullException("nothing was accepted: " + why.getMessage(), why);
  }

  private long room() {
    return Costs.room(tally.sum(), relief.nodes());
  }

  private boolean reserved() {
    Reserved now = reserved;
    return now.generation == generation && room() <= now.bytes;
  }

  private void reserve() throws IOException {
    reserving.lock();
    try {
      if (!reserved()) {
        long begun = generation;
        long room = room();
        try {
          space.reserve(room + AHEAD_BYTES);
          room += AHEAD_BYTES;
        } catch (CapsaFullException e) {
          space.reserve(room);
        }
        reserved = new Reserved(begun, room);
      }
    } finally {
      reserving.unlock();
    }
  }

  /** Gives back what was claimed and is not taken. */
  void release(Load load) {
    memoryBytes.addAndGet(-load.memoryBytes());
    tally.add(Load.NONE.minus(load));
  }

  /** Gives back what a commit has written; it has used up what was reserved. */
  void committed(Load load) {
    release(load);
    generation++;
  }

  /** Memory claimed, in bytes. */
  long memoryBytes() {
    return memoryBytes.get();
  }
}
