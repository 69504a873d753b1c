package dev.capsa.store;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Cuts the free end of the file while the container is open.
 *
 * <p>Invariant: nothing is cut that is <i>busy</i> (live, allocated since, or freed and not
 * reusable yet, be it for a pin, a mapping, or an older state that an opening may fall back to),
 * reserved, or mapped; and the file is cut only after a slot is durable that states the newest
 * commit as forced and asks for no more length than is left. While another opening reads, nothing
 * is cut: it may have mapped the file.
 *
 * <p>A file that is cut and grows again is written twice. So a growth step is left, little is not
 * worth a cut, and where the file has grown since the last cut, the next one waits twice as long as
 * that one did.
 *
 * <p>For the thread that holds the right to open a batch, while none is open.
 */
final class Trimming {
  private static final long LEAST_SAVED_BYTES = 1 << 20;
  private static final long LEAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(64);

  private final BaseStore base;
  private final Horizon horizon;
  private final Ends ends;
  private long leastSavedBytes = LEAST_SAVED_BYTES;
  private long leastWaitNanos = LEAST_WAIT_NANOS;
  private long waitNanos;
  private long lastCutNanos;
  private boolean hasCut;
  private long lengthAfterCut;

  /** What must stay; each call takes the allocation lock. */
  interface Ends {
    /** Physical end of what is busy, reserved or mapped. */
    long needed() throws IOException;

    /** Physical end of what the newest commit reaches; less than {@link #needed}, or equal. */
    long live() throws IOException;

    /** Makes allocatable what nobody looks at any more. */
    void release();

    /** Cuts the file, if by now no more is needed. */
    void cut(long end) throws IOException;
  }

  Trimming(BaseStore base, Horizon horizon, Ends ends) {
    this.base = base;
    this.horizon = horizon;
    this.ends = ends;
  }

  /** Has the file cut at each chance, so that a test sees it in small containers. */
  void impatient() {
    leastSavedBytes = 1;
    leastWaitNanos = 0;
  }

  /** Cuts when a batch begins; what can be reused was released before. */
  void beforeBatch() throws IOException {
    if (mayCut() && isWorth(ends.needed())) {
      cut();
    }
  }

  /** Whether a cut may be worth it, once what the newest commit does not reach can be reused. */
  boolean isDue() throws IOException {
    return mayCut() && isWorth(ends.live());
  }

  /**
   * Cuts when nothing is written: has what was freed become reusable for it, which takes a force.
   */
  void whileIdle() throws IOException {
    if (!isDue() || horizon.isWatched()) {
      return;
    }
    if (base.stated() < base.sequence()) {
      base.restate(base.length());
    }
    horizon.advance();
    ends.release();
    beforeBatch();
  }

  /** Cuts all that can be cut, and leaves nothing to grow into. */
  void now() throws IOException {
    if (horizon.isWatched()) {
      return;
    }
    if (base.stated() < base.sequence()) {
      base.restate(base.length());
    }
    horizon.advance();
    ends.release();
    long end = BaseStore.roundUp(ends.needed());
    if (end < base.length()) {
      base.restate(end);
      ends.cut(end);
      lengthAfterCut = base.length();
    }
  }

  private boolean mayCut() {
    return !hasCut || System.nanoTime() - lastCutNanos >= waitNanos;
  }

  /** What to leave of the file if so much is needed: not all that the next growth would bring. */
  private static long lengthFor(long end) {
    return BaseStore.roundUp(end + BaseStore.growthStep(end));
  }

  private boolean isWorth(long end) {
    long saved = base.length() - lengthFor(end);
    return saved >= Math.max(leastSavedBytes, BaseStore.growthStep(base.length()));
  }

  private void cut() throws IOException {
    if (horizon.isWatched()) {
      return;
    }
    long end = lengthFor(ends.needed());
    base.restate(end);
    boolean hasGrown = hasCut && base.length() > lengthAfterCut;
    waitNanos = hasGrown ? Math.min(MOST_WAIT_NANOS, 2 * waitNanos) : leastWaitNanos;
    hasCut = true;
    lastCutNanos = System.nanoTime();
    ends.cut(end);
    lengthAfterCut = base.length();
  }
}
