package dev.capsa.raw;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The place of one reader in the lock file of a container, until it is closed or the process ends.
 * Thread-safe.
 */
final class ReaderRegistration implements ContainerAccess {
  private final LockFile lockFile;
  private final ReaderTable readers;
  private final ReaderTable.Entry entry;
  private final AtomicBoolean released = new AtomicBoolean();

  private ReaderRegistration(LockFile lockFile, ReaderTable readers, ReaderTable.Entry entry) {
    this.lockFile = lockFile;
    this.readers = readers;
    this.entry = entry;
  }

  /**
   * Registers a reader that holds all states.
   *
   * @return the registration; {@link ContainerAccess#UNREGISTERED} if none is possible
   * @throws NoSuchFileException if there is no container
   */
  static ContainerAccess register(Path container) throws IOException {
    container.getFileSystem().provider().checkAccess(container);
    try {
      return LockFile.enter(
          container,
          (lockFile, file) -> {
            ReaderTable readers = new ReaderTable(file);
            ReaderTable.Entry entry = readers.take();
            if (entry == null) {
              throw new IOException(lockFile.path() + " has no entry left");
            }
            return new ReaderRegistration(lockFile, readers, entry);
          });
    } catch (IOException e) {
      // A medium that cannot be written, a file of another user, no locks, no entry left.
      return UNREGISTERED;
    }
  }

  @Override
  public boolean protectsReads() {
    return true;
  }

  @Override
  public void reads(ReadState state) throws IOException {
    readers.write(entry, state);
  }

  @Override
  public List<ReadState> others() {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    if (released.compareAndSet(false, true)) {
      lockFile.leave(() -> readers.release(entry));
    }
  }
}
