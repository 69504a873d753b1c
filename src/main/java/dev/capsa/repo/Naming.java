package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaSnapshotExistsException;
import dev.capsa.store.Batch;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Revisions that are to be kept or dropped, each with the next commit; one commit keeps at most
 * one. A request waits for a cut, for the state that is kept must have all that was completed
 * before the request. Then it is due, is taken by a commit, and is done when that is published; if
 * the commit fails, it is due again, and its caller may withdraw it. What is wrong with a request
 * itself is its caller's affair, and no reason for a commit to fail.
 *
 * <p>Safe for many threads; {@link #apply}, {@link #committed} and {@link #failed} are the
 * committer's, and so is {@link #admit}.
 */
final class Naming {
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final Deque<Request> due = new ArrayDeque<>();
  private final List<Request> taken = new ArrayList<>();

  /** Whether the attempt that failed did so because of a request, which is done with. */
  private boolean spoiled;

  /** A wish of a caller. Guarded by the lock. */
  static final class Request {
    final String name;
    final boolean keep;
    private boolean done;
    private @Nullable KeptRevision commit;
    private @Nullable Exception problem;

    Request(String name, boolean keep) {
      this.name = name;
      this.keep = keep;
    }
  }

  /** Has the commits to come do it. */
  Request add(String name, boolean keep) {
    Request request = new Request(name, keep);
    lock.lock();
    try {
      waiting.add(request);
    } finally {
      lock.unlock();
    }
    return request;
  }

  /** Makes all that waits due; to be called before a cut. */
  void admit() {
    lock.lock();
    try {
      due.addAll(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Whether requests are due. */
  boolean isDue() {
    lock.lock();
    try {
      return !due.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Withdraws a request, after a commit failed.
   *
   * @return false if it is done, or a commit is about to do it
   */
  boolean withdraw(Request request) {
    lock.lock();
    try {
      return waiting.remove(request) || due.remove(request);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a request is done, well or not. */
  boolean isDone(Request request) {
    lock.lock();
    try {
      return request.done;
    } finally {
      lock.unlock();
    }
  }

  /** The commit that did a request that is done; throws what was wrong with it. */
  KeptRevision result(Request request) throws IOException {
    lock.lock();
    try {
      Exception problem = request.problem;
      if (problem instanceof CapsaSnapshotExistsException e) {
        throw new CapsaSnapshotExistsException(String.valueOf(e.getMessage()));
      } else if (problem instanceof CapsaNoSuchSnapshotException e) {
        throw new CapsaNoSuchSnapshotException(String.valueOf(e.getMessage()));
      } else if (problem != null) {
        throw new CapsaCorruptException(
            (request.keep ? "cannot keep " : "cannot drop ") + request.name + ": " + problem,
            problem);
      }
      return Objects.requireNonNull(request.commit);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has a batch do what is due, up to the second revision to keep.
   *
   * @return whether the batch keeps a revision
   * @throws CapsaCorruptException if a request met damage: the batch is to be aborted, and another
   *     one to be tried without that request
   */
  boolean apply(Batch batch) throws IOException {
    boolean kept = false;
    for (Request next = take(kept); next != null; next = take(kept)) {
      try {
        if (next.keep) {
          batch.keep(next.name);
          kept = true;
        } else {
          batch.drop(next.name);
        }
      } catch (CapsaSnapshotExistsException | CapsaNoSuchSnapshotException e) {
        refuse(next, e);
      } catch (CapsaCorruptException e) {
        refuse(next, e);
        spoiled = true;
        throw e;
      }
    }
    return kept;
  }

  private @Nullable Request take(boolean kept) {
    lock.lock();
    try {
      Request next = due.peek();
      if (next == null || kept && next.keep) {
        return null;
      }
      due.remove();
      taken.add(next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void refuse(Request request, Exception problem) {
    lock.lock();
    try {
      taken.remove(request);
      request.problem = problem;
      request.done = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The batch was committed.
   *
   * @return whether it dropped a revision
   */
  boolean committed(KeptRevision commit) {
    lock.lock();
    try {
      boolean dropped = false;
      for (Request request : taken) {
        request.commit = commit;
        request.done = true;
        dropped |= !request.keep;
      }
      taken.clear();
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The batch was given up: its requests are due again.
   *
   * @return whether that was because of a request, which is not due any more
   */
  boolean failed() {
    lock.lock();
    try {
      for (int i = taken.size() - 1; i >= 0; i--) {
        due.addFirst(taken.get(i));
      }
      taken.clear();
      boolean because = spoiled;
      spoiled = false;
      return because;
    } finally {
      lock.unlock();
    }
  }
}
