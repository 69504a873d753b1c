package dev.capsa.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Says on the error stream how far long work has come: on a terminal every second in one line that
 * is written over, else every ten seconds in a line of its own. Short work says nothing.
 */
final class Progress implements AutoCloseable {
  private final PrintWriter err;
  private final Tally tally;
  private final boolean terminal;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "capsa-progress");
            thread.setDaemon(true);
            return thread;
          });

  /** Used by the timer's thread, and after its end. */
  private int shown;

  Progress(PrintWriter err, Tally tally) {
    this.err = err;
    this.tally = tally;
    String kind = System.getenv("TERM");
    this.terminal = System.console() != null && kind != null && !kind.equals("dumb");
    int seconds = terminal ? 1 : 10;
    timer.scheduleAtFixedRate(this::show, seconds, seconds, TimeUnit.SECONDS);
  }

  private void show() {
    String line =
        Text.count(tally.files.sum(), "file", "files") + ", " + Text.bytes(tally.bytes.sum());
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
      err.flush();
    } else {
      err.println(line + " so far");
    }
    shown = line.length();
  }

  /** Ends the line. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (terminal && shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
    }
  }
}
