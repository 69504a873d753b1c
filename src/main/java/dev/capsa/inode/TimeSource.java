package dev.capsa.inode;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The clock of a file tree. Safe for many threads. */
@FunctionalInterface
public interface TimeSource {
  /** Nanoseconds since 1970, never less than what an earlier call returned. */
  long nanos();

  /**
   * The clock of the system, as fine as it goes, standing still where the system's clock is set
   * back.
   */
  static TimeSource system() {
    AtomicLong latest = new AtomicLong(Long.MIN_VALUE);
    return () -> {
      Instant now = Instant.now();
      long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
      long before = latest.get();
      while (nanos > before) {
        if (latest.compareAndSet(before, nanos)) {
          return nanos;
        }
        before = latest.get();
      }
      return before;
    };
  }
}
