package dev.capsa.repo;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets operations in together and one of another kind alone: so a cut has each operation wholly or
 * not at all. Operations count themselves into one of some stripes, each alone in its cache lines;
 * who goes in twice may wait for himself. Where they do no I/O and wait for nothing while inside, a
 * cut takes microseconds. Only who shuts the gate makes anybody wait. Safe for many threads, also
 * virtual ones.
 */
public final class Gate {
  private static final int STRIPES = 16;
  private static final int STRIPE_INTS = 32;
  private static final int SPINS = 200;
  private static final int YIELDS = 200;
  private static final long PARK_NANOS = 20_000;

  private final AtomicIntegerArray inside = new AtomicIntegerArray(STRIPES * STRIPE_INTS);
  private final ReentrantLock cutting = new ReentrantLock();
  private final boolean working;
  private volatile boolean closed;

  /** An open gate. */
  public Gate() {
    this(true);
  }

  /**
   * An open gate.
   *
   * @param working false lets cuts through without waiting, which is wrong: for tests of the tests
   */
  Gate(boolean working) {
    this.working = working;
  }

  /** Goes in, after a cut that is under way; the result is for {@link #leave}. */
  public int enter() {
    int stripe = stripe();
    while (true) {
      inside.incrementAndGet(stripe);
      if (!closed) {
        return stripe;
      }
      inside.decrementAndGet(stripe);
      cutting.lock();
      cutting.unlock();
    }
  }

  /** Goes out. */
  public void leave(int stripe) {
    inside.decrementAndGet(stripe);
  }

  /** Runs an action while nobody is inside; it does no I/O and waits for nothing. */
  void cut(Runnable action) {
    try (Shut alone = shut()) {
      action.run();
    }
  }

  /** A closed gate with nobody inside; opens when this is closed, by the same thread. */
  @FunctionalInterface
  public interface Shut extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits until nobody is inside, and lets nobody in. */
  public Shut shut() {
    cutting.lock();
    closed = working;
    for (int stripe = 0; working && stripe < inside.length(); stripe += STRIPE_INTS) {
      awaitEmpty(stripe);
    }
    return () -> {
      closed = false;
      cutting.unlock();
    };
  }

  /** Whether a cut waits for operations, or is at work. */
  boolean closed() {
    return closed;
  }

  private void awaitEmpty(int stripe) {
    for (int round = 0; inside.get(stripe) != 0; round++) {
      if (round < SPINS) {
        Thread.onSpinWait();
      } else if (round < SPINS + YIELDS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(this, PARK_NANOS);
      }
    }
  }

  /** Spreads threads by their number, which is never reused at once. */
  private static int stripe() {
    long id = Thread.currentThread().getId() * 0x9E3779B97F4A7C15L;
    return (int) (id >>> 60) * STRIPE_INTS;
  }
}
