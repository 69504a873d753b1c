package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
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
  private final ConcurrentHashMap<Object, CompletableFuture<ContainerFileSystem>> open =
      new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  Registry(Containers containers) {
    this.containers = containers;
  }

  /**
   * Opens a container that is not open yet.
   *
   * @throws FileSystemAlreadyExistsException if it is, under whatever spelling
   */
  ContainerFileSystem openExclusive(
      CapsaFileSystemProvider provider, Home container, Map<String, ?> env) throws IOException {
    Environment environment = Environment.of(env);
    boolean created = prepare(container, environment);
    Object key = container.key();
    CompletableFuture<ContainerFileSystem> promise = new CompletableFuture<>();
    if (open.putIfAbsent(key, promise) != null) {
      throw new FileSystemAlreadyExistsException(
          container + " is open; Capsa.open(path) joins, getFileSystem(uri) finds it");
    }
    return keep(promise, provider, container, key, environment, created);
  }

  /** Opens a container, or joins those who have it open: the last closing closes. */
  ContainerFileSystem openShared(
      CapsaFileSystemProvider provider, Home container, Map<String, ?> env) throws IOException {
    Environment environment = Environment.of(env);
    boolean created = prepare(container, environment);
    Object key = container.key();
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

  /** Opens a file system of its own over a container, which no URI finds. */
  ContainerFileSystem openOwn(CapsaFileSystemProvider provider, Path file, Map<String, ?> env)
      throws IOException {
    Environment environment = Environment.of(env);
    Home container = new Home.InFile(file);
    if (!Probe.isOurs(file, environment.create() && !environment.readOnly())) {
      throw new UnsupportedOperationException(container + " is not a Capsa container");
    }
    boolean created = prepare(container, environment);
    Object key = container.key();
    return make(provider, container, key, environment, created, () -> {});
  }

  /**
   * The open file system of a container.
   *
   * @throws FileSystemNotFoundException if there is none
   */
  ContainerFileSystem find(Home container) {
    ContainerFileSystem fs = null;
    try {
      CompletableFuture<ContainerFileSystem> promise = open.get(container.key());
      fs = promise == null || promise.isCompletedExceptionally() ? null : promise.getNow(null);
    } catch (IOException e) {
      // A file that cannot be looked at is none that is open.
    }
    if (fs == null || !fs.isOpen()) {
      throw new FileSystemNotFoundException(
          container
              + " is not open: open it with Capsa.open(path) or"
              + " FileSystems.newFileSystem(uri, env) first");
    }
    return fs;
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
      Object key,
      Environment environment,
      boolean created)
      throws IOException {
    ContainerFileSystem fs = null;
    try {
      Runnable forget = () -> open.remove(key, promise);
      fs = make(provider, container, key, environment, created, forget);
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
      Runnable forget)
      throws IOException {
    Containers.@Nullable Lease lease = null;
    try {
      lease = containers.acquire(container, key, environment);
      return new ContainerFileSystem(
          provider, container, lease, environment, numbers.incrementAndGet(), forget);
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
