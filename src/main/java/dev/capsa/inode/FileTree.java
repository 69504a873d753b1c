package dev.capsa.inode;

import dev.capsa.raw.Mapper;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file system by inode: directories, links, attributes, content. Each method is one atomic
 * operation, durable as the container's durability says. Names are UTF-8 bytes. Paths, exceptions
 * with paths, channels and everything else of java.nio.file is the provider's.
 *
 * <p>Errors: {@link InodeException} with a reason; {@code CapsaException}s from below. A directory
 * or inode number that no longer exists is NO_SUCH_FILE.
 */
public interface FileTree extends AutoCloseable {
  /** Inode of the root directory. */
  long ROOT = 1;

  /** Most bytes of a name. */
  int MAX_NAME_BYTES = 255;

  /** Most names of a file. */
  int MAX_LINKS = 65_000;

  /** Most bytes of a file: 8 PiB. */
  long MAX_FILE_BYTES = 1L << 53;

  /** Most bytes of the target of a symbolic link. */
  int MAX_TARGET_BYTES = 3072;

  /** Most bytes of the value of a user attribute. */
  int MAX_ATTRIBUTE_BYTES = 4096;

  /** The attributes of an inode; null if there is none. */
  @Nullable Inode inode(long number) throws IOException;

  /**
   * What a name in a directory names; null if nothing, also because there is no such directory: one
   * look at one item.
   */
  @Nullable Entry lookup(long directory, byte[] name) throws IOException;

  /**
   * Up to {@code most} entries whose names are greater than {@code after} (null: from the start),
   * in the order of the names' bytes. An entry that exists during a whole listing by repeated calls
   * is returned exactly once.
   */
  List<Entry> list(long directory, byte @Nullable [] after, int most) throws IOException;

  /** Makes an empty regular file. ALREADY_EXISTS if the name is there, also as a dangling link. */
  Inode createFile(long directory, byte[] name, NewFile how) throws IOException;

  /** Makes an empty directory. */
  Inode createDirectory(long directory, byte[] name, NewFile how) throws IOException;

  /** Makes a symbolic link. NAME_TOO_LONG also for a target above {@link #MAX_TARGET_BYTES}. */
  Inode createSymbolicLink(long directory, byte[] name, byte[] target, NewFile how)
      throws IOException;

  /**
   * Gives a file or symbolic link a further name. IS_A_DIRECTORY for a directory; NO_SUCH_FILE for
   * a file that has lost its last name, though it be open.
   */
  void createLink(long directory, byte[] name, long inode) throws IOException;

  /**
   * Removes a name: of a file or link, or of an empty directory. With the last name the file goes,
   * once nobody has it open: at once to all who look; the space of a large file comes back in the
   * background.
   *
   * @return the inode that the name named
   */
  long remove(long directory, byte[] name) throws IOException;

  /**
   * Moves a name, atomically. If {@code replace}, an existing target that is a file, a link or an
   * empty directory goes in the same step. Source and target the same file: nothing happens. A
   * reader finds the file under the old name, under the new one, or for a moment under both; never
   * under none.
   *
   * <p>ALREADY_EXISTS without {@code replace}; DIRECTORY_NOT_EMPTY; INTO_ITSELF for a directory
   * that would come to lie below itself.
   */
  void rename(
      long sourceDirectory,
      byte[] sourceName,
      long targetDirectory,
      byte[] targetName,
      boolean replace)
      throws IOException;

  /** Sets attributes. Nothing to set: nothing happens, and the time of change stays. */
  Inode setAttributes(long inode, AttributeChange change) throws IOException;

  /** Names of the user attributes. */
  List<byte[]> attributeNames(long inode) throws IOException;

  /** A user attribute; null if there is none. */
  byte @Nullable [] attribute(long inode, byte[] name) throws IOException;

  /** Sets a user attribute of up to 4096 bytes (name up to 255). */
  void setAttribute(long inode, byte[] name, byte[] value) throws IOException;

  /** Removes a user attribute; NO_SUCH_ATTRIBUTE if there is none. */
  void removeAttribute(long inode, byte[] name) throws IOException;

  /**
   * Opens a regular file: it stays readable and writable without a name until every handle is
   * closed. NO_SUCH_FILE if it has no name already.
   */
  FileHandle open(long inode) throws IOException;

