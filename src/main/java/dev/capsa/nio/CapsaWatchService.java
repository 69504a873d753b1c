package dev.capsa.nio;

import dev.capsa.inode.FileKind;
import dev.capsa.inode.Inode;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches directories of a container: told of each change when it is done, by whichever file system
 * of this process on the container it was made. Changes by other processes cannot be seen, as only
 * one process at a time writes. Thread-safe.
 */
final class CapsaWatchService implements WatchService {
  private static final String IGNORED_MODIFIER = "com.sun.nio.file.SensitivityWatchEventModifier";

  private static final Set<WatchEvent.Kind<?>> KINDS =
      Set.of(
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_DELETE,
          StandardWatchEventKinds.ENTRY_MODIFY);

  private final ContainerFileSystem fs;
  private final Watches watches;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock: by inode of the directory; valid ones only. */
  private final Map<Long, CapsaWatchKey> keys = new HashMap<>();

  private final LinkedBlockingDeque<WatchKey> queue = new LinkedBlockingDeque<>();

  /** In the queue of a closed service, to wake all who wait. */
  private final CapsaWatchKey end;

  private volatile boolean closed;

  CapsaWatchService(ContainerFileSystem fs, Watches watches) {
    this.fs = fs;
    this.watches = watches;
    this.end = new CapsaWatchKey(this, fs.root(), 0, Set.of());
  }

  /** The file system whose paths can be registered. */
  ContainerFileSystem fileSystem() {
    return fs;
  }

  WatchKey register(CapsaPath path, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    Set<WatchEvent.Kind<?>> kinds = kindsOf(events);
    for (WatchEvent.Modifier modifier : modifiers) {
      Objects.requireNonNull(modifier, "modifier");
      if (!modifier.getClass().getName().equals(IGNORED_MODIFIER)) {
        throw new UnsupportedOperationException("the modifier " + modifier + " is not supported");
      }
    }
    try (Gate.Stripe inside = fs.enter()) {
      requireOpen();
      Inode inode = new BasicView(path, true).readAttributes().inode();
      if (inode.kind() != FileKind.DIRECTORY) {
        throw new NotDirectoryException(path.toString());
      }
      CapsaWatchKey key = register(path, inode.number(), kinds);
      if (fs.tree().inode(inode.number()) == null) { // removed before it was watched
        key.cancel();
        throw new NoSuchFileException(path.toString());
      }
      return key;
    }
  }

  private CapsaWatchKey register(CapsaPath path, long directory, Set<WatchEvent.Kind<?>> kinds) {
    lock.lock();
    try {
      requireOpen();
      CapsaWatchKey known = keys.get(directory);
      if (known != null) {
        known.watchFor(kinds);
        return known;
      }
      CapsaWatchKey key = new CapsaWatchKey(this, path, directory, kinds);
      keys.put(directory, key);
      watches.add(key);
      return key;
    } finally {
      lock.unlock();
    }
  }

  private static Set<WatchEvent.Kind<?>> kindsOf(WatchEvent.Kind<?>[] events) {
    Set<WatchEvent.Kind<?>> kinds = new HashSet<>();
    for (WatchEvent.Kind<?> kind : events) {
      if (KINDS.contains(Objects.requireNonNull(kind, "kind"))) {
        kinds.add(kind);
      } else if (kind != StandardWatchEventKinds.OVERFLOW) {
        throw new UnsupportedOperationException("events of kind " + kind + " are not supported");
      }
    }
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("there are no events to register for");
    }
    return kinds;
  }

  void queue(CapsaWatchKey key) {
    queue.addLast(key);
  }

  void cancelled(CapsaWatchKey key) {
    lock.lock();
    try {
      keys.remove(key.directory(), key);
      watches.remove(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable WatchKey poll() {
    requireOpen();
    return unlessClosed(queue.pollFirst());
  }

  @Override
  public @Nullable WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
    requireOpen();
    return unlessClosed(queue.pollFirst(timeout, unit));
  }

  @Override
  public WatchKey take() throws InterruptedException {
    requireOpen();
    WatchKey key = queue.takeFirst();
    unlessClosed(key);
    return key;
  }

  private @Nullable WatchKey unlessClosed(@Nullable WatchKey key) {
    if (key == end) {
      queue.addLast(end);
    }
    requireOpen();
    return key;
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedWatchServiceException();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      for (CapsaWatchKey key : keys.values()) {
        key.invalidate();
        watches.remove(key);
      }
      keys.clear();
      queue.clear();
      queue.addLast(end);
    } finally {
      lock.unlock();
    }
    fs.closed(this);
  }
}
