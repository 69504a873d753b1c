package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.block.ContentStore;
import dev.capsa.block.SharePart;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
        Optional<SharePart> part = part(commits, kept, inode, first);
        if (part.isEmpty() || !share(commits, new Sharing(kept, inode, part.get(), target))) {
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

  private Optional<SharePart> part(Commits commits, @Nullable Items kept, long inode, long first)
      throws IOException {
    if (kept != null) {
      return content.sharePart(kept, inode, first);
    }
    while (true) {
      try (HeadView view = commits.view()) {
        if (!view.changes(inode)) {
          return content.sharePart(view.head().committed(), inode, first);
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
