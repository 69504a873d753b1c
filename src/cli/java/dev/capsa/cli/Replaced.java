package dev.capsa.cli;

import dev.capsa.Capsa;
import dev.capsa.CapsaLockedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be replaced, held so that no other process writes it meanwhile: what that wrote
 * would be lost. Of what is no container, or a damaged one, there is nothing to hold.
 */
final class Replaced implements Closeable {
  /** Others that replace hold it for a moment; who writes it, for longer. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long PAUSE_MILLIS = 20;

  private final @Nullable FileSystem held;

  private Replaced(@Nullable FileSystem held) {
    this.held = held;
  }

  /**
   * Holds it.
   *
   * @throws CapsaLockedException if another process writes it
   */
  static Replaced hold(Path container) throws IOException {
    long start = System.nanoTime();
    while (Files.exists(container)) {
      try {
        return new Replaced(Capsa.open(container, Capsa.options()));
      } catch (CapsaLockedException e) {
        if (System.nanoTime() - start > PATIENCE_NANOS) {
          throw e;
        }
        pause();
      } catch (IOException e) {
        break;
      }
    }
    return new Replaced(null);
  }

  private static void pause() throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a container");
    }
  }

  @Override
  public void close() throws IOException {
    if (held != null) {
      held.close();
    }
  }
}
