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

  /** Whether the part is shared. */
  volatile boolean done;

  /** Why it is not; null if it cannot be shared. */
  volatile @Nullable IOException problem;

  Sharing(@Nullable Items source, long inode, SharePart part, long target) {
    this.source = source;
    this.inode = inode;
    this.part = part;
    this.target = target;
  }
}
