package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import java.io.IOException;

/**
 * Frees what dropped revisions alone held, some of it with each commit, until nothing is left. What
 * is left when the container is closed, goes on with the next writable opening.
 *
 * <p>Confined to the committer's thread, but for {@link #request} and {@link #pending}.
 */
final class Reclaiming {
  /** References of a commit's step; of 4 MiB each at most. */
  static final int MOST_REFERENCES = 1024;

  private static final int LEAST_REFERENCES = 16;
  private static final int FACTOR = 8;

  private int most = MOST_REFERENCES;
  private int tried;
  private boolean more;
  private volatile boolean requested;
  private volatile boolean pending;

  /** Has the committer look whether something is left from before. */
  void request() {
    requested = true;
  }

  /** Whether further commits would free something, as far as is known. */
  boolean pending() {
    return pending || requested;
  }

  /** Looks, if that was asked for. */
  void look(Space space) throws IOException {
    if (requested) {
      requested = false;
      pending = isLeft(space);
    }
  }

  /** Whether dropped revisions have left something that can be found. */
  boolean isLeft(Space space) throws IOException {
    try {
      return space.isReclaimable();
    } catch (CapsaCorruptException damaged) {
      return false;
    }
  }

  /** Has a batch free some. */
  void apply(Batch batch) throws IOException {
    tried = pending ? most : 0;
    more = tried > 0 && batch.reclaim(tried) >= tried;
  }

  /** The batch was committed. */
  void committed(boolean dropped) {
    pending = more || pending && tried == 0;
    if (dropped) {
      requested = true;
    }
    most = Math.min(MOST_REFERENCES, Math.max(LEAST_REFERENCES, most * 2));
  }

  /** The batch found no room: less, in the end nothing; whether that is worth another try. */
  boolean shrink() {
    boolean worth = tried > 0;
    most = most / FACTOR < LEAST_REFERENCES ? 0 : most / FACTOR;
    return worth;
  }

  /** After an attempt alone that found no room: not again until something is committed. */
  void rest() {
    pending = most > LEAST_REFERENCES;
    most = Math.max(LEAST_REFERENCES, most / FACTOR);
  }

  /** After damage: nothing more in this opening. */
  void giveUp() {
    pending = false;
  }
}
