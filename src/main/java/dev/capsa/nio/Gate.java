package dev.capsa.nio;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts the operations inside, and closes: none enters any more, and the closer waits for those
 * inside. Entering is one increment of a counter that few threads share.
 *
 * <p>Who enters increments first and looks at {@code closed} after; who closes sets {@code closed}
 * first and looks at the counters after. So either the one sees the other, or the other the one.
 */
final class Gate {
  private static final int STRIPES = 16;
  private static final long PAUSE_NANOS = 50_000;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private volatile boolean closed;

  Gate() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** Being inside; to be closed by the thread that entered. */
  static final class Stripe extends AtomicLong implements AutoCloseable {
    private static final long serialVersionUID = 1;

    @Override
    public void close() {
      decrementAndGet();
    }
  }

  /** Enters, or returns null if the gate is closed. */
  @Nullable Stripe enter() {
    long thread = Thread.currentThread().getId() * 0x9E3779B97F4A7C15L;
    Stripe stripe = stripes[(int) (thread >>> 60)];
    stripe.incrementAndGet();
    if (closed) {
      stripe.close();
      return null;
    }
    return stripe;
  }

  boolean isClosed() {
    return closed;
  }

  /** Lets nobody in from now on and waits until all are out. An interrupt does not end waiting. */
  void close() {
    closed = true;
    boolean interrupted = false;
    for (Stripe stripe : stripes) {
      while (stripe.get() != 0) {
        interrupted |= Thread.interrupted();
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
