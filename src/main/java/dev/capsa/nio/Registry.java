package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file systems that have a place under their URI, by container. Whoever opens puts a promise in
 * the map first, so of two openers one wins, and a failed one leaves nothing. Safe for any number
 * of threads.
 */
final class Registry {
  /** The registry of the process; a second instance of the provider sees the same containers. */
  static final Registry OF_PROCESS = new Registry(new Containers(new Layers()));

  private final Containers containers;
  private final ConcurrentHashMap<Place, CompletableFuture<ContainerFileSystem>> open =
      new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /**
   * What a URI names.
   *
   * @param container its {@link Home#key}
   * @param revision 0: the live head
   */
  private record Place(Object container, long revision) {}

  Registry(Containers containers) {
    this.containers = containers;
  }

  /**
   * Opens a container that is not open yet.
   *
   * @throws FileSystemAlreadyExistsException if it is, under whatever spelling
   */
  ContainerFileSystem openExclusive(
      CapsaFileSystemProvider provider, Home container, Environment environment)
      throws IOException {
    if (environment.past()) {
      return openPast(provider, container, environment, false);
    }
    boolean created = prepare(container, environment);
    Place key = new Place(container.key(), 0);
    CompletableFuture<ContainerFileSystem> promise = new CompletableFuture<>();
    if (open.putIfAbsent(key, promise) != null) {
      throw new FileSystemAlreadyExistsException(
          container + " is open; Capsa.open(path) joins, getFileSystem(uri) finds it");
    }
    return keep(promise, provider, container, key, environment, created);
  }

  /** Opens a container, or joins those who have it open: the last closing closes. */
  ContainerFileSystem openShared(
      CapsaFileSystemProvider provider, Home container, Environment environment)
      throws IOException {
    if (environment.past()) {
      return openPast(provider, container, environment, true);
    }
    boolean created = prepare(container, environment);
    Place key = new Place(container.key(), 0);
    while (true) {
      CompletableFuture<ContainerFileSystem> promise = new CompletableFuture<>();
      CompletableFuture<ContainerFileSystem> others = open.putIfAbsent(key, promise);
      if (others == null) {
        return keep(promise, provider, container, key, environment, created);
      }
      ContainerFileSystem fs = others.exceptionally(it -> null).join();
      if (fs != null && fs.retain()) {
        if (fs.isReadOnly() && !environment.readOnly()) {
          fs.close();
          throw new FileSystemAlreadyExistsException(container + " is open for reading only");
        }
        return fs;
      }
      open.remove(key, others);
    }
  }

  /**
   * Opens a revision. Which one a name stands for is known only when the container is open, so here
   * the place comes last: who finds it taken gives back what he has opened.
   *
   * @param shared whether to join those who have that revision open
   * @throws FileSystemAlreadyExistsException if it is open, and not to be shared
   */
  private ContainerFileSystem openPast(
      CapsaFileSystemProvider provider, Home container, Environment environment, boolean shared)
      throws IOException {
    prepare(container, environment);
    Object key = container.key();
    CompletableFuture<ContainerFileSystem> promise = new CompletableFuture<>();
    ContainerFileSystem fs =
        make(
            provider,
            container,
            key,
            environment,
            false,
            it -> open.remove(new Place(key, it.shownRevision()), promise));
    promise.complete(fs);
    Place place = new Place(key, fs.shownRevision());
    while (true) {
      CompletableFuture<ContainerFileSystem> others = open.putIfAbsent(place, promise);
      if (others == null) {
        return fs;
      }
      ContainerFileSystem other = others.join();
      if (!shared || other.retain()) {
        fs.close();
        if (shared) {
          return other;
        }
        throw new FileSystemAlreadyExistsException(
            "revision "
                + place.revision()
                + " of "
                + container
                + " is open; Capsa.open(path, options) joins, getFileSystem(uri) finds it");
      }
      open.remove(place, others);
    }
  }

