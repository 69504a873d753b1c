package dev.capsa.repo;

import dev.capsa.tree.Items;
import org.jspecify.annotations.Nullable;

/**
 * The live head: a committed root under up to two overlays. Immutable but for the active overlay.
 *
 * @param root the committed root
 * @param committed its items
 * @param frozen what a commit is writing, or failed to write; never changes
 * @param active takes the changes of operations
 * @param sequence of the commit that made the root
 * @param forced whether the root is known to be durable
 */
record Head(
    RootRecord root,
    Items committed,
    @Nullable Overlay frozen,
    Overlay active,
    long sequence,
    boolean forced) {

  /** Whether all completed changes are committed. */
  boolean clean() {
    return frozen == null && active.isEmpty();
  }

  /** Whether an overlay has uncommitted content of a file. */
  boolean changes(long inode) {
    return active.file(inode) != null || (frozen != null && frozen.file(inode) != null);
  }

  /** The active overlay frozen, merged with what is frozen already; an empty one active. */
  Head cut() {
    if (active.isEmpty()) {
      return this;
    }
    Overlay cut = frozen == null ? active : Overlay.merged(frozen, active);
    return new Head(root, committed, cut, new Overlay(), sequence, forced);
  }

  /** The frozen overlay replaced by the root that holds it. */
  Head committed(RootRecord newRoot, Items items, long newSequence, boolean durable) {
    return new Head(newRoot, items, null, active, newSequence, durable);
  }
}
