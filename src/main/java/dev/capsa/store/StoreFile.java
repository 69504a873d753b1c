package dev.capsa.store;

import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.ContainerLock;
import dev.capsa.raw.FileRawStorage;
import dev.capsa.raw.RawStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A store in a file, with what keeps other processes from doing harm.
 *
 * @param store closes the file
 * @param lock the right to write, or the registration of a reader; to be released after that
 */
record StoreFile(MultiStore store, Closeable lock) {
  private interface Medium {
    RawStorage open() throws IOException;
  }

  private interface Engine {
    MultiStore start(RawStorage raw, ContainerAccess access) throws IOException;
  }

  /** Makes the file. */
  static StoreFile create(Path file, StoreOptions options) throws IOException {
    return opening(
        ContainerLock.acquire(file),
        () -> FileRawStorage.create(file),
        (raw, access) -> MultiStore.create(raw, 0, options, access));
  }

  /** Opens the file. */
  static StoreFile open(Path file, StoreOptions options) throws IOException {
    return opening(
        options.readOnly() ? ContainerAccess.open(file, true) : ContainerLock.acquire(file),
        () -> FileRawStorage.open(file, options.readOnly()),
        (raw, access) -> MultiStore.open(raw, options, access));
  }

  /** If a step fails, closes what was opened before. */
  private static StoreFile opening(ContainerAccess lock, Medium medium, Engine engine)
      throws IOException {
    RawStorage raw = null;
    MultiStore store = null;
    try {
      raw = medium.open();
      store = engine.start(raw, lock);
      return new StoreFile(store, lock);
    } finally {
      if (store == null) {
        try (lock) {
          if (raw != null) {
            raw.close();
          }
        }
      }
    }
  }
}
