package dev.capsa.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts who still reads what: epoch-based reclamation after Fraser, with striped counters.
 *
 * <p>A pin belongs to the generation in which it was taken. {@link #advance} opens the next one; a
 * commit's freed space is tagged with the generation that was open after the commit was published,
 * and may be reused once no pin of that generation or an older one is left: every later pin was
 * taken after the publication, so its holder cannot learn of the freed space. There are {@value
 * #GENERATIONS} generations at a time; when a slow reader holds the oldest, no new one opens, and
 * space waits.
 */
final class Pins {
  private static final int GENERATIONS = 64;
  private static final int STRIPES = 16;
  private static final int PAD = 8;

  private final AtomicLongArray counts = new AtomicLongArray(GENERATIONS * STRIPES * PAD);
  private volatile long generation = GENERATIONS;

  /** Takes a pin of the newest generation. */
  Pin pin() {
    int stripe = stripeOfThread();
    while (true) {
      long now = generation;
      int cell = cell(now, stripe);
      counts.getAndIncrement(cell);
      if (generation == now) {
        return new Held(cell);
      }
      counts.getAndDecrement(cell);
    }
  }

  /** The open generation: the tag for what was freed by commits published so far. */
  long generation() {
    return generation;
  }

  /** Opens the next generation, unless its place is still held. One thread at a time. */
  void advance() {
    long next = generation + 1;
    if (held(next) == 0) {
      generation = next;
    }
  }

  /** The oldest generation that may be pinned; what has a lower tag is not reachable. */
  long oldest() {
    long now = generation;
    for (long at = now - GENERATIONS + 1; at < now; at++) {
      if (held(at) != 0) {
        return at;
      }
    }
    return now;
  }

  private long held(long at) {
    long sum = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      sum += counts.get(cell(at, stripe));
    }
    return sum;
  }

  private static int cell(long at, int stripe) {
    return ((int) (at % GENERATIONS) * STRIPES + stripe) * PAD;
  }

  private static int stripeOfThread() {
    long id = Thread.currentThread().getId();
    return (int) (id * 0x9E3779B97F4A7C15L >>> 60);
  }

  /** A pin; the flag makes closing idempotent. */
  private final class Held extends AtomicBoolean implements Pin {
    private static final long serialVersionUID = 1;
    private final int cell;

    Held(int cell) {
      this.cell = cell;
    }

    @Override
    public void close() {
      if (compareAndSet(false, true)) {
        counts.getAndDecrement(cell);
      }
    }
  }
}
