package dev.capsa.nio;

import static dev.capsa.raw.FileRawStorage.Reads.CHANNEL;

import dev.capsa.CapsaException;
import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaFileSystem.Fault;
import dev.capsa.CapsaLockedException;
import dev.capsa.inode.ContainerCheck;
import dev.capsa.raw.ContainerLock;
import dev.capsa.raw.RawStorage;
import dev.capsa.store.MultiStore;
import dev.capsa.store.Pin;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks container files. A check opens the file once more, for reading only: so it reads what lies
 * on the medium, not what a cache remembers, and sees one committed state from its start to its
 * end, whatever is written meanwhile.
 */
final class Checking {
  private Checking() {}

  /**
   * Checks a container that is not open in this process. Takes the right to write for that time, so
   * that nobody writes; where there can be no lock file, nobody can write, either.
   *
   * @throws CapsaLockedException if another process has that right
   */
  static void closed(Home container, Consumer<? super Fault> faults) throws IOException {
    try (Held lock = lock(container)) {
      run(container, container.open(true, CHANNEL), false, faults);
    }
  }

  /** Checks the newest committed state of a container that this process writes. */
  static void written(
      Home container, RawStorage raw, MultiStore store, Consumer<? super Fault> faults)
      throws IOException {
    try (Pin pin = store.pin()) {
      run(container, raw, true, faults);
    }
  }

  private record Held(@Nullable ContainerLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (lock != null) {
        lock.close();
      }
    }
  }

  private static Held lock(Home container) throws IOException {
    Path file = container.file().orElse(null);
    if (file == null || file.getFileSystem() != FileSystems.getDefault()) {
      return new Held(null);
    }
    try {
      return new Held(ContainerLock.acquire(file));
    } catch (AccessDeniedException e) {
      return new Held(null);
    } catch (FileSystemException e) {
      if (String.valueOf(e.getReason()).contains("Read-only")) {
        return new Held(null);
      }
      throw e;
    }
  }

  private static void run(
      Home container, RawStorage raw, boolean written, Consumer<? super Fault> faults)
      throws IOException {
    MultiStore store;
    try {
      store = MultiStore.open(raw, true, 0);
    } catch (CapsaException | EOFException e) {
      raw.close();
      faults.accept(
          new CapsaFileSystem.Fault(container.toString(), "cannot be opened: " + e.getMessage()));
      return;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
    try (store) {
      ContainerCheck.check(store, written, (place, what) -> faults.accept(new Fault(place, what)));
    }
  }
}
