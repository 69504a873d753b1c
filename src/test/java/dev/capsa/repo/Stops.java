package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Holds threads at the points of a probe, one at a time, until the test lets them go. */
final class Stops implements Probe {
  private static final class Stop {
    private final Semaphore held = new Semaphore(0);
    private final Semaphore released = new Semaphore(0);
    private volatile boolean armed;
  }

  private final Map<Point, Stop> stops = new EnumMap<>(Point.class);

  Stops() {
    for (Point point : Point.values()) {
      stops.put(point, new Stop());
    }
  }

  @Override
  public void at(Point point) {
    Stop stop = stops.get(point);
    if (stop.armed) {
      stop.armed = false;
      stop.held.release();
      stop.released.acquireUninterruptibly();
    }
  }

  /** Makes the next thread that comes to a point stop there. */
  void arm(Point point) {
    stops.get(point).armed = true;
  }

  /** Waits until a thread has come to an armed point. */
  void awaitHeld(Point point) {
    try {
      assertThat(stops.get(point).held.tryAcquire(30, TimeUnit.SECONDS))
          .as("a thread came to %s", point)
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Lets the thread there go. */
  void release(Point point) {
    stops.get(point).released.release();
  }
}
