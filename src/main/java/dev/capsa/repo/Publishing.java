package dev.capsa.repo;

import dev.capsa.store.Batch;
import dev.capsa.store.Space;
import dev.capsa.tree.Changes;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeRoot;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * The last part of every commit: items into the tree, the commit itself, and the publication of the
 * head that has it. Confined to the committer's thread, but for the figures.
 */
final class Publishing {
  /** Commits in a row that ASYNC leaves unforced. */
  private static final int MOST_UNFORCED = 4;

  private final Space space;
  private final NodeCache cache;
  private final HeadState state;
  private final Probe probe;
  private final LongAdder commits = new LongAdder();
  private final LongAdder forcedCommits = new LongAdder();
  private final LongAdder failedCommits = new LongAdder();

  /** Commits since the last that forced. */
  private int unforced;

  private long nextInode;

  Publishing(Space space, NodeCache cache, HeadState state, Probe probe) {
    this.space = space;
    this.cache = cache;
    this.state = state;
    this.probe = probe;
    this.nextInode = state.nextInode();
  }

  /** Whether so many commits were not forced that the next one has to be. */
  boolean isForceDue() {
    return unforced >= MOST_UNFORCED;
  }

  /** All inodes that the next commits have got their numbers before now. */
  void noteInodes() {
    nextInode = state.nextInode();
  }

  /** The items below a root. */
  Tree tree(RootRecord root) {
    return new Tree(space, cache, root.tree());
  }

  /**
   * Changes the catalog, commits, and publishes.
   *
   * @param cut whose frozen overlay the changes are of
   */
  void commit(Head cut, Batch batch, Changes changes, boolean force) throws IOException {
    commit(cut, batch, changes, force, nodes -> {});
  }

  /** What has to hold when the tree is written, or else nothing is committed. */
  @FunctionalInterface
  interface Condition {
    /**
     * Throws if not.
     *
     * @param nodes of the tree that were written or freed
     */
    void require(long nodes) throws IOException;
  }

  /** As the other, if a condition holds. */
  void commit(Head cut, Batch batch, Changes changes, boolean force, Condition condition)
      throws IOException {
    TreeRoot tree = cut.root().tree();
    NodeCountingBatch counting = new NodeCountingBatch(batch);
    if (!changes.isEmpty()) {
      tree = Tree.apply(space, cache, counting, tree, changes);
    }
    condition.require(counting.touched());
    long nodes = cut.root().nodes() + counting.nodes();
    RootRecord root = new RootRecord(tree, nodes, nextInode);
    state.announce(cut.committed(root, new Tree(space, cache, tree), batch.sequence(), force));
    batch.commit(root.encode(), force);
    probe.at(Probe.Point.COMMITTED);
    state.publish();
    probe.at(Probe.Point.PUBLISHED);
    unforced = force ? 0 : unforced + 1;
    commits.increment();
    forcedCommits.add(force ? 1 : 0);
  }

  /** Takes note of a batch that was given up. */
  void failed() {
    withdraw();
    noteFailure();
  }

  /** Takes note that a batch that nobody depends on was given up. */
  void withdraw() {
    state.withdraw();
  }

  /** Takes note of an attempt that failed before there was a batch. */
  void noteFailure() {
    failedCommits.increment();
  }

  /** Commits, those that forced, and attempts that failed; for any thread. */
  RepositoryStatistics statistics(long dirtyBytes) {
    return new RepositoryStatistics(
        commits.sum(),
        forcedCommits.sum(),
        failedCommits.sum(),
        dirtyBytes,
        state.head().sequence());
  }
}
