package dev.capsa.repo;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of uncommitted changes. An operation claims what it may take before it is
 * accepted; one that would exceed the limit waits for a commit. Half of the limit starts one.
 */
final class Admission {
  /** What an operation that finds no room does. */
  interface Relief {
    /** Waits for a commit. */
    void commit() throws IOException;

    /** Asks for a commit soon. */
    void wish();
  }

  private final long limit;
  private final Relief relief;
  private final AtomicLong claimed = new AtomicLong();

  Admission(long limit, Relief relief) {
    this.limit = limit;
    this.relief = relief;
  }

  /**
   * Claims memory, perhaps after a commit.
   *
   * @throws IOException if the commit failed; nothing is claimed
   */
  void claim(long bytes) throws IOException {
    while (true) {
      long now = claimed.get();
      if (now == 0 || now + bytes <= limit) {
        if (claimed.compareAndSet(now, now + bytes)) {
          if (now < limit / 2 && now + bytes >= limit / 2) {
            relief.wish();
          }
          return;
        }
      } else {
        relief.commit();
      }
    }
  }

  /** Gives back what was claimed and is not taken, or taken no more. */
  void release(long bytes) {
    claimed.addAndGet(-bytes);
  }

  /** Bytes claimed. */
  long claimed() {
    return claimed.get();
  }
}
