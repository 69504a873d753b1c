package dev.capsa.inode;

import dev.capsa.repo.Gate;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock for each inode that somebody changes, made when it is needed and gone afterwards, and one
 * lock for moving directories.
 *
 * <p>The rule, which excludes deadlock:
 *
 * <ol>
 *   <li>Who moves a directory to another directory takes the rename lock, before any other.
 *   <li>Then all inodes that an operation changes are locked in one call, in the order of their
 *       numbers: the directories whose entries change, and the file that gains or loses a name or
 *       moves; who has a file take blocks of another one locks both, though only one changes.
 *       Nobody who holds a lock of an inode asks for another one.
 *   <li>What was looked up before the locks is looked up again under them; if it changed, they are
 *       given back and all begins anew.
 *   <li>Who changes everything at once takes {@link #all}, and no other lock. He waits for those
 *       who hold inodes, and who wants an inode waits for him; the rename lock may be held
 *       meanwhile.
 * </ol>
 *
 * <p>Reads take none of these locks.
 */
final class InodeLocks {
  private final ConcurrentHashMap<Long, CountedLock> locks = new ConcurrentHashMap<>();
  private final ReentrantLock renaming = new ReentrantLock();

  /** Inside are those who hold inodes, or wait for one. */
  private final Gate gate = new Gate();

  /** What is held until closed. Confined to the thread that got it. */
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Takes the rename lock. */
  Held renaming() {
    renaming.lock();
    return renaming::unlock;
  }

  /** Waits until nobody holds an inode, and lets nobody have one. */
  Held all() {
    Gate.Shut alone = gate.shut();
    return alone::close;
  }

  /** Locks one inode. */
  Held lock(long inode) {
    int stripe = gate.enter();
    CountedLock lock = acquire(inode);
    return () -> {
      release(inode, lock);
      gate.leave(stripe);
    };
  }

  /** Locks inodes, each once, in the order of their numbers. */
  Held lock(long... inodes) {
    long[] ordered = Arrays.stream(inodes).sorted().distinct().toArray();
    CountedLock[] held = new CountedLock[ordered.length];
    int stripe = gate.enter();
    for (int i = 0; i < ordered.length; i++) {
      held[i] = acquire(ordered[i]);
    }
    return () -> {
      for (int i = held.length - 1; i >= 0; i--) {
        release(ordered[i], held[i]);
      }
      gate.leave(stripe);
    };
  }

  /** Whether no lock is held or waited for. */
  boolean idle() {
    return locks.isEmpty() && !renaming.isLocked();
  }

  /** Whether this thread holds the lock of an inode. */
  boolean holds(long inode) {
    CountedLock lock = locks.get(inode);
    return lock != null && lock.isHeldByCurrentThread();
  }

  private CountedLock acquire(long inode) {
    CountedLock lock =
        locks.compute(
            inode,
            (key, present) -> {
              CountedLock counted = present == null ? new CountedLock() : present;
              counted.users++;
              return counted;
            });
    lock.lock();
    return lock;
  }

  private void release(long inode, CountedLock lock) {
    lock.unlock();
    locks.computeIfPresent(inode, (key, present) -> --present.users == 0 ? null : present);
  }

  /** A lock that knows how many hold it or wait for it. */
  private static final class CountedLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    /** Guarded by the map's computation for this inode. */
    private int users;
  }
}
