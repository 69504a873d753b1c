package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.block.ContentStore;
import dev.capsa.block.SharePart;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The files that are to share content, part by part, each with a commit of the committer. Safe for
 * many threads; {@link #next} is the committer's.
 *
 * <p>Sharing reads committed extents. So what the source has of uncommitted changes is committed
 * first; the caller, who holds the inode's lock, sees to it that no further ones come. None of
 * these commits is forced for its own sake: before the copy has its name, nobody relies on it.
 */
final class Sharings {
  private final ContentStore content;
  private final Admission admission;
  private final Queue<Sharing> waiting = new ConcurrentLinkedQueue<>();

  /** What sharing needs of the repository. */
  interface Commits {
    /** The newest head. */
    HeadView view();

    /** Waits for a round. */
    void await(Committer.Round round) throws IOException;

    /** Drops the content of an inode without a name, and its ORPHAN item. */
    void drop(long inode) throws IOException;
  }

  Sharings(ContentStore content, Admission admission) {
    this.content = content;
    this.admission = admission;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The next part to share; null if none waits. */
  @Nullable Sharing next() {
    return waiting.poll();
  }

  /**
   * Shares a file.
   *
   * @param kept items of the kept revision that has it; null if the head has
   * @return false if it cannot be shared, and nothing is
   */
  boolean share(Commits commits, @Nullable Items kept, long inode, long target) throws IOException {
    long first = 0;
    try {
      while (first < Long.MAX_VALUE) {
        Optional<SharePart> part = part(commits, kept, inode, first, Long.MAX_VALUE);
        if (part.isEmpty() || !share(commits, Sharing.ofCopy(kept, inode, part.get(), target))) {
          giveUp(commits, first, target);
          return false;
        }
        first = part.get().end();
      }
      return true;
    } catch (IOException | RuntimeException e) {
      giveUp(commits, first, target);
      throw e;
    }
  }

  /**
   * Finds what a file can have of another one's blocks with one change. Those of the head it can
   * have as they are; those of a kept revision, which may be dropped before that change is
   * committed, get a file of their own in the head first.
   *
   * @param at block of the target for the first one
   * @param hidden number for such a file
   */
  Optional<Lent> lend(
      Commits commits,
      @Nullable Items kept,
      long inode,
      long first,
      long count,
      long at,
      LongSupplier hidden)
      throws IOException {
    Optional<SharePart> found = part(commits, kept, inode, first, first + count);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SharePart part = found.get();
    long length = part.end() - first;
    if (kept == null) {
      return Optional.of(new Lent(inode, first, at, length, part.extents(), false));
    }
    long made = hidden.getAsLong();
    return share(commits, Sharing.toLend(kept, inode, part, made, at))
        ? Optional.of(new Lent(made, at, at, length, part.extents(), true))
        : Optional.empty();
  }

  /** The change that takes blocks: a file that was made to lend them goes with it. */
  static Change taking(Lent lent, Change alongside) {
    return mutation -> {
      alongside.apply(mutation);
      if (lent.hidden()) {
        drop(lent.inode(), mutation);
      }
    };
  }

  /** Lets go of what was not taken. */
  static void giveBack(Commits commits, Lent lent) {
    giveUp(commits, lent.hidden() ? lent.count() : 0, lent.inode());
  }

  /** Drops a file without a name. */
  static void drop(long inode, Mutation mutation) {
    mutation.removeContent(inode);
    mutation.remove(ItemKey.of(0, ItemKey.ORPHAN, inode));
  }

  private Optional<SharePart> part(
      Commits commits, @Nullable Items kept, long inode, long first, long end) throws IOException {
    if (kept != null) {
      return content.sharePart(kept, inode, first, end);
    }
    while (true) {
      try (HeadView view = commits.view()) {
        if (!view.changes(inode)) {
          return content.sharePart(view.head().committed(), inode, first, end);
        }
      }
      commits.await(Committer.Round.unforced(Committer.Need.CHANGES));
    }
  }

  /** Has a part shared; whether it can be. */
  private boolean share(Commits commits, Sharing sharing) throws IOException {
    Load claim = Costs.shared(sharing.part.extents());
    admission.claim(claim, Admission.Kind.ADDITION);
    try {
      waiting.add(sharing);
      commits.await(Committer.Round.unforced(Committer.Need.SHARES));
    } finally {
      waiting.remove(sharing);
      admission.release(claim);
    }
    IOException problem = sharing.problem;
    if (problem instanceof CapsaFullException) {
      throw new CapsaFullException("nothing was copied: " + problem.getMessage(), problem);
    } else if (problem != null) {
      throw new CapsaCorruptException("nothing was copied: " + problem.getMessage(), problem);
    }
    return sharing.done;
  }

  /**
   * Drops the parts that are shared already. What cannot be dropped now, the next opening clears.
   */
  private static void giveUp(Commits commits, long shared, long target) {
    if (shared > 0) {
      try {
        commits.drop(target);
      } catch (IOException e) {
        // The caller learns why the rest cannot be shared.
      }
    }
  }
}
