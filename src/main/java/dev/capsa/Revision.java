package dev.capsa;

import java.time.Instant;
import java.util.Optional;

/**
 * A committed state of a container.
 *
 * @param number of its commit, from 1; later ones have higher numbers, and no number is given
 *     twice. Not every number is that of a revision
 * @param committed when that was, by the clock of the machine that wrote it
 * @param snapshot the name under which it is kept; empty if it has none. As it was when this was
 *     asked for
 */
public record Revision(long number, Instant committed, Optional<String> snapshot) {
  /** Checks the number. */
  public Revision {
    if (number < 1) {
      throw new IllegalArgumentException("a revision with the number " + number);
    }
  }

  @Override
  public String toString() {
    return "revision " + number + snapshot.map(name -> " (" + name + ")").orElse("");
  }
}
