package dev.capsa.repo;

import dev.capsa.CapsaStoppedException;
import dev.capsa.store.Space;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which head is the current one, how much of it is durable, and whether it may be changed: what
 * readers, operations and the committer share.
 *
 * <p>The pending head is what the current one is, or in the course of a publication will be; it is
 * never older. Both are replaced by the committer alone, and reading them takes no lock.
 */
final class HeadState {
  private final AtomicLong nextInode;
  private volatile Head pending;
  private volatile Head head;
  private volatile long forcedSequence;
  private volatile @Nullable Throwable stopped;

  /** Written while nobody is inside the gate, or to end everything. */
  private volatile boolean accepting = true;

  HeadState(Head head) {
    this.head = head;
    this.pending = head;
    this.forcedSequence = head.sequence();
    this.nextInode = new AtomicLong(head.root().nextInode());
  }

  /** The current head. */
  Head head() {
    return head;
  }

  /**
   * The newest head, whose root is one that a pin taken before this call keeps.
   *
   * <p>If the pending head's sequence is reached, its root is the space's newest one. Else no root
   * newer than the one of the head that was current when the space's sequence was read has been
   * committed since the pin, unless a head was published in between: then again.
   */
  Head newest(Space space) {
    while (true) {
      long reached = space.sequence();
      Head current = head;
      Head next = pending;
      if (next != current && next.sequence() <= reached) {
        return next;
      }
      if (head == current) {
        return current;
      }
    }
  }

  /** A number that no inode has had. */
  long newInode() {
    return nextInode.getAndIncrement();
  }

  /** Least number that no inode has had. */
  long nextInode() {
    return nextInode.get();
  }

  /** Freezes the active overlay. The caller sees to it that no operation is at work. */
  Head cut() {
    Head cut = head.cut();
    pending = cut;
    head = cut;
    return cut;
  }

  /** Says which head will be published once its root is committed. */
  void announce(Head next) {
    pending = next;
  }

  /** Makes the announced head the current one: its root is committed. */
  void publish() {
    Head next = pending;
    head = next;
    forcedSequence = next.forced() ? next.sequence() : forcedSequence;
  }

  /** The announced head will not be: its root was not committed. */
  void withdraw() {
    pending = head;
  }

  /** Whether operations are accepted. */
  boolean accepting() {
    return accepting;
  }

  /** Whether operations are accepted from now on. */
  void accept(boolean now) {
    accepting = now;
  }

  /** Nothing is committed any more. The first cause counts. */
  void stop(Throwable cause) {
    if (stopped == null) {
      stopped = cause;
    }
  }

  /** Whether the writer has stopped. */
  boolean isStopped() {
    return stopped != null;
  }

  /** Throws if the writer has stopped. */
  void requireWriting() throws CapsaStoppedException {
    Throwable cause = stopped;
    if (cause != null) {
      throw new CapsaStoppedException(
          "writing has stopped, changes after commit "
              + forcedSequence
              + " are not durable; close and open again: "
              + cause,
          cause);
    }
  }

  /** The newest commit that is known to be durable. */
  long forcedSequence() {
    return forcedSequence;
  }
}
