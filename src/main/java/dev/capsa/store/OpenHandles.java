package dev.capsa.store;

import dev.capsa.CapsaException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * The readers and writers of a store that are open, or about to be: an entry is made before a
 * handle takes anything, so that none slips past {@link #drain}. Thread-safe.
 */
final class OpenHandles {
  private static final int MOST_NAMED = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Object, Handle> handles = new HashMap<>();
  private boolean closing;

  /** What is open; {@code invalidate} is set when it can be. */
  private static final class Handle {
    final String name;
    Runnable invalidate = () -> {};

    Handle(String name) {
      this.name = name;
    }
  }

  /**
   * Admits a handle.
   *
   * @return the key to {@link #opened} and {@link #leave}
   * @throws CapsaException if the store is closed, or about to be
   */
  Object enter(String name) throws CapsaException {
    lock.lock();
    try {
      if (closing) {
        throw new CapsaException("the store is closed");
      }
      Object key = new Object();
      handles.put(key, new Handle(name));
      return key;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says how a handle is made invalid; does so at once if {@link #drain} has given it up meanwhile.
   */
  void opened(Object key, Runnable invalidate) {
    lock.lock();
    try {
      Handle handle = handles.get(key);
      if (handle != null) {
        handle.invalidate = invalidate;
        return;
      }
    } finally {
      lock.unlock();
    }
    invalidate.run();
  }

  /** Forgets a handle that was closed, or did not come about. */
  void leave(Object key) {
    lock.lock();
    try {
      handles.remove(key);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return handles.size();
    } finally {
      lock.unlock();
    }
  }

  /** Admits no more, and waits until all are gone or the time is over; idempotent. */
  void drain(Duration timeout) throws IOException {
    lock.lock();
    try {
      closing = true;
      long left = Waits.nanos(timeout);
      while (!handles.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Makes those invalid that are left, and returns their names. */
  List<String> invalidateAll() {
    List<Handle> left;
    lock.lock();
    try {
      left = new ArrayList<>(handles.values());
      handles.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(handle -> handle.invalidate.run());
    return left.stream().map(handle -> handle.name).toList();
  }

  /** The exception that names some of those that were left. */
  static LeakedHandlesException leaked(List<String> names) {
    String some = names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    String more = names.size() > MOST_NAMED ? ", ..." : "";
    return new LeakedHandlesException(names.size(), some + more);
  }
}
