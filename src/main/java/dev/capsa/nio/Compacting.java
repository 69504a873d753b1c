package dev.capsa.nio;

import dev.capsa.store.Batch;
import java.io.IOException;

/**
 * Compacts a container step by step, until nothing is left to move. Ends, too, when it has moved
 * many times what there was: somebody writes as fast as it works. Confined to one thread.
 */
final class Compacting {
  /** Bytes that a container may get longer by for it, besides pages of its state. */
  private static final long SLACK_BYTES = 4 << 20;

  /** What was freed can be reused after so many commits; a pin may keep it for ever. */
  private static final int MOST_WAITS = 4;

  /** Steps for each 8 MiB of the file. */
  private static final int STEPS = 4;

  private static final int LEAST_STEPS = 64;

  private final Engine engine;
  private final long mostLength;
  private long stepsLeft;
  private int waits;

  Compacting(Engine engine) throws IOException {
    this.engine = engine;
    long length = engine.lengthBytes();
    this.mostLength = length + SLACK_BYTES;
    this.stepsLeft = LEAST_STEPS + STEPS * (length >>> 23);
  }

  /** Does a step; whether there may be more to do. */
  boolean step() throws IOException {
    Batch.Compacted done = engine.compact(mostLength);
    waits = done == Batch.Compacted.WAITING ? waits + 1 : 0;
    stepsLeft--;
    return done != Batch.Compacted.DONE && waits < MOST_WAITS && stepsLeft > 0;
  }
}
