package dev.capsa.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waiting that ends: by success, by a time-out, or by an interrupt. */
final class Waits {
  private Waits() {}

  /** Something that can be waited for. */
  interface Attempt {
    /** Whether it came within so many nanoseconds. */
    boolean await(long nanos) throws InterruptedException;
  }

  /**
   * Waits for something.
   *
   * @param awaited what for, as it goes into the message
   * @param purpose who needs it, and what for
   * @throws StoreTimeoutException if it did not come
   * @throws InterruptedIOException if the thread was interrupted; it stays so
   */
  static void await(Attempt attempt, Duration timeout, String awaited, String purpose)
      throws IOException {
    try {
      if (!attempt.await(nanos(timeout))) {
        throw new StoreTimeoutException(awaited, purpose, timeout);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + awaited + ", " + purpose);
    }
  }

  /** Takes a permit. */
  static void acquire(Semaphore permits, Duration timeout, String awaited, String purpose)
      throws IOException {
    await(nanos -> permits.tryAcquire(nanos, TimeUnit.NANOSECONDS), timeout, awaited, purpose);
  }

  /**
   * Takes a permit, whatever interrupts the thread; it stays interrupted.
   *
   * @throws StoreTimeoutException if none came
   */
  static void acquireUninterruptibly(
      Semaphore permits, Duration timeout, String awaited, String purpose) throws IOException {
    long start = System.nanoTime();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          long left = nanos(timeout) - (System.nanoTime() - start);
          if (!permits.tryAcquire(left, TimeUnit.NANOSECONDS)) {
            throw new StoreTimeoutException(awaited, purpose, timeout);
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
