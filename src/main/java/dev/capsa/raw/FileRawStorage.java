package dev.capsa.raw;

import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaLockedException;
import dev.capsa.CapsaStoppedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A medium in a file of the host.
 *
 * <p>Many threads may read at once, and while one writes; writes, resizes and forces wait for each
 * other. Threads are spread over a few open files, because each open file has a lock that all its
 * readers touch. No interrupt disturbs anybody, see {@link UninterruptibleFile}: a call of an
 * interrupted thread completes like any other, and the thread stays interrupted.
 *
 * <p>The file must be written by nobody else. Locks are {@link ContainerLock}'s affair; but who
 * writes also locks a byte of the file itself, which finds a writer in another process that has the
 * same file under another name, or whose lock file was removed. It is a second line only: POSIX
 * drops it when this process closes any other channel of the file. After a failed {@link #force}
 * this medium can only be read: the kernel has dropped what it could not write and marked it clean,
 * so that a second force would succeed without having written it.
 */
public final class FileRawStorage implements RawStorage {
  /** How bytes come from the file. */
  public enum Reads {
    /** By calls of the system. */
    CHANNEL,
    /**
     * From mappings, where they reach: about three times as fast for 4 KiB that the system has in
     * its cache. Only for a file that no other process cuts. Windows refuses to cut a mapped file.
     */
    MAPPED
  }

  /** What is gathered, or zeroed, by one call of the system. */
  private static final int STAGING_BYTES = 1 << 20;

  private static final int MOST_READERS = 4;

  private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ);

  private static final Set<OpenOption> READING_AND_WRITING =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  /** Beyond all content, since Windows lets nobody read a locked byte. */
  private static final long WRITER_BYTE = Long.MAX_VALUE - 1;

  private final Path file;
  private final UninterruptibleFile[] readers;
  private final @Nullable UninterruptibleFile writer;

  /** Kept, since the virtual machine forgets locks that nobody refers to; null if there is none. */
  @SuppressWarnings("UnusedVariable")
  private final @Nullable FileLock lock;

  private final @Nullable MappedWindows windows;

  /** For all mappings. */
  private final MappingFile mapping;

  private final Object identity;

  private final ReentrantLock writing = new ReentrantLock();

  /** Written under the lock. */
  private volatile long length;

  private volatile boolean closed;

  /** Guarded by the lock: a direct buffer, allocated at the first need. */
  private @Nullable ByteBuffer staging;

  /** Guarded by the lock: whether the folder must be forced, too, for the file to be found. */
  private boolean isNew;

  /** Guarded by the lock: why no force can be believed any more. */
  private @Nullable IOException failedForce;

  FileRawStorage(
      Path file,
      UninterruptibleFile[] readers,
      @Nullable UninterruptibleFile writer,
      @Nullable FileLock lock,
      @Nullable MappedWindows windows,
      MappingFile mapping,
      Object identity,
      boolean isNew)
      throws IOException {
    this.file = file;
    this.readers = readers;
    this.writer = writer;
    this.lock = lock;
    this.windows = windows;
    this.mapping = mapping;
    this.identity = identity;
    this.isNew = isNew;
    this.length = readers[0].size();
  }

  /** As {@link #create(Path, Reads)}, reading through channels. */
  public static FileRawStorage create(Path file) throws IOException {
    return create(file, Reads.CHANNEL);
  }

  /**
   * Makes an empty file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one already
   */
  public static FileRawStorage create(Path file, Reads reads) throws IOException {
    return open(
        file,
        true,
        reads,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** As {@link #open(Path, boolean, Reads)}, reading through channels. */
  public static FileRawStorage open(Path file, boolean readOnly) throws IOException {
    return open(file, readOnly, Reads.CHANNEL);
  }

  /**
   * Opens a file.
   *
   * @param readOnly whether {@link #write} and {@link #resize} throw {@link
   *     NonWritableChannelException}
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws FileSystemException if it is not a regular file
   */
  public static FileRawStorage open(Path file, boolean readOnly, Reads reads) throws IOException {
    return open(file, false, reads, readOnly ? READING : READING_AND_WRITING);
  }

  private static FileRawStorage open(
      Path file, boolean isNew, Reads reads, Set<? extends OpenOption> options) throws IOException {
    Object before = isNew ? null : identity(file);
    int count = Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors());
    UninterruptibleFile[] readers = new UninterruptibleFile[count];
    try {
      readers[0] = UninterruptibleFile.open(file, options);
      Object identity = before == null ? identity(file) : before;
      for (int i = 1; i < count; i++) {
        readers[i] = UninterruptibleFile.open(file, READING);
      }
      if (!identity.equals(identity(file))) {
        throw new FileSystemException(file.toString(), null, "was replaced while it was opened");
      }
      boolean readOnly = !options.contains(StandardOpenOption.WRITE);
      FileLock lock = readOnly ? null : lock(file, readers[0]);
      MappingFile mapping =
          new MappingFile(file, identity, readOnly ? READING : READING_AND_WRITING);
      MappedWindows windows = reads == Reads.MAPPED ? new MappedWindows(mapping) : null;
      return new FileRawStorage(
          file, readers, readOnly ? null : readers[0], lock, windows, mapping, identity, isNew);
    } catch (IOException | RuntimeException e) {
      closeAll(readers, e);
      throw e;
    }
  }

  /** The second line against two writers; null where files cannot be locked. */
  private static @Nullable FileLock lock(Path file, UninterruptibleFile writer)
      throws CapsaLockedException {
    if (file.getFileSystem() != FileSystems.getDefault()) {
      return null;
    }
    FileLock lock;
    try {
      lock = writer.tryLock(WRITER_BYTE, 1);
    } catch (OverlappingFileLockException e) {
      throw new CapsaLockedException(
          file + " is open for writing in this process, perhaps under another name", e);
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
    if (lock == null) {
      throw new CapsaLockedException(
          file
              + " is open for writing by another process, under another name (a hard link), or its"
              + " lock file was removed");
    }
    return lock;
  }

  /** What tells a regular file from any other. */
  static Object identity(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(file.toString(), null, "is not a regular file");
    }
    return Objects.requireNonNullElseGet(attributes.fileKey(), attributes::creationTime);
  }

  /** The file, as it was named at the opening. */
  public Path file() {
    return file;
  }

  @Override
  public long length() throws IOException {
    checkOpen();
    return writer == null ? readers[0].size() : length;
  }

  @Override
  public void read(long offset, ByteBuffer destination) throws IOException {
    checkOpen();
    int count = destination.remaining();
    Ranges.checkWithinSegment(offset, count);
    long length = this.length;
    if (Ranges.passes(offset, count, length)) {
      length = length();
      if (Ranges.passes(offset, count, length)) {
        throw Ranges.endOfFile(offset, count, length, file.toString());
      }
    }
    if (windows != null && windows.read(offset, destination, length)) {
      return;
    }
    if (!reader().read(offset, destination)) {
      throw Ranges.endOfFile(offset, count, reader().size(), file.toString());
    }
  }

  private UninterruptibleFile reader() {
    long id = Thread.currentThread().getId();
    return readers[(int) (id % readers.length)];
  }

  @Override
  public void write(long offset, ByteBuffer... sources) throws IOException {
    long count = 0;
    for (ByteBuffer source : sources) {
      count += source.remaining();
    }
    writing.lock();
    try {
      UninterruptibleFile file = writable();
      Ranges.checkWithinSegment(offset, count);
      Ranges.checkWritable(offset, count, length);
      gather(file, offset, sources);
    } catch (ClosedChannelException | CapsaStoppedException e) {
      throw e;
    } catch (IOException e) {
      throw failed("writing " + count + " bytes at " + offset, e);
    } finally {
      writing.unlock();
    }
  }

  /** Copies small and heap buffers together; large direct ones go as they are. */
  private void gather(UninterruptibleFile file, long offset, ByteBuffer[] sources)
      throws IOException {
    ByteBuffer staging = staging();
    long at = offset;
    for (ByteBuffer source : sources) {
      if (source.isDirect() && source.remaining() >= UninterruptibleFile.CHUNK_BYTES) {
        at += flush(file, at, staging);
        int count = source.remaining();
        file.write(at, source);
        at += count;
        continue;
      }
      while (source.hasRemaining()) {
        if (!staging.hasRemaining()) {
          at += flush(file, at, staging);
        }
        int count = Math.min(source.remaining(), staging.remaining());
        staging.put(staging.position(), source, source.position(), count);
        staging.position(staging.position() + count);
        source.position(source.position() + count);
      }
    }
    flush(file, at, staging);
  }

  private static int flush(UninterruptibleFile file, long offset, ByteBuffer staging)
      throws IOException {
    staging.flip();
    int count = staging.remaining();
    file.write(offset, staging);
    staging.clear();
    return count;
  }

  private ByteBuffer staging() {
    ByteBuffer staging = this.staging;
    if (staging == null) {
      staging = ByteBuffer.allocateDirect(STAGING_BYTES);
      this.staging = staging;
    }
    return staging.clear();
  }

  @Override
  public void resize(long length) throws IOException {
    writing.lock();
    try {
      UninterruptibleFile file = writable();
      Ranges.checkLength(length);
      if (length > this.length) {
        grow(file, length);
      } else if (length < this.length) {
        cut(file, length);
      }
    } finally {
      writing.unlock();
    }
  }

  private void cut(UninterruptibleFile file, long length) throws IOException {
    long old = this.length;
    this.length = length;
    if (windows != null) {
      windows.cut(length);
    }
    try {
      file.truncate(length);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      this.length = old;
      throw failed("cutting from " + old + " to " + length + " bytes", e);
    }
  }

  /** Writes zeros, for only what was written is sure to have room. */
  private void grow(UninterruptibleFile file, long length) throws IOException {
    ByteBuffer zeros = staging();
    zeros.put(new byte[zeros.capacity()]);
    long old = this.length;
    try {
      for (long at = old; at < length; at += zeros.limit()) {
        file.write(at, zeros.clear().limit((int) Math.min(zeros.capacity(), length - at)));
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw noGrowth(file, old, length, e);
    }
    this.length = length;
  }

  /** Cuts back to the old length, and says why there was no growth. */
  private IOException noGrowth(UninterruptibleFile file, long old, long length, IOException why) {
    try {
      file.truncate(old);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    long usable = usableBytes();
    if (usable >= length - old && !saysFull(why)) {
      return failed("growing from " + old + " to " + length + " bytes", why);
    }
    return new CapsaFullException(
        this.file
            + " has no room to grow from "
            + old
            + " to "
            + length
            + " bytes: "
            + (length - old)
            + " needed, "
            + usable
            + " usable ("
            + why.getMessage()
            + ")",
        why);
  }

  private long usableBytes() {
    try {
      return Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Whether this is the message of a full disk, a quota, or a limit to the size of a file. */
  private static boolean saysFull(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left")
        || message.contains("uota exceeded")
        || message.contains("File too large")
        || message.contains("not enough space");
  }

  @Override
  public void force() throws IOException {
    writing.lock();
    try {
      checkOpen();
      if (writer == null) {
        return;
      }
      writable().force();
      if (isNew) {
        forceFolder();
        isNew = false;
      }
    } catch (ClosedChannelException | CapsaStoppedException e) {
      throw e;
    } catch (IOException e) {
      failedForce = e;
      throw failed("forcing", e);
    } finally {
      writing.unlock();
    }
  }

  /** Makes the name of a new file durable, where the system lets a folder be forced. */
  private void forceFolder() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      return;
    }
    try (UninterruptibleFile opened =
        UninterruptibleFile.open(folder, Set.of(StandardOpenOption.READ))) {
      opened.force();
    } catch (AccessDeniedException e) {
      // One may write in the folder but not read it, hence not force it.
      return;
    }
  }

  private UninterruptibleFile writable() throws IOException {
    checkOpen();
    if (writer == null) {
      throw new NonWritableChannelException();
    }
    if (failedForce != null) {
      throw new CapsaStoppedException(
          file + " can only be read, because a force failed: " + failedForce.getMessage(),
          failedForce);
    }
    return writer;
  }

  @Override
  public Object identity() {
    return identity;
  }

  @Override
  public boolean canMap() {
    return true;
  }

  @Override
  public <T> T map(long offset, long length, Mapper<T> mapper) throws IOException {
    checkOpen();
    return mapping.map(offset, length, mapper);
  }

  /** Closes the file; makes nothing durable. */
  @Override
  public void close() throws IOException {
    closed = true;
    try (mapping) {
      IOException failure = closeAll(readers, null);
      if (failure != null) {
        throw failure;
      }
    }
  }

  private static <E extends Exception> @Nullable IOException closeAll(
      @Nullable UninterruptibleFile[] files, @Nullable E cause) {
    IOException failure = null;
    for (UninterruptibleFile file : files) {
      try {
        if (file != null) {
          file.close();
        }
      } catch (IOException e) {
        failure = e;
        if (cause != null) {
          cause.addSuppressed(e);
        }
      }
    }
    return failure;
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private CapsaException failed(String what, IOException why) {
    return new CapsaException(what + " of " + file + " failed: " + why.getMessage(), why);
  }
}
