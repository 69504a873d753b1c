package dev.capsa;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A file system in a container: what {@code java.nio.file} does not know about it.
 *
 * <p>Closing it closes its channels and streams and makes everything durable. One that several
 * {@link Capsa#open} share closes with the last of them.
 */
public abstract class CapsaFileSystem extends FileSystem {

  /** For the provider. */
  protected CapsaFileSystem() {}

  /** The container file, as it was named at opening; empty if the container lies in memory. */
  public abstract Optional<Path> container();

  /**
   * Waits until everything that was done before this call is durable: it survives a crash of the
   * process and of the machine. Does nothing on a file system that is read-only.
   *
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws CapsaFullException if the medium has no room for it; nothing is lost, and a later call
   *     may succeed
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void sync() throws IOException;

  /**
   * Figures of the container, as of its newest commit. Costs time by the size of the container's
   * own state, not by the number of files.
   *
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract Statistics statistics() throws IOException;

  /**
   * What the bytes of the container are for, as of its newest commit: what was done since the last
   * {@link #sync} may be missing. Waits for a commit that is at work. Costs time by the size of the
   * container's own state (64 bytes for 4 MiB) and by the number of pieces that snapshots alone
   * hold (16 bytes read for each), not by the number of files.
   *
   * @throws CapsaCorruptException if what snapshots hold cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract Usage usage() throws IOException;

  /**
   * Checks the newest committed state, with all that was done before this call: every structure,
   * and every byte of every file. Others go on meanwhile; space that they free is not reused until
   * it ends. {@link Capsa#check} does the same for a container that is not open, and says more of
   * one that cannot be opened.
   *
   * @param faults takes each fault when it is found, in this thread; nothing if all is well
   * @throws CapsaLockedException if this file system is read-only and another process writes
   * @throws CapsaException if what was done before cannot be made durable
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void check(Consumer<? super Fault> faults) throws IOException;

  /**
   * The newest commit; of a file system that {@linkplain #openRevision shows a revision}, that one.
   * What was done after the newest commit is not in it, though every thread sees it.
   *
   * @throws CapsaCorruptException if the index of kept revisions is damaged
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract Revision revision() throws IOException;

  /**
   * The revisions that {@link #openRevision} opens, the oldest first: those that are kept, and the
   * newest commit, which is kept by nobody but who has it open, so that the next commit may take
   * its place. Of a file system that shows a revision: those of its container all the same. Costs a
   * look at each, and none at files.
   *
   * @throws CapsaCorruptException if the index of kept revisions is damaged
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract List<Revision> revisions() throws IOException;

  /**
   * Keeps the state that has all that was completed before this call, under a name, until {@link
   * #deleteSnapshot}. Durable when this returns. It costs one commit, whatever the size of the
   * container; later on, what is overwritten or deleted of it takes space for as long as it is
   * kept. Others go on meanwhile.
   *
   * @param name 1 to 255 bytes in UTF-8, without NUL; names are told apart byte by byte
   * @throws CapsaSnapshotExistsException if another snapshot has the name
   * @throws IllegalArgumentException if no snapshot can have it
   * @throws CapsaFullException if there is no room for what is not committed yet; nothing is kept
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws java.nio.file.ReadOnlyFileSystemException if it is read-only
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract Revision snapshot(String name) throws IOException;

  /**
   * The revisions that have a name, the oldest first. Costs a look at each kept revision.
   *
   * @throws CapsaCorruptException if the index of kept revisions is damaged
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract List<Revision> snapshots() throws IOException;

  /**
   * Keeps a snapshot no longer; durable when this returns. It costs one commit. The space that
   * nothing else holds comes back in the background, by further commits, and once nobody has the
   * snapshot open any more: who has, reads on.
   *
   * @throws CapsaNoSuchSnapshotException if none has this name
   * @throws IllegalArgumentException if no snapshot can have it
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws java.nio.file.ReadOnlyFileSystemException if it is read-only
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void deleteSnapshot(String name) throws IOException;

  /**
   * Opens a snapshot as a file system of its own, which is read-only and never changes. There may
   * be any number of them, also of one snapshot, and writing goes on beside them. It shows the
   * snapshot until it is closed, also if that is deleted before, and is closed before this file
   * system is. Opening costs a few reads, whatever the size of the container.
   *
   * <p>Its paths are equal to none of another file system, and its files are not {@linkplain
   * java.nio.file.Files#isSameFile the same} as those that became of them. {@code toUri} names
   * container, revision and path; such a URI is found while the revision is open by {@code
   * FileSystems.newFileSystem(uri, env)} or {@link Capsa#open} with {@code snapshot} or {@code
   * revision}, and else refused with {@code FileSystemNotFoundException}.
   *
   * @return to be closed
   * @throws CapsaNoSuchSnapshotException if none has this name
   * @throws IllegalArgumentException if no snapshot can have it
   * @throws CapsaCorruptException if it cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract CapsaFileSystem openSnapshot(String name) throws IOException;

  /**
   * Opens a revision as {@link #openSnapshot} does: one that is kept, or the newest commit, which
   * then stays until it is closed, with all that is overwritten or deleted meanwhile.
   *
   * @param number of one of the {@link #revisions}
   * @return to be closed
   * @throws CapsaNoSuchSnapshotException if that is neither kept nor the newest commit
   * @throws CapsaCorruptException if it cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract CapsaFileSystem openRevision(long number) throws IOException;

  /**
   * Something that is wrong in a container.
   *
   * @param place a path where that is known, else what part of the container it is
   * @param what what is wrong there
   */
  public record Fault(String place, String what) {
    @Override
    public String toString() {
      return place + ": " + what;
    }
  }

  /**
   * What the bytes of a container are for. Each byte of the file counts in just one of live,
   * snapshots, reclaimable, metadata and free. Space is counted as it is allocated: blocks of 4
   * KiB, grains of 64 bytes, nodes of the catalog of 16 KiB.
   *
   * @param lengthBytes bytes of the container file
   * @param liveBytes what the files, their names and attributes take
   * @param snapshotBytes what snapshots alone hold: files do not need it any more
   * @param uniqueBytes by the names of the snapshots, the oldest first: what this snapshot alone
   *     holds, no other one; dropping it alone frees so much
   * @param sharedBytes of the live bytes those that several files share, counted once
   * @param reclaimableBytes what dropped snapshots have left, and commits to come will free
   * @param metadataBytes the container's own state
   * @param freeBytes what is in no use; some of it may wait for a commit before it can be reused
   */
  public record Usage(
      long lengthBytes,
      long liveBytes,
      long snapshotBytes,
      Map<String, Long> uniqueBytes,
      long sharedBytes,
      long reclaimableBytes,
      long metadataBytes,
      long freeBytes) {
    /** Keeps the order of the map. */
    public Usage {
      uniqueBytes = Collections.unmodifiableMap(new LinkedHashMap<>(uniqueBytes));
    }
  }

  /**
   * Figures of a container.
   *
   * @param uuid identity, given at creation
   * @param formatVersion of the file's format
   * @param layout how large files lie in it: extents or chain
   * @param created when it was made
   * @param lengthBytes bytes of the container file
   * @param usedBytes bytes that the newest commit reaches, the container's own state included
   * @param commit number of the newest commit
   * @param committed when that was
   * @param durable whether that commit is known to survive a crash
   * @param epoch number of the writable opening that wrote last
   */
  public record Statistics(
      UUID uuid,
      int formatVersion,
      String layout,
      Instant created,
      long lengthBytes,
      long usedBytes,
      long commit,
      Instant committed,
      boolean durable,
      long epoch) {}
}
