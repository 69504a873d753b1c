package dev.capsa.raw;

import dev.capsa.CapsaLockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to write a container, held by one engine among all processes of the host.
 *
 * <p>It is a lock on a byte of the file {@code <container>.lock}, which says who holds it ({@link
 * LockHolder}). The system drops the lock when the process ends, however it ends; what a dead
 * process left is taken over. Who releases it removes the file, unless there are readers in it
 * ({@link LockFile}).
 *
 * <p>Safe for use by many threads.
 */
public final class ContainerLock implements ContainerAccess {
  private final LockFile lockFile;
  private final UninterruptibleFile file;
  private final ReaderTable readers;

  /** Kept, since the virtual machine forgets locks that nobody refers to. */
  private final FileLock lock;

  private final AtomicBoolean released = new AtomicBoolean();

  private ContainerLock(LockFile lockFile, UninterruptibleFile file, FileLock lock) {
    this.lockFile = lockFile;
    this.file = file;
    this.readers = new ReaderTable(file);
    this.lock = lock;
  }

  /**
   * Takes the right to write a container, or fails at once.
   *
   * @param container the file, which need not be there yet; its folder must be, and be writable
   * @throws CapsaLockedException if this or another process holds it; the message says who
   */
  public static ContainerLock acquire(Path container) throws IOException {
    return LockFile.enter(
        container,
        (lockFile, file) -> {
          FileLock lock = lock(container, lockFile, file);
          try {
            writeHolder(file, LockHolder.current().encoded());
          } catch (IOException e) {
            lock.release();
            throw e;
          }
          lockFile.setWriter(true);
          return new ContainerLock(lockFile, file, lock);
        });
  }

  private static FileLock lock(Path container, LockFile lockFile, UninterruptibleFile file)
      throws IOException {
    if (lockFile.hasWriter()) {
      throw new CapsaLockedException(
          container + " is open for writing in this process (" + LockHolder.current() + ")");
    }
    FileLock lock;
    try {
      lock = file.tryLock(LockFileLayout.WRITER_BYTE, 1);
    } catch (OverlappingFileLockException e) {
      throw new CapsaLockedException(
          container
              + " is open for writing by another copy of this library in this process ("
              + LockHolder.current()
              + ")",
          e);
    }
    if (lock != null) {
      return lock;
    }
    String holder =
        holder(file)
            .map(LockHolder::toString)
            .orElse("a process that does not name itself in " + lockFile.path());
    throw new CapsaLockedException(container + " is open for writing by " + holder);
  }

  private static Optional<LockHolder> holder(UninterruptibleFile file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(LockFileLayout.HOLDER_BYTES);
    file.read(LockFileLayout.HOLDER, content);
    byte[] bytes = new byte[content.flip().remaining()];
    content.get(bytes);
    return LockHolder.decode(bytes);
  }

  /** Writes a text over that of the predecessor. */
  private static void writeHolder(UninterruptibleFile file, byte[] text) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(LockFileLayout.HOLDER_BYTES);
    content.put(text, 0, Math.min(text.length, content.remaining())).rewind();
    file.write(LockFileLayout.HOLDER, content);
  }

  /** The file that says who holds the container. */
  public Path lockFile() {
    return lockFile.path();
  }

  @Override
  public boolean protectsReads() {
    return true;
  }

  @Override
  public void reads(ReadState state) {}

  @Override
  public List<ReadState> others() {
    return readers.states();
  }

  /** Gives the right back. Releasing twice is harmless. */
  @Override
  public void close() throws IOException {
    if (released.compareAndSet(false, true)) {
      lockFile.leave(
          () -> {
            lockFile.setWriter(false);
            try {
              writeHolder(file, new byte[0]);
            } finally {
              lock.release();
            }
          });
    }
  }
}
