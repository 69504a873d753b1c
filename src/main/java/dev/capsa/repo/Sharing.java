package dev.capsa.repo;

import dev.capsa.block.SharePart;
import dev.capsa.tree.Items;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that the committer is asked to share with a new one. Done by the committer
 * alone, in a commit of its own; whoever asked waits for the round.
 */
final class Sharing {
  /** Where the file is; null: in the newest committed state. */
  final @Nullable Items source;

  final long inode;
  final SharePart part;
  final long target;

  /** Whether the target is to be the whole file; else it lends the part, and is nothing else. */
  final boolean whole;

  /** Block of the target where the part begins. */
  final long at;

  /** Whether the part is shared. */
  volatile boolean done;

  /** Why it is not; null if it cannot be shared. */
  volatile @Nullable IOException problem;

  private Sharing(
      @Nullable Items source, long inode, SharePart part, long target, boolean whole, long at) {
    this.source = source;
    this.inode = inode;
    this.part = part;
    this.target = target;
    this.whole = whole;
    this.at = at;
  }

  /** A part of a file that is copied whole, part by part. */
  static Sharing ofCopy(@Nullable Items source, long inode, SharePart part, long target) {
    return new Sharing(source, inode, part, target, true, part.first());
  }

  /** A part that the target is to lend, from a block on. */
  static Sharing toLend(@Nullable Items source, long inode, SharePart part, long target, long at) {
    return new Sharing(source, inode, part, target, false, at);
  }
}
