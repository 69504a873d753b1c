package dev.capsa.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;

/**
 * A read-write lock per object, which exists as long as somebody holds it or waits for it: all who
 * use an id at a time get the same one.
 *
 * <p>The locks belong to handles, not to threads: another thread may close a handle, and a thread
 * that holds an object and asks for it again waits like any other. Hence {@link StampedLock}.
 */
final class ObjectLocks {
  private final ConcurrentHashMap<ObjectId, Counted> locks = new ConcurrentHashMap<>();

  /** A lock and how many hold it or wait for it; the count changes under the map's own lock. */
  private static final class Counted {
    final StampedLock lock = new StampedLock();
    int users;
  }

  /** A held lock. Released once, by its holder's handle, which sees to that. */
  interface Held {
    void release();
  }

  /** Waits for a share of an object. */
  Held read(ObjectId id, Duration timeout, String purpose) throws IOException {
    Counted counted = enter(id);
    long[] stamp = new long[1];
    await(
        id,
        nanos -> (stamp[0] = counted.lock.tryReadLock(nanos, TimeUnit.NANOSECONDS)) != 0,
        timeout,
        "the writer of ",
        purpose);
    return () -> {
      counted.lock.unlockRead(stamp[0]);
      leave(id);
    };
  }

  /** Waits to have an object alone. */
  Held write(ObjectId id, Duration timeout, String purpose) throws IOException {
    Counted counted = enter(id);
    long[] stamp = new long[1];
    await(
        id,
        nanos -> (stamp[0] = counted.lock.tryWriteLock(nanos, TimeUnit.NANOSECONDS)) != 0,
        timeout,
        "the readers or the writer of ",
        purpose);
    return () -> {
      counted.lock.unlockWrite(stamp[0]);
      leave(id);
    };
  }

  private void await(
      ObjectId id, Waits.Attempt attempt, Duration timeout, String who, String purpose)
      throws IOException {
    boolean held = false;
    try {
      Waits.await(attempt, timeout, who + id + " to close", purpose);
      held = true;
    } finally {
      if (!held) {
        leave(id);
      }
    }
  }

  private Counted enter(ObjectId id) {
    return locks.compute(
        id,
        (key, present) -> {
          Counted counted = present == null ? new Counted() : present;
          counted.users++;
          return counted;
        });
  }

  private void leave(ObjectId id) {
    locks.computeIfPresent(id, (key, counted) -> --counted.users == 0 ? null : counted);
  }

  /** Objects that are held or waited for. */
  int size() {
    return locks.size();
  }
}