  /** Opens a file system of its own over a container, which no URI finds. */
  ContainerFileSystem openOwn(CapsaFileSystemProvider provider, Path file, Environment environment)
      throws IOException {
    Home container = new Home.InFile(file);
    if (!Probe.isOurs(file, environment.create() && !environment.readOnly())) {
      throw new UnsupportedOperationException(container + " is not a Capsa container");
    }
    boolean created = prepare(container, environment);
    Object key = container.key();
    return make(provider, container, key, environment, created, fs -> {});
  }

  /**
   * The open file system of a container.
   *
   * @throws FileSystemNotFoundException if there is none
   */
  ContainerFileSystem find(Home container, long revision) {
    ContainerFileSystem fs = null;
    try {
      CompletableFuture<ContainerFileSystem> promise =
          open.get(new Place(container.key(), revision));
      fs = promise == null || promise.isCompletedExceptionally() ? null : promise.getNow(null);
    } catch (IOException e) {
      // A file that cannot be looked at is none that is open.
    }
    if (fs == null || !fs.isOpen()) {
      throw new FileSystemNotFoundException(
          revision == 0
              ? container
                  + " is not open: open it with Capsa.open(path) or"
                  + " FileSystems.newFileSystem(uri, env) first"
              : "revision "
                  + revision
                  + " of "
                  + container
                  + " is not open under its URI: open it with Capsa.open(path, options) or"
                  + " FileSystems.newFileSystem(uri, env), with the key 'revision' or 'snapshot'");
    }
    return fs;
  }

  /** A number for a new file system, higher than all before. */
  long nextNumber() {
    return numbers.incrementAndGet();
  }

  /** Checks a container: with the engine that has it open in this process, or else alone. */
  void check(Home container, Consumer<? super CapsaFileSystem.Fault> faults) throws IOException {
    containers.check(container, container.key(), faults);
  }

  /** Keeps the promise, one way or the other. */
  private ContainerFileSystem keep(
      CompletableFuture<ContainerFileSystem> promise,
      CapsaFileSystemProvider provider,
      Home container,
      Place key,
      Environment environment,
      boolean created)
      throws IOException {
    ContainerFileSystem fs = null;
    try {
      Consumer<ContainerFileSystem> forget = it -> open.remove(key, promise);
      fs = make(provider, container, key.container(), environment, created, forget);
      return fs;
    } finally {
      if (fs == null) {
        open.remove(key, promise);
        promise.completeExceptionally(new IOException("opening " + container + " failed"));
      } else {
        promise.complete(fs);
      }
    }
  }

  private ContainerFileSystem make(
      CapsaFileSystemProvider provider,
      Home container,
      Object key,
      Environment environment,
      boolean created,
      Consumer<? super ContainerFileSystem> forget)
      throws IOException {
    Containers.@Nullable Lease lease = null;
    try {
      lease = containers.acquire(container, key, environment);
      if (environment.past()) {
        lease = lease.showing(environment::open);
      }
      return new ContainerFileSystem(provider, container, lease, environment, nextNumber(), forget);
    } finally {
      if (lease == null && created) {
        unmake(container);
      }
    }
  }

  /** Removes the empty file that did not become a container. */
  private static void unmake(Home container) throws IOException {
    Path file = container.file().orElseThrow();
    if (Files.size(file) == 0) {
      Files.deleteIfExists(file);
    }
  }

  /** Makes the empty file that becomes a container; says whether it did. */
  private static boolean prepare(Home container, Environment environment) throws IOException {
    Path file = container.file().orElse(null);
    if (file == null || !Files.notExists(file)) {
      return false;
    }
    if (environment.readOnly()) {
      throw new NoSuchFileException(file.toString());
    }
    if (!environment.create()) {
      throw new NoSuchFileException(
          file.toString(), null, "no such container; the key create=true makes one");
    }
    try {
      Files.createFile(file);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }
}