  /**
   * Makes a file with the content that another one has at one moment, by sharing what is stored of
   * it. The file is complete when its name appears, and what had the name before goes in the same
   * step. Nothing is left if this fails. ALREADY_EXISTS without {@link FileCopy#replace};
   * DIRECTORY_NOT_EMPTY.
   *
   * @param source of this tree, or of one of a kept revision of the same container
   * @return empty if the content cannot be shared, or is so small that it need not: nothing
   *     happened, and whoever wants a copy copies the bytes
   */
  default Optional<Inode> share(FileHandle source, long directory, byte[] name, FileCopy copy)
      throws IOException {
    return Optional.empty();
  }

  /** Who is told what a rollback does to directories. */
  interface Onlooker {
    /**
     * Directories of interest. Called once nobody can change anything any more.
     *
     * @return null if the rollback is to be given up
     */
    @Nullable Set<Long> directories();

    /** It is done; nobody else has changed anything yet. */
    void done(Rollback what);
  }

  /**
   * Brings all files, directories, links and attributes back as they are in a revision, in one
   * atomic step, which is durable. Waits for changes that are under way; those to come wait until
   * it is done. Reads go on, and see the state before or the one after. An open file that the
   * revision has goes on with the content that it has there; one that it has not stays readable and
   * writable without a name.
   *
   * @param revision a kept one
   * @return the state before, which is kept; if nothing differed, the newest one. Empty if the
   *     onlooker gave up, and nothing happened
   */
  default Optional<KeptRevision> rollBack(long revision, Onlooker onlooker) throws IOException {
    throw new UnsupportedOperationException("this tree does not go back");
  }

  /** Bytes that the committed content takes in the container. */
  long allocatedBytes(long inode) throws IOException;

  /** Waits until everything done before is durable. */
  void force() throws IOException;

  /**
   * Makes all durable, and has the head remove what has no name. Handles must be closed before. The
   * live head stays open: it is the caller's.
   */
  @Override
  void close() throws IOException;

  /**
   * An open regular file. Safe for many threads. Reads take no lock; a read beside a write or a
   * truncation may see some of it. TOO_LARGE for what would grow a file above {@link
   * #MAX_FILE_BYTES}. Once closed, each method but {@link #inode} and {@link #close} throws {@link
   * java.nio.channels.ClosedChannelException}.
   */
  interface FileHandle extends AutoCloseable {
    /** Bytes of what two files may share. */
    int BLOCK_BYTES = 4096;

    /**
     * Fewer bytes are rather copied: a file of up to as many is stored as a whole, and a commit
     * that notes what is shared may write tens of KiB for it, nodes of the catalog and of the share
     * counts.
     */
    int LEAST_SHARED_BYTES = 64 << 10;

    /** The file. */
    long inode();

    /** The size in bytes. */
    long size() throws IOException;

    /**
     * Reads up to the buffer's remaining bytes.
     *
     * @return bytes read; −1 at or past the end, unless no byte is asked for
     */
    int read(long position, ByteBuffer destination) throws IOException;

    /**
     * Writes all remaining bytes, growing the file; a gap is a hole. Up to 1 MiB is one atomic
     * operation; more is written in such steps.
     */
    int write(long position, ByteBuffer source) throws IOException;

    /** Writes all remaining bytes at the end, atomically among appenders; returns the position. */
    long append(ByteBuffer source) throws IOException;

    /** Cuts or extends the file. */
    void truncate(long size) throws IOException;

    /**
     * Maps a part of the file as it is now; what is written later does not show in it. The memory
     * stays as it is, whatever becomes of the file in this process.
     *
     * @param rewrite whether the part may be stored again to lie together; needed unless it does
     * @return empty if this medium, or the layout of the file, cannot be mapped
     * @throws java.io.EOFException if the part passes the end
     */
    default <T> Optional<T> map(long position, long length, boolean rewrite, Mapper<T> mapper)
        throws IOException {
      return Optional.empty();
    }

    /**
     * Replaces bytes by those of another file, or of another part of this one, by sharing whole
     * blocks of what is stored: all that is taken by one call is of one moment, and appears at
     * once, also where two parts of a file overlap. The file grows for them; a gap is a hole.
     *
     * @param source of this tree, or of one of a kept revision of the same container
     * @param from where they begin in the source, a multiple of {@link #BLOCK_BYTES}
     * @param to where they are to begin here, likewise
     * @param count most bytes to take
     * @return how many were taken, less than {@code count} perhaps. 0: none, and they are to be
     *     copied; there are fewer than {@link #LEAST_SHARED_BYTES}, or the layout of the one or the
     *     other does not allow it
     */
    default long take(FileHandle source, long from, long to, long count) throws IOException {
      return 0;
    }

    /** Makes the file's content and attributes durable. */
    void force() throws IOException;

    /** Gives the handle up. The last one of a file without a name removes the file. Idempotent. */
    @Override
    void close() throws IOException;
  }
}
