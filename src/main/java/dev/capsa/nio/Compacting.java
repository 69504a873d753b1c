package dev.capsa.nio;

import dev.capsa.repo.CompactionSteps;
import dev.capsa.store.CompactionScope;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Compacts a container step by step, until nothing is left to move. Ends, too, when it has moved
 * many times what there was: somebody writes as fast as it works. Confined to one thread.
 */
final class Compacting {
  /** Bytes that a container may get longer by for it, besides pages of its state. */
  private static final long SLACK_BYTES = 4 << 20;

  /** Steps for each 8 MiB of the file. */
  private static final int STEPS = 4;

  private static final int LEAST_STEPS = 64;

  private final Engine engine;
  private final CompactionScope scope;
  private final CompactionSteps steps;

  Compacting(Engine engine) throws IOException {
    this.engine = engine;
    long length = engine.lengthBytes();
    this.scope = new CompactionScope(length + SLACK_BYTES, engine.revisions().newest().number());
    this.steps = CompactionSteps.patient(LEAST_STEPS + STEPS * (length >>> 23));
  }

  /** Does a step; whether there may be more to do. */
  boolean step() throws IOException {
    return steps.goOn(engine.compact(scope));
  }

  /** Waits a little before the next step, if others have to end first; not while interrupted. */
  void pause() {
    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(steps.pauseMillis()));
  }
}
