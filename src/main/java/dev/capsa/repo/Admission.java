package dev.capsa.repo;

import dev.capsa.CapsaFullException;
import dev.capsa.store.Room;
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
 * <p>What is reserved covers the sum of all that is claimed and not committed, so a commit that is
 * at work may take its part. Each attempt to commit ends it: the next operation reserves again, and
 * what was reserved before holds until then.
 *
 * <p>Safe for many threads.
 */
final class Admission {
  /** What an operation does to the room. */
  enum Kind {
    /** Adds something, and leaves room to those who remove; refused if there is none. */
    ADDITION,
    /**
     * Cuts a file, and stores again what is left of it; refused if there is no room, unless what
     * was accepted does not fit either.
     */
    CUT,
    /** Removes something, and adds little; never refused. */
    REMOVAL
  }

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

    /**
     * The most that the commit of a load takes.
     *
     * @param kept whether to leave room to those who remove
     */
    Room room(Load load, boolean kept);
  }

  /**
   * Room that was reserved.
   *
   * @param generation attempts to commit until then; each uses up what was reserved before
   */
  private record Reserved(long generation, Room room) {}

  /** What a commit frees is reused two commits later. */
  private static final int SETTLING_COMMITS = 3;

  /** Pages reserved at a time, if there is as much. */
  private static final int AHEAD_PAGES = 16;

  private static final int PAGE_GRAINS = FileDelta.PAGE_BYTES / 64;

  private final Space space;
  private final long limitBytes;
  private final Relief relief;
  private final AtomicLong memoryBytes = new AtomicLong();
  private final Tally tally = new Tally();
  private final ReentrantLock reserving = new ReentrantLock();
  private volatile long generation;
  private volatile Reserved reserved = new Reserved(0, new Room(0, 0, 1, 0, 0));

  Admission(Space space, long limitBytes, Relief relief) {
    this.space = space;
    this.limitBytes = limitBytes;
    this.relief = relief;
  }

  /**
   * Claims memory and room, perhaps after commits.
   *
   * @throws CapsaFullException if there is no room; nothing is claimed
   * @throws IOException if a commit failed; nothing is claimed
   */
  void claim(Load load, Kind kind) throws IOException {
    claimMemory(load.memoryBytes(), kind);
    tally.add(load);
    try {
      claimRoom(kind);
    } catch (Throwable e) {
      release(load);
      throw e;
    }
  }

  private void claimMemory(long bytes, Kind kind) throws IOException {
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
          if (kind == Kind.ADDITION) {
            throw refused(e);
          }
          memoryBytes.addAndGet(bytes);
          return;
        }
      }
    }
  }

  private void claimRoom(Kind kind) throws IOException {
    boolean kept = kind == Kind.ADDITION;
    int settled = 0;
    while (!reserved(kept)) {
      try {
        reserve(kept);
      } catch (CapsaFullException e) {
        boolean clearing = relief.clearing();
        CapsaFullException why = e;
        try {
          if ((settled < SETTLING_COMMITS || clearing) && relief.settle()) {
            settled = clearing ? 0 : settled + 1;
            continue;
          }
        } catch (CapsaFullException failed) {
          failed.addSuppressed(e);
          why = failed;
        }
        if (kind == Kind.REMOVAL || (kind == Kind.CUT && why != e)) {
          return;
        }
        throw refused(why);
      }
    }
  }

  private static CapsaFullException refused(CapsaFullException why) {
    return new CapsaFullException("nothing was accepted: " + why.getMessage(), why);
  }

  private Room room(boolean kept) {
    return relief.room(tally.sum(), kept);
  }

  private boolean reserved(boolean kept) {
    Reserved now = reserved;
    return now.generation == generation && now.room.covers(room(kept));
  }

  private void reserve(boolean kept) throws IOException {
    space.prepare(); // which may wait for the committer's batch, and that for the lock
    reserving.lock();
    try {
      if (!reserved(kept)) {
        long begun = generation;
        Room room = room(kept);
        try {
          Room more = ahead(room);
          space.reserve(more);
          room = more;
        } catch (CapsaFullException e) {
          space.reserve(room);
        }
        reserved = new Reserved(begun, room);
      }
    } finally {
      reserving.unlock();
    }
  }

  /** More of what there is: the next ones need not reserve. */
  private static Room ahead(Room room) {
    return new Room(
        room.nodes() + AHEAD_PAGES,
        room.grains() == 0 ? 0 : room.grains() + AHEAD_PAGES * PAGE_GRAINS,
        room.mostGrains(),
        room.blocks() == 0 ? 0 : room.blocks() + AHEAD_PAGES,
        room.places() + 2 * AHEAD_PAGES);
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

  /**
   * Reserves for what is claimed now and no more: what earlier operations had reserved keeps the
   * file long. For the thread of the commits. Who claims meanwhile reserves again: what he claims
   * is in the sum, or he finds that what was reserved before has ended.
   *
   * @throws CapsaFullException if there is no room; what was reserved before still is
   */
  void renew() throws IOException {
    reserving.lock();
    try {
      generation++;
      long begun = generation;
      Room room = room(true);
      space.reserve(room);
      reserved = new Reserved(begun, room);
    } finally {
      reserving.unlock();
    }
  }

  /**
   * Makes sure that a batch, which the committer is about to commit without having claimed what it
   * takes, leaves some room to those who remove.
   *
   * @param load what else the commit itself will take
   * @throws CapsaFullException if it does not; what was reserved before still is
   */
  void requireLeft(Load load) throws IOException {
    reserving.lock();
    try {
      space.reserveLittle(relief.room(tally.sum().plus(load).plus(Costs.LEFT), false));
      generation++;
    } finally {
      reserving.unlock();
    }
  }

  /** Memory claimed, in bytes. */
  long memoryBytes() {
    return memoryBytes.get();
  }
}
