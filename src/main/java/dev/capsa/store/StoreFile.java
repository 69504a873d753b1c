package dev.capsa.store;

import dev.capsa.raw.ContainerLock;
import dev.capsa.raw.FileRawStorage;
import dev.capsa.raw.RawStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A store in a file, with the lock that lets nobody else write it.
 *
 * @param store closes the file
 * @param lock to be released after that; nothing, if the file is only read
 */
record StoreFile(MultiStore store, Closeable lock) {
  private interface Medium {
    RawStorage open() throws IOException;
  }

  private interface Engine {
    MultiStore start(RawStorage raw) throws IOException;
  }

  /** Makes the file. */
  static StoreFile create(Path file, StoreOptions options) throws IOException {
    return opening(
        ContainerLock.acquire(file),
        () -> FileRawStorage.create(file),
        raw -> MultiStore.create(raw, 0, options));
  }

  /** Opens the file. */
  static StoreFile open(Path file, StoreOptions options) throws IOException {
    return opening(
        options.readOnly() ? () -> {} : ContainerLock.acquire(file),
        () -> FileRawStorage.open(file, options.readOnly()),
        raw -> MultiStore.open(raw, options));
  }

  /** If a step fails, closes what was opened before. */
  private static StoreFile opening(Closeable lock, Medium medium, Engine engine)
      throws IOException {
    RawStorage raw = null;
    MultiStore store = null;
    try {
      raw = medium.open();
      store = engine.start(raw);
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
