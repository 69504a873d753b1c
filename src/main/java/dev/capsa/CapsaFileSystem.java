package dev.capsa;

import java.io.IOException;
import java.nio.file.CopyOption;
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
   * Makes the container file short: what is in use is stored closer together, lower in the file,
   * and the free end is cut off. Nothing changes for files and snapshots; others read and write
   * meanwhile, and a crash at any moment leaves what any commit leaves. Works in steps of some 8
   * MiB, each a commit that forces; needs at most 12 MiB more than the file has, and takes the time
   * to copy what is in use once or twice. Segments with damage, and those that somebody has mapped,
   * stay where they are; while another process reads, the file is not cut.
   *
   * <p>If the thread is interrupted, it returns after the step that it is in, with the thread still
   * interrupted: what was done stays, and another call goes on. A file system that is closed
   * meanwhile ends it in the same way.
   *
   * @throws java.nio.file.ReadOnlyFileSystemException if it is read-only
   * @throws CapsaFullException if what was done before cannot be committed
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws java.nio.file.ClosedFileSystemException if it is closed, or gets closed meanwhile
   */
  public abstract void compact() throws IOException;

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
   * Which revisions the container keeps by itself. A new one keeps none, unless the key {@code
   * retention} says so when it is made: then stays what has a name, what a crash may fall back to,
   * and what somebody has open.
   *
   * @throws CapsaCorruptException if that cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract Retention retention() throws IOException;

  /**
   * Sets which revisions the container keeps by itself, from now on; durable when this returns.
   * Those that were kept so, and are not to be any more, are dropped by the next commits; snapshots
   * are not touched. {@link #revisions} has the revisions that are kept so, without a name; {@link
   * #snapshots} has not.
   *
   * <p>Keeping one is part of a commit and adds some kilobytes to it, whatever the size of the
   * container; then what is overwritten or deleted takes space for as long as a revision has it. If
   * there is no room for keeping, the commit is made without.
   *
   * @throws CapsaFullException if there is no room to store it
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws java.nio.file.ReadOnlyFileSystemException if it is read-only
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void retention(Retention retention) throws IOException;

  /**
   * What became of the files from one revision to another. Takes time by what changed between them,
   * not by what there is; and, where a file was written that kept its name, by the entries of its
   * directory, which are gone through for the name. Takes memory by the number of changes.
   *
   * <p>A file is known by its identity, not by its name. So a file that was replaced by a new one
   * of the same name is one that was deleted, and one that was created. Of a directory that was
   * moved, what is in it is not told. Of one that was created or deleted, it is. Times of a
   * directory count only if its entries are the same.
   *
   * @param older one of the {@link #revisions}, or the one that this file system shows
   * @param newer likewise; may be the older one, then the changes lead back
   * @return the changes, in the order of the paths
   * @throws CapsaNoSuchSnapshotException if one of them can no longer be opened
   * @throws CapsaCorruptException if one of them cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract List<Change> diff(Revision older, Revision newer) throws IOException;

  /**
   * What became of the files from a revision to the newest commit. {@link #sync} first to see what
   * was done just now. Else as {@link #diff(Revision, Revision)}.
   *
   * @throws CapsaNoSuchSnapshotException if it can no longer be opened
   * @throws CapsaCorruptException if one of the states cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract List<Change> diff(Revision older) throws IOException;

  /**
   * The revisions in which a file changed: of the kept ones and the newest commit those that have
   * it, and have it not just as the one before. Content, attributes and names count; of a directory
   * also that its entries change. The file is followed by its identity, through all its names.
   * Costs a look at each kept revision.
   *
   * @param file a path of this file system, of a file that is there now; links are followed
   * @return the oldest first; empty if the file is not committed yet
   * @throws java.nio.file.NoSuchFileException if there is none. Of a file that was deleted, ask the
   *     file system of a revision that has it
   * @throws java.nio.file.ProviderMismatchException if it is a path of another provider
   * @throws IllegalArgumentException if it is a path of another file system
   * @throws CapsaCorruptException if one of the revisions cannot be read
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract List<Version> history(Path file) throws IOException;

  /**
   * Copies a file, or a directory with all that is below it, with all attributes. Symbolic links
   * are copied as such, the source, too. Files of more than 64 KiB share what is stored, if they
   * are of this container, of now or of a snapshot, and it has the layout {@code extents}; so that
   * costs no room but for names and attributes. Names of one file in the tree become names of one
   * copy. Each file is copied as it is at one moment; all of them as they were at one moment are in
   * a {@link #snapshot}. What others delete meanwhile may be missing. If it fails, what it made is
   * removed, and what was at the target stays.
   *
   * @param source a path of this provider
   * @param target a path of this file system, of nothing that is there
   * @param options {@link java.nio.file.StandardCopyOption#REPLACE_EXISTING}: a file, a link or an
   *     empty directory at the target goes; others are of no effect
   * @throws java.nio.file.NoSuchFileException if the source is not there
   * @throws java.nio.file.FileAlreadyExistsException if the target is
   * @throws java.nio.file.DirectoryNotEmptyException if it is a directory with entries
   * @throws java.nio.file.FileSystemException if the target lies below the source
   * @throws java.nio.file.ProviderMismatchException if one is a path of another provider
   * @throws IllegalArgumentException if the target is a path of another file system
   * @throws UnsupportedOperationException for {@code ATOMIC_MOVE} and unknown options
   * @throws java.nio.file.ReadOnlyFileSystemException if this is read-only
   * @throws CapsaFullException if there is no room
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void copyTree(Path source, Path target, CopyOption... options) throws IOException;

  /**
   * Brings a file, a link or a tree back as it was in a revision: content, attributes, and in a
   * tree all that was there, and only that. It takes the place of what is there now. What was
   * deleted comes back, and what was only changed is a new file with the old content; who has the
   * present one open goes on with that. To bring a file back to another path, {@link
   * java.nio.file.Files#copy} it from {@link #openRevision}.
   *
   * <p>All is copied beside its place first, under a name that begins with {@code .restored-}, and
   * appears in one step when it is whole. A crash may leave that, and, of a directory that was not
   * empty, what was there under such a name, but never neither. Costs what {@code Files.copy} of
   * all of it does: large files share what is stored. To undo it, restore from a snapshot made
   * before.
   *
   * @param file a path of this file system; its directory is there. Not the root
   * @param revision one of the {@link #revisions}
   * @throws java.nio.file.NoSuchFileException if the revision has no such file, or the directory is
   *     not there now; nothing has happened
   * @throws CapsaNoSuchSnapshotException if the revision can no longer be opened
   * @throws CapsaFullException if there is no room; the present state stays
   * @throws CapsaCorruptException if the file cannot be read in the revision; the present state
   *     stays
   * @throws java.nio.file.FileSystemException if it is the root
   * @throws java.nio.file.ProviderMismatchException if it is a path of another provider
   * @throws IllegalArgumentException if it is a path of another file system
   * @throws java.nio.file.ReadOnlyFileSystemException if it is read-only
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract void restore(Path file, Revision revision) throws IOException;

  /**
   * Brings the whole container back as it was in a revision: all files, directories, links and
   * attributes, times included. One commit, durable when this returns; a crash leaves the state
   * before or the one after. The state before is kept by the same commit, so a rollback is undone
   * by a rollback to what this returns. If the container keeps revisions by itself, that is one of
   * them, counted and dropped by the {@linkplain #retention rule}; else it is a snapshot with the
   * name {@code before-rollback-} and its number, which stays until {@link #deleteSnapshot}, with
   * all space that it alone takes.
   *
   * <p>Files keep their identity. One that is open, and is in the revision, goes on with the
   * content that it had there; one that is not stays readable and writable without a name. Reads go
   * on meanwhile, and see the state before or the one after. Changes wait; a write of more than 1
   * MiB is several. Who watches a directory is told what became of names in it, and of the files
   * with these names. Snapshots, other revisions and the rule of retention stay as they are.
   *
   * <p>Takes time by what differs, not by what there is: files share what is stored, no content is
   * read or written. So damage of a file's content is found by who reads it. All items that differ
   * are held in memory, some 200 bytes for each name, file or extent; more than a quarter of the
   * heap is refused. If nothing differs, nothing is done.
   *
   * @param revision number of one that is kept; the newest commit is one only if somebody keeps it
   * @return the revision that undoes this; if nothing differed, the newest commit
   * @throws CapsaNoSuchSnapshotException if that is not kept
   * @throws CapsaFullException if there is no room; nothing has changed. As the state before is
   *     kept, nothing becomes free by it
   * @throws CapsaCorruptException if the revision cannot be read; nothing has changed
   * @throws CapsaException if too much differs; nothing has changed
   * @throws CapsaStoppedException if an earlier failure of the medium stopped writing
   * @throws java.nio.file.ReadOnlyFileSystemException if it is read-only
   * @throws java.nio.file.ClosedFileSystemException if it is closed
   */
  public abstract Revision rollback(long revision) throws IOException;

  /**
   * As {@link #rollback(long)}, to a snapshot.
   *
   * @param snapshot its name
   * @return the revision that undoes this; if nothing differed, the newest commit
   * @throws CapsaNoSuchSnapshotException if none has this name
   * @throws IllegalArgumentException if no snapshot can have it
   */
  public abstract Revision rollback(String snapshot) throws IOException;

  /**
   * What became of a file, or of one of its names.
   *
   * @param kind what happened
   * @param before its path in the older revision, as a path of the file system that was asked;
   *     empty if it was created
   * @param after its path in the newer revision; empty if it was deleted. Differs from the one
   *     before if the file or a directory above it was moved
   */
  public record Change(Kind kind, Optional<Path> before, Optional<Path> after) {
    /** What may happen to a file. */
    public enum Kind {
      /** It has a name that it had not: it is new, or was linked. */
      CREATED,
      /** It has lost a name: the last one, or one of several. */
      DELETED,
      /** It has another name, or another directory. */
      MOVED,
      /**
       * It was written, be it with the same bytes. One whose bytes the container has moved to
       * another place, and whose attributes were set, is told so, too.
       */
      CHANGED,
      /** Permissions, owner, group, times, or what users may define. */
      ATTRIBUTES
    }

    /** The path after, or else the one before. */
    public Path path() {
      return after.orElseGet(before::orElseThrow);
    }
  }

  /**
   * A revision in which a file is another one than before.
   *
   * @param revision which has it
   * @param path its path there, as a path of the file system that was asked
   */
  public record Version(Revision revision, Path path) {}

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
   * @param liveBytes what the files, their names and attributes take; with what deleted large files
   *     and a rollback have left, until the commits that follow by themselves have let it go
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
