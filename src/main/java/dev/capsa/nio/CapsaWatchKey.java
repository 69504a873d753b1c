package dev.capsa.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.Watchable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One directory that a watch service watches. Events of one kind and name that follow each other
 * are one event with a count, and all modifications of a file between two creations or deletions
 * are; beyond {@value #MOST_EVENTS} waiting ones they are replaced by one {@code OVERFLOW}.
 * Thread-safe.
 */
final class CapsaWatchKey implements WatchKey {
  static final int MOST_EVENTS = 512;

  private final CapsaWatchService service;
  private final CapsaPath watched;
  private final long directory;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Set<WatchEvent.Kind<?>> kinds;
  private volatile boolean valid = true;

  /** Guarded by the lock, as what follows. */
  private boolean signalled;

  private List<Event<?>> events = new ArrayList<>();

  /** The modifications that wait, by name, as long as nothing else happened to the name. */
  private final Map<Path, Event<?>> modifications = new HashMap<>();

  CapsaWatchKey(
      CapsaWatchService service, CapsaPath watched, long directory, Set<WatchEvent.Kind<?>> kinds) {
    this.service = service;
    this.watched = watched;
    this.directory = directory;
    this.kinds = kinds;
  }

  /** An event; the count is guarded by the key's lock until the event is handed out. */
  private static final class Event<T> implements WatchEvent<T> {
    private final Kind<T> kind;
    private final @Nullable T context;
    private volatile int count = 1;

    Event(Kind<T> kind, @Nullable T context) {
      this.kind = kind;
      this.context = context;
    }

    boolean is(Kind<?> otherKind, Path otherContext) {
      return kind == otherKind && otherContext.equals(context);
    }

    void again() {
      int before = count;
      count = before + 1;
    }

    @Override
    public Kind<T> kind() {
      return kind;
    }

    @Override
    public int count() {
      return count;
    }

    /** Null for an overflow, as the interface says. */
    @Override
    @SuppressWarnings("NullAway")
    public T context() {
      return context;
    }

    @Override
    public String toString() {
      return kind.name() + " " + context + " (" + count + ")";
    }
  }

  long directory() {
    return directory;
  }

  void watchFor(Set<WatchEvent.Kind<?>> newKinds) {
    kinds = newKinds;
  }

  /** Something happened to a name in the directory. */
  void signal(WatchEvent.Kind<?> kind, byte[] name) {
    if (!valid || !kinds.contains(kind)) {
      return;
    }
    lock.lock();
    try {
      add(kind, watched.getFileSystem().getPath(Names.decode(name)));
      queue();
    } finally {
      lock.unlock();
    }
  }

  private void add(WatchEvent.Kind<?> kind, Path name) {
    Event<?> last = events.isEmpty() ? null : events.get(events.size() - 1);
    if (last != null && (last.kind == OVERFLOW || last.is(kind, name))) {
      last.again();
      return;
    }
    Event<?> modification = modifications.get(name);
    if (modification != null && kind == ENTRY_MODIFY) {
      modification.again();
      return;
    }
    modifications.remove(name);
    if (events.size() >= MOST_EVENTS) {
      events.clear();
      modifications.clear();
      events.add(new Event<>(OVERFLOW, null));
      return;
    }
    @SuppressWarnings("unchecked")
    Event<Path> event = new Event<>((WatchEvent.Kind<Path>) kind, name);
    events.add(event);
    if (kind == ENTRY_MODIFY) {
      modifications.put(name, event);
    }
  }

  private void queue() {
    if (!signalled) {
      signalled = true;
      service.queue(this);
    }
  }

  /** The directory is gone: the key is cancelled, and queued to say so. */
  void end() {
    cancel();
    lock.lock();
    try {
      queue();
    } finally {
      lock.unlock();
    }
  }

  /** The service is closed. */
  void invalidate() {
    valid = false;
  }

  @Override
  public boolean isValid() {
    return valid;
  }

  @Override
  public List<WatchEvent<?>> pollEvents() {
    lock.lock();
    try {
      List<WatchEvent<?>> taken = new ArrayList<>(events);
      events = new ArrayList<>();
      modifications.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean reset() {
    lock.lock();
    try {
      if (signalled && valid) {
        if (events.isEmpty()) {
          signalled = false;
        } else {
          service.queue(this);
        }
      }
      return valid;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel() {
    if (valid) {
      valid = false;
      service.cancelled(this);
    }
  }

  @Override
  public Watchable watchable() {
    return watched;
  }
}
