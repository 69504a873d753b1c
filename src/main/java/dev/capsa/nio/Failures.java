package dev.capsa.nio;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs steps that must all be tried, and keeps the first exception with the others in it. */
final class Failures {
  private @Nullable Exception first;

  /** A step. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  void run(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      if (first == null) {
        first = e;
      } else {
        first.addSuppressed(e);
      }
    }
  }

  /** Throws what was kept, if anything. */
  void rethrow() throws IOException {
    if (first instanceof IOException e) {
      throw e;
    }
    if (first instanceof RuntimeException e) {
      throw e;
    }
  }
}
