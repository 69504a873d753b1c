package dev.capsa.repo;

import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.store.Batch;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Space;
import dev.capsa.tree.Items;
import java.io.IOException;

/**
 * What goes on by itself, a bounded step with each commit: what was removed is cleared, what
 * dropped revisions held is reclaimed, revisions are kept and dropped by rule. While something is
 * left, one commit follows the other without anybody asking. No step keeps what was accepted from
 * being committed: without room, or after damage, a commit is made with less of it.
 *
 * <p>Confined to the committer's thread, but for {@link #isClearing} and the requests.
 */
final class Chores {
  private final Space space;
  private final Clearing clearing = new Clearing();
  private final Reclaiming reclaiming = new Reclaiming();
  private final Retaining retaining;

  Chores(Space space, Holds holds) {
    this.space = space;
    this.retaining = new Retaining(space, holds);
  }

  /** What keeps revisions by rule. */
  Retaining retaining() {
    return retaining;
  }

  /** Asks for the orphans of the committed state to be cleared. */
  void requestClearing() {
    clearing.request();
  }

  /** Asks to go on with what dropped revisions held; whether there is any. */
  boolean requestReclaiming() throws IOException {
    boolean left = reclaiming.isLeft(space);
    if (left) {
      reclaiming.request();
    }
    return left;
  }

  /** Whether commits to come free something that nothing reaches any more. */
  boolean isClearing() {
    return clearing.pending() || reclaiming.pending();
  }

  /** Takes in what was asked for. */
  void list(Items committed) throws IOException {
    clearing.list(committed);
  }

  /** Whether there is more to do. */
  boolean isLeft(Items committed) throws IOException {
    reclaiming.look(space);
    return isClearing() || retaining.isDue(committed);
  }

  /** What the next commit may remove. */
  RemovalStep step() {
    return clearing.step();
  }

  /** Has a batch write a frozen overlay, and go on with removals. */
  WriteBack.Written write(
      Overlay frozen, Items committed, ContentStore content, Batch batch, RemovalStep step)
      throws IOException {
    return WriteBack.write(frozen, committed, content, batch, step, clearing.inodes());
  }

  /**
   * Has a batch keep, drop and reclaim.
   *
   * @param changed whether the batch has changes of users
   * @param named whether it keeps a revision already
   */
  void apply(Batch batch, Items committed, boolean changed, boolean named) throws IOException {
    retaining.apply(batch, committed, changed, named);
    reclaiming.apply(batch);
  }

  /**
   * The batch was committed.
   *
   * @param dropped whether it dropped a revision that a user had it drop
   */
  void committed(WriteBack.Written written, KeptRevision commit, boolean dropped) {
    clearing.committed(written.finished(), written.begun());
    reclaiming.committed(dropped | retaining.committed(commit));
  }

  /** The name for a state that is kept because another one comes in its place. */
  String nameBefore(Items committed, long sequence) throws IOException {
    return retaining.nameBefore(committed, sequence);
  }

  /** A rollback was committed, which kept the state before it. */
  void rewound(Reversal reversal, KeptRevision before) {
    clearing.forget(reversal.adopted());
    clearing.committed(0, reversal.begun());
    retaining.keptBefore(before);
  }

  /** The batch was given up; whether that was because of retention, which it will not be again. */
  boolean failed() {
    return retaining.failed();
  }

  /** A commit found no room: less of this; whether that is worth another try. */
  boolean shrink(RemovalStep tried) {
    return clearing.shrink(tried) | reclaiming.shrink() | retaining.shrink();
  }

  /** A commit for this alone found no room: not again until something is committed. */
  void rest() {
    clearing.rest();
    reclaiming.rest();
    retaining.rest();
  }

  /** After damage: nothing more of what was removed before. */
  void giveUp() {
    clearing.giveUp();
    reclaiming.giveUp();
  }
}
