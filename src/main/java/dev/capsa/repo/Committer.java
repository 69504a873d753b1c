package dev.capsa.repo;

import dev.capsa.CapsaFullException;
import dev.capsa.CapsaStoppedException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that commits, and those who wait for it. Commits come in rounds: a caller waits
 * for the first round that starts after its call, together with all others who do, so one force
 * serves them all. A thread that is interrupted while it waits finishes waiting and keeps its flag:
 * the commit is not its own.
 */
final class Committer {
  /** What has to be committed; each includes those before. */
  enum Need {
    /** Files that are to share content; nothing else, and unforced. */
    SHARES,
    /** All that was completed, unforced. */
    CHANGES,
    /** All that was completed, as the container's durability says. */
    COMMIT
  }

  /** What a round is for. */
  record Round(boolean durable, boolean always, boolean last, Need need) {
    Round(boolean durable, boolean always, boolean last) {
      this(durable, always, last, Need.COMMIT);
    }

    /** A round that forces nothing for its own sake. */
    static Round unforced(Need need) {
      return new Round(false, false, false, need);
    }
  }

  /** Does a round. */
  interface Work {
    /**
     * Cuts and commits, if there is something to commit.
     *
     * @return whether all up to the cut is durable now
     */
    boolean run(Round round) throws IOException;

    /** Takes note that nothing can be committed any more. */
    void stopped(Throwable cause);
  }

  private static final int MOST_BACKOFF = 64;

  private final long intervalNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Condition done = lock.newCondition();

  // All guarded by the lock.
  private long started;
  private long finished;
  private long succeeded;
  private long forced;
  private boolean wanted;
  private boolean durableWanted;
  private boolean alwaysWanted;
  private boolean lastWanted;
  private Need needed = Need.SHARES;
  private boolean abandoned;
  private boolean ended;
  private @Nullable IOException failure;
  private int backoff = 1;

  Committer(long intervalMillis) {
    this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
  }

  /** Starts the thread. Once. */
  void start(String name, Work work) {
    Thread thread = new Thread(() -> run(work), name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks for a round soon, without waiting. */
  void wish() {
    lock.lock();
    try {
      needed = Need.COMMIT;
      if (!wanted) {
        wanted = true;
        wake.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a round that starts after this call.
   *
   * @throws IOException what made that round fail
   */
  void await(Round round) throws IOException {
    lock.lock();
    try {
      long need = started + 1;
      wanted = true;
      durableWanted |= round.durable;
      alwaysWanted |= round.always;
      lastWanted |= round.last;
      needed = needed.compareTo(round.need) < 0 ? round.need : needed;
      wake.signal();
      while (finished < need && !ended) {
        done.awaitUninterruptibly();
      }
      IOException problem = failure;
      long reached = round.durable ? forced : succeeded;
      if (reached < need && problem != null) {
        throw problem;
      }
      if (finished < need) {
        throw new CapsaStoppedException("the container is closed");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Rounds begun so far. */
  long rounds() {
    lock.lock();
    try {
      return started;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread after the round that it is in, and waits for that. */
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      wake.signal();
      while (!ended) {
        done.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(Work work) {
    try {
      Round round = next();
      while (round != null && attempt(work, round)) {
        round = next();
      }
    } finally {
      lock.lock();
      try {
        ended = true;
        done.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for the next round to be due; null if there is none any more. */
  private @Nullable Round next() {
    lock.lock();
    try {
      long nanos = intervalNanos * backoff;
      while (!wanted && !abandoned && nanos > 0) {
        try {
          nanos = wake.awaitNanos(nanos);
        } catch (InterruptedException e) {
          // Nobody has a reason to interrupt this thread; it goes on as if nothing was.
          nanos = intervalNanos;
        }
      }
      if (abandoned) {
        return null;
      }
      Need need = wanted ? needed : Need.COMMIT; // else it is time
      Round round = new Round(durableWanted, alwaysWanted, lastWanted, need);
      needed = Need.SHARES;
      wanted = false;
      durableWanted = false;
      alwaysWanted = false;
      lastWanted = false;
      started++;
      return round;
    } finally {
      lock.unlock();
    }
  }

  /** Does a round and tells those who wait; the result is whether there is a next one. */
  private boolean attempt(Work work, Round round) {
    try {
      finish(null, work.run(round));
      return !round.last;
    } catch (CapsaFullException e) {
      finish(e, false);
      return true;
    } catch (Throwable e) { // whatever it is: nothing that follows could be trusted
      work.stopped(e);
      finish(e instanceof IOException problem ? problem : new IOException(e), false);
      return false;
    }
  }

  private void finish(@Nullable IOException problem, boolean durable) {
    lock.lock();
    try {
      finished = started;
      failure = problem;
      if (problem == null) {
        succeeded = started;
        forced = durable ? started : forced;
        backoff = 1;
      } else {
        backoff = Math.min(MOST_BACKOFF, backoff * 2);
      }
      done.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
