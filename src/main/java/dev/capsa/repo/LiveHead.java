package dev.capsa.repo;

import dev.capsa.raw.Mapper;
import dev.capsa.store.KeptRevision;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The newest state of a container, committed or not: one immutable record {root, frozen overlay,
 * active overlay}, swapped by one volatile write. Every thread sees completed changes at once.
 *
 * <p>The caller of the changing methods holds the lock of the inodes concerned; this class does not
 * know inodes beyond their numbers.
 */
public interface LiveHead extends AutoCloseable {
  /** The newest state, for one operation's reads. */
  View view();

  /** An inode number never used before in this container, above 1: that is the root's. */
  long newInode();

  /**
   * Applies changes of items together.
   *
   * @throws dev.capsa.CapsaFullException with nothing accepted, if the changes might not fit
   * @throws dev.capsa.CapsaStoppedException if an earlier failure stopped the writer
   */
  void change(Change change) throws IOException;

  /**
   * Writes bytes into a file's pages, together with changes of items. At most 1 MiB per call: that
   * much is atomic. Readers see the pages no later than the items, so that a size never promises
   * bytes that are not there. The source is read from its position to its limit.
   *
   * @param size the file's size before the write; bytes between it and {@code position} become a
   *     hole
   */
  void write(long inode, long position, ByteBuffer source, long size, Change alongside)
      throws IOException;

  /**
   * Cuts or extends a file, together with changes of items. Readers see the items no later than
   * that bytes are missing, so that who looks at the size after reading knows what was cut off.
   */
  void truncate(long inode, long size, long newSize, Change alongside) throws IOException;

  /**
   * Removes, in the background, each inode that has an ORPHAN item in the committed root: its
   * content in bounded steps, one with each commit, then all its other items and the ORPHAN item.
   * What is not done when this is closed is left to a call at the next opening. While this is
   * called, nobody may use such an inode or make one.
   */
  void removeOrphans() throws IOException;

  /**
   * Maps a part of a file that lies in consecutive blocks, as {@link dev.capsa.store.Space#map}
   * does. Commits what the file has of uncommitted changes. The caller holds the inode's lock, and
   * has cut the part at the file's size.
   *
   * @param rewrite whether a part that does not lie so is to be stored again
   * @return empty if the part cannot be mapped
   */
  default <T> Optional<T> map(
      long inode, long position, long length, boolean rewrite, Mapper<T> mapper)
      throws IOException {
    return Optional.empty();
  }

  /**
   * Has a new file share the content of another one, of this head or of a kept revision of the same
   * container that stays open meanwhile. The new file has content then and an ORPHAN item, but no
   * INODE item: the caller makes that, and removes the ORPHAN item, with one change; or removes the
   * content. After a crash before that the next opening clears it. If the source is of this head,
   * the caller holds its inode's lock, so that it stays as it is.
   *
   * @param target an inode number that was never used
   * @return false if the content cannot be shared; nothing is left then
   * @throws dev.capsa.CapsaFullException if there is no room; nothing is left then
   */
  default boolean share(LiveHead source, long inode, long target) throws IOException {
    return false;
  }

  /**
   * Finds whole blocks of a file, of this head or of a kept revision that stays open meanwhile,
   * which another one can {@link #take}. Commits what the file has of uncommitted changes. If it is
   * of this head, the caller holds its inode's lock until he has taken them, and that of the
   * target.
   *
   * @param first its first block
   * @param count number of blocks wanted, at least 1
   * @param at the target's block that the first one is to be
   * @return some first part of them, to be given to {@link #take} or {@link #giveBack}; empty if
   *     they cannot be shared
   */
  default Optional<Lent> lend(
      LiveHead source, long inode, long first, long count, long target, long at)
      throws IOException {
    return Optional.empty();
  }

  /**
   * Replaces blocks of a file by those that another one lends, together with changes of items; the
   * file grows to hold them. The next commit has the two share what is stored.
   *
   * @param size the file's size before; bytes between it and the blocks become a hole
   * @throws dev.capsa.CapsaFullException with nothing accepted
   */
  default void take(Lent lent, long inode, long size, Change alongside) throws IOException {
    throw new UnsupportedOperationException("nothing was lent");
  }

  /** Lets go of blocks that were not taken. What cannot go now goes at the next opening. */
  default void giveBack(Lent lent) {}

  /** Says what leads from the newest state back to an older one. */
  @FunctionalInterface
  interface Differences {
    /**
     * Notes it. Called in another thread, before the one commit that changes all of it; both states
     * are readable until this returns, and the commit may still fail.
     */
    void note(Tree now, Tree then, Reversal reversal) throws IOException;
  }

  /**
   * Brings back what an older revision has, in one commit, which is durable. What was completed
   * before is committed first, and that state is kept with the commit, so that it can be brought
   * back in the same way: by the rule for revisions that are kept without being asked for, if there
   * is one, else under a name of its own.
   *
   * <p>The caller lets nobody change the files of this head meanwhile. Items of inode 0, and inodes
   * that never had a name, may change.
   *
   * @param revision a kept one
   * @return the state before; if nothing differs, the newest one, which may not be kept
   * @throws dev.capsa.CapsaNoSuchSnapshotException if the revision is not kept
   * @throws dev.capsa.CapsaFullException if there is no room; nothing has changed
   * @throws IOException if it is the differences'; nothing has changed
   */
  default KeptRevision rewind(long revision, Differences differences) throws IOException {
    throw new UnsupportedOperationException("this head does not go back");
  }

  /** Waits until all that was completed before the call is committed and durable. */
  void force() throws IOException;

  /** Sequence of the newest published commit. */
  long sequence();

  /** Durability of background commits. */
  Durability durability();

  /** Commits durably what is left and stops the committer. Idempotent. */
  @Override
  void close() throws IOException;
}
