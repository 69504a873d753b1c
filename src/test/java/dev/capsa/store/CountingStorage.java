package dev.capsa.store;

import dev.capsa.raw.PassingStorage;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A medium that counts reads in flight, and holds the first ones until so many are. */
final class CountingStorage extends PassingStorage {
  private final CountDownLatch together;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile boolean started;

  CountingStorage(RawStorage inner, int together) {
    super(inner);
    this.together = new CountDownLatch(together);
  }

  /** Begins to count. */
  void start() {
    started = true;
  }

  int mostReads() {
    return most.get();
  }

  @Override
  public void read(long offset, ByteBuffer destination) throws IOException {
    if (!started) {
      super.read(offset, destination);
      return;
    }
    most.accumulateAndGet(reads.incrementAndGet(), Math::max);
    together.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!together.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("reads wait for each other");
      }
      super.read(offset, destination);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts within a read", e);
    } finally {
      reads.decrementAndGet();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
