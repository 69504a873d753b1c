package dev.capsa.raw;

import dev.capsa.CapsaLockedException;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock file of one container, as this process has it open: once, however many writers and
 * readers of the process use it. A container is found by its real path and by its file key, so that
 * within a process a second hard link does not pass for another container.
 *
 * <p>Three traps shape this class. POSIX drops the locks of a process on a file when the process
 * closes <em>any</em> descriptor of that file, and {@link FileLock#isValid} does not notice: so the
 * file is opened when the first user comes and closed when the last one goes, never in between. The
 * virtual machine forgets a {@link FileLock} that nobody refers to, and then takes the same range
 * for free: so each user keeps his. And the last user removes the file, while another process may
 * have opened it already: so everybody comes and goes behind the <i>door</i>, a byte that is locked
 * for a moment, and who is behind it checks that the path still leads to the file that he has
 * opened, and else begins again.
 *
 * <p>Guarded by its lock, but for what users do with their own bytes and entries.
 */
final class LockFile {
  private static final long MOST_WAITING_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static final ReentrantLock REGISTRY = new ReentrantLock();

  /** Guarded by {@link #REGISTRY}: by real path and by file key. */
  private static final Map<Object, LockFile> OPEN = new HashMap<>();

  /** Guarded by {@link #REGISTRY}: files that another copy of this class has locked. */
  private static final List<UninterruptibleFile> NEVER_CLOSED = new ArrayList<>();

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable UninterruptibleFile file;
  private @Nullable Identity identity;
  private int users;
  private boolean hasWriter;
  private boolean dead;

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

  /** What one does behind the door. */
  interface Visit<T> {
    T run(LockFile at, UninterruptibleFile file) throws IOException;
  }

  private LockFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Whether this process has the right to write. Behind the door. */
  boolean hasWriter() {
    return hasWriter;
  }

  /** Behind the door. */
  void setWriter(boolean writer) {
    hasWriter = writer;
  }

  /**
   * Goes behind the door of a container's lock file, which is made if it is missing, and becomes a
   * user of it, unless the visit throws.
   *
   * @throws CapsaLockedException if the file cannot be agreed on with the other processes
   */
  static <T> T enter(Path container, Visit<T> visit) throws IOException {
    Set<Object> keys = new HashSet<>();
    Path real = locate(container, keys);
    Path path = real.resolveSibling(real.getFileName() + ".lock");
    while (true) {
      LockFile at = find(keys, path);
      at.lock.lock();
      try {
        if (!at.dead) {
          return at.enterHere(visit);
        }
      } finally {
        at.lock.unlock();
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

  private static LockFile find(Set<Object> keys, Path path) {
    REGISTRY.lock();
    try {
      LockFile found = null;
      for (Object key : keys) {
        found = found == null ? OPEN.get(key) : found;
      }
      LockFile at = found == null ? new LockFile(path) : found;
      keys.forEach(key -> OPEN.putIfAbsent(key, at));
      return at;
    } finally {
      REGISTRY.unlock();
    }
  }

  private <T> T enterHere(Visit<T> visit) throws IOException {
    FileLock door = null;
    try {
      door = file == null ? openDoor() : lockDoor(file);
      UninterruptibleFile opened = file;
      if (opened == null || !leadsHere()) {
        throw new CapsaLockedException(
            path + " was removed or replaced while this process was using it; close the container");
      }
      T result = visit.run(this, opened);
      users++;
      return result;
    } finally {
      leaveIfLast(door);
    }
  }

  /** Opens the file and locks its door, until the path leads to the file that was opened. */
  private FileLock openDoor() throws IOException {
    long deadline = System.nanoTime() + MOST_WAITING_NANOS;
    do {
      try {
        Files.createFile(path);
      } catch (FileAlreadyExistsException e) {
        // Somebody uses it, or died.
      }
      try {
        Object fileKey = Identity.of(path).fileKey;
        UninterruptibleFile opened =
            UninterruptibleFile.open(
                path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        file = opened;
        FileLock door = lockDoor(opened);
        identity = new Identity(fileKey, opened.size());
        if (leadsHere()) {
          initialize(opened);
          identity = new Identity(fileKey, opened.size());
          return door;
        }
        file = null;
        opened.close();
      } catch (NoSuchFileException e) {
        // Its last user has removed it meanwhile.
      }
      Thread.onSpinWait();
    } while (System.nanoTime() - deadline < 0);
    throw new CapsaLockedException(path + " is replaced again and again by other processes");
  }

  /** Gives a new file its length; one that is too short was left so by who died at that. */
  private static void initialize(UninterruptibleFile file) throws IOException {
    if (file.size() <= LockFileLayout.PADDING) {
      int padding = 1 + ThreadLocalRandom.current().nextInt(LockFileLayout.MOST_PADDING_BYTES);
      file.truncate(0);
      file.write(0, ByteBuffer.allocate(LockFileLayout.PADDING + padding));
    }
  }

  private FileLock lockDoor(UninterruptibleFile opened) throws IOException {
    long deadline = System.nanoTime() + MOST_WAITING_NANOS;
    do {
      try {
        FileLock door = opened.tryLock(LockFileLayout.DOOR_BYTE, 1);
        if (door != null) {
          return door;
        }
      } catch (OverlappingFileLockException e) {
        // Another copy of this class, in this process.
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
    } while (System.nanoTime() - deadline < 0);
    throw new CapsaLockedException(
        path
            + " is locked by another process for more than "
            + TimeUnit.NANOSECONDS.toSeconds(MOST_WAITING_NANOS)
            + " s; it may be stopped");
  }

  private boolean leadsHere() throws IOException {
    try {
      return Identity.of(path).equals(identity);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** What a user who goes gives back behind the door, besides being a user. */
  interface Farewell {
    void run() throws IOException;
  }

  /** Ends one use. */
  void leave(Farewell farewell) throws IOException {
    lock.lock();
    try {
      UninterruptibleFile opened = file;
      FileLock door = null;
      try {
        door = opened == null ? null : lockDoor(opened);
      } finally {
        users--;
        try {
          farewell.run();
        } finally {
          leaveIfLast(door);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Opens the door again; the last user of the process closes the file, of all removes it. */
  private void leaveIfLast(@Nullable FileLock door) throws IOException {
    if (users > 0) {
      if (door != null) {
        door.release();
      }
      return;
    }
    UninterruptibleFile opened = file;
    file = null;
    try {
      if (opened != null) {
        shut(opened, door);
      }
    } finally {
      dead = true;
      REGISTRY.lock();
      try {
        OPEN.values().removeIf(it -> it == this);
      } finally {
        REGISTRY.unlock();
      }
    }
  }

  /**
   * Closes the file.
   *
   * @param door null if it could not be locked; then nothing is removed
   */
  private void shut(UninterruptibleFile opened, @Nullable FileLock door) throws IOException {
    boolean isMine = true;
    try {
      Others others = others(opened);
      isMine = others != Others.IN_THIS_PROCESS;
      if (door != null && others == Others.NONE && leadsHere()) {
        Files.deleteIfExists(path);
      }
    } finally {
      if (isMine) {
        opened.close();
      } else {
        keepOpen(opened, door);
      }
    }
  }

  /** Where the other users of the file are. */
  private enum Others {
    NONE,
    ELSEWHERE,
    /** In another copy of this class: closing the file would drop its locks. */
    IN_THIS_PROCESS
  }

  private static Others others(UninterruptibleFile opened) throws IOException {
    List<Long> bytes = new ArrayList<>(List.of(LockFileLayout.WRITER_BYTE));
    for (int index : new ReaderTable(opened).used()) {
      bytes.add(LockFileLayout.FIRST_READER_BYTE + index);
    }
    Others others = Others.NONE;
    for (long each : bytes) {
      try {
        FileLock free = opened.tryLock(each, 1);
        if (free != null) {
          free.release();
        } else {
          others = Others.ELSEWHERE;
        }
      } catch (OverlappingFileLockException e) {
        return Others.IN_THIS_PROCESS;
      }
    }
    return others;
  }

  private static void keepOpen(UninterruptibleFile opened, @Nullable FileLock door)
      throws IOException {
    REGISTRY.lock();
    try {
      NEVER_CLOSED.add(opened);
    } finally {
      REGISTRY.unlock();
    }
    if (door != null) {
      door.release();
    }
  }
}
