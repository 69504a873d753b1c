package dev.capsa.raw;

import dev.capsa.CapsaLockedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a container, held by one engine among all processes of the host.
 *
 * <p>It is a lock on a byte of the file {@code <container>.lock}, which says who holds it ({@link
 * LockHolder}), and is removed on release. The system drops the lock when the process ends, however
 * it ends; a file that a dead process left is taken over. A container is found by its real path,
 * and within a process by its file key, too, so that there a second hard link does not pass for
 * another container.
 *
 * <p>Two traps shape this class. POSIX drops the locks of a process on a file when the process
 * closes <em>any</em> descriptor of that file, and {@link FileLock#isValid} does not notice; so the
 * set of held containers is asked before the lock file is opened, and nothing here opens a lock
 * file that this process has locked. And between opening and locking, the holder may release and
 * remove the file; so after locking, the path must still lead to the file that was locked.
 *
 * <p>Safe for use by many threads.
 */
public final class ContainerLock implements Closeable {
  /** Beyond all content, since Windows lets nobody read a locked byte. */
  private static final long WRITER_BYTE = 1L << 40;

  private static final int MOST_ATTEMPTS = 1000;
  private static final int MOST_PADDING_BYTES = 4096;

  private static final ReentrantLock REGISTRY = new ReentrantLock();

  /** Guarded by {@link #REGISTRY}: real paths and file keys of what this process holds. */
  private static final Set<Object> HELD = new HashSet<>();

  /** Guarded by {@link #REGISTRY}: lock files that another copy of this class has locked. */
  private static final List<UninterruptibleFile> NEVER_CLOSED = new ArrayList<>();

  private final Path lockFile;
  private final Set<Object> keys;
  private final UninterruptibleFile file;
  private final Identity identity;
  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * What tells a lock file by its path alone. The length has a random part: the file key may have
   * been given to another file meanwhile, or there may be none on this system.
   */
  private record Identity(@Nullable Object fileKey, long length) {
    static Identity of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Identity(attributes.fileKey(), attributes.size());
    }
  }

  private ContainerLock(
      Path lockFile, Set<Object> keys, UninterruptibleFile file, Identity identity) {
    this.lockFile = lockFile;
    this.keys = keys;
    this.file = file;
    this.identity = identity;
  }

  /**
   * Takes the right to write a container, or fails at once.
   *
   * @param container the file, which need not be there yet; its folder must be, and be writable
   * @throws CapsaLockedException if this or another process holds it; the message says who
   */
  public static ContainerLock acquire(Path container) throws IOException {
    Set<Object> keys = new HashSet<>();
    Path real = locate(container, keys);
    reserve(container, keys);
    ContainerLock acquired = null;
    try {
      acquired = lock(container, real.resolveSibling(real.getFileName() + ".lock"), keys);
      return acquired;
    } finally {
      if (acquired == null) {
        giveBack(keys);
      }
    }
  }

  /** The real path of the container; adds what it is known by. */
  private static Path locate(Path container, Set<Object> keys) throws IOException {
    Path real;
    try {
      real = container.toRealPath();
      Object fileKey = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
      if (fileKey != null) {
        keys.add(fileKey);
      }
    } catch (NoSuchFileException e) {
      Path folder = container.toAbsolutePath().getParent();
      Path name = container.getFileName();
      if (folder == null || name == null) {
        throw e;
      }
      real = folder.toRealPath().resolve(name);
    }
    keys.add(real);
    return real;
  }

  private static void reserve(Path container, Set<Object> keys) throws CapsaLockedException {
    REGISTRY.lock();
    try {
      if (keys.stream().anyMatch(HELD::contains)) {
        throw new CapsaLockedException(
            container + " is open for writing in this process (" + LockHolder.current() + ")");
      }
      HELD.addAll(keys);
    } finally {
      REGISTRY.unlock();
    }
  }

  private static void giveBack(Set<Object> keys) {
    REGISTRY.lock();
    try {
      HELD.removeAll(keys);
    } finally {
      REGISTRY.unlock();
    }
  }

  private static ContainerLock lock(Path container, Path lockFile, Set<Object> keys)
      throws IOException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        Files.createFile(lockFile);
      } catch (FileAlreadyExistsException e) {
        // Somebody holds it, or died.
      }
      try {
        Object fileKey = Identity.of(lockFile).fileKey;
        UninterruptibleFile file =
            UninterruptibleFile.open(
                lockFile, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        Identity identity = tryLock(container, file, fileKey);
        if (identity != null && leadsTo(lockFile, identity)) {
          return new ContainerLock(lockFile, keys, file, identity);
        }
        file.close();
      } catch (NoSuchFileException e) {
        // Its holder has removed it meanwhile.
      }
      Thread.onSpinWait();
    }
    throw new CapsaLockedException(
        container + " is open for writing by a process that does not name itself in " + lockFile);
  }

  /**
   * Locks an open file and writes the holder into it.
   *
   * @return what the file is known by from now on; null if who holds it has not yet said so
   */
  private static @Nullable Identity tryLock(
      Path container, UninterruptibleFile file, @Nullable Object fileKey) throws IOException {
    try {
      if (file.tryLock(WRITER_BYTE, 1) != null) {
        return new Identity(fileKey, writeHolder(file));
      }
      Optional<LockHolder> holder = holder(file);
      if (holder.isEmpty() || holder.get().isGone()) {
        return null;
      }
      throw new CapsaLockedException(container + " is open for writing by " + holder.get());
    } catch (OverlappingFileLockException e) {
      keepOpen(file);
      throw new CapsaLockedException(
          container
              + " is open for writing by another copy of this library in this process ("
              + LockHolder.current()
              + ")",
          e);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Closing it would drop the lock of the other copy. */
  private static void keepOpen(UninterruptibleFile file) {
    REGISTRY.lock();
    try {
      NEVER_CLOSED.add(file);
    } finally {
      REGISTRY.unlock();
    }
  }

  private static Optional<LockHolder> holder(UninterruptibleFile file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(1000);
    file.read(0, content);
    byte[] bytes = new byte[content.flip().remaining()];
    content.get(bytes);
    return LockHolder.decode(bytes);
  }

  /** Writes this process and a random number of zeros; returns how many bytes that is. */
  private static long writeHolder(UninterruptibleFile file) throws IOException {
    byte[] holder = LockHolder.current().encoded();
    int padding = ThreadLocalRandom.current().nextInt(MOST_PADDING_BYTES);
    ByteBuffer content = ByteBuffer.allocate(holder.length + padding).put(holder).rewind();
    file.truncate(0);
    file.write(0, content);
    return holder.length + padding;
  }

  private static boolean leadsTo(Path lockFile, Identity identity) throws IOException {
    try {
      return Identity.of(lockFile).equals(identity);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The file that says who holds the container. */
  public Path lockFile() {
    return lockFile;
  }

  /** Gives the right back and removes the lock file. Releasing twice is harmless. */
  @Override
  public void close() throws IOException {
    if (!released.compareAndSet(false, true)) {
      return;
    }
    try (file) {
      if (leadsTo(lockFile, identity)) {
        Files.deleteIfExists(lockFile);
      }
    } finally {
      giveBack(keys);
    }
  }
}
