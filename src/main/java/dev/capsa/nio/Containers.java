package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaLockedException;
import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engines of this process: one for each container, however its file is spelled, counted, closed
 * when the last user lets go. Opening and closing one container does not hold up another one.
 */
final class Containers {
  private final Engine.Opener opener;
  private final ConcurrentHashMap<Object, Slot> slots = new ConcurrentHashMap<>();

  Containers(Engine.Opener opener) {
    this.opener = opener;
  }

  /** The place of one container; guarded by its lock. A dead one is no longer in the map. */
  private static final class Slot {
    final ReentrantLock lock = new ReentrantLock();
    final FileLocks locks = new FileLocks();
    final Watches watches = new Watches();
    @Nullable Engine engine;
    int users;
    boolean dead;
  }

  /**
   * One use of the engine of a container, which is opened if it is not open yet.
   *
   * @param key what {@link Home#key} says
   * @throws CapsaLockedException if it is open for reading only, and this is not enough
   */
  Lease acquire(Home container, Object key, Environment environment) throws IOException {
    while (true) {
      Slot slot = slots.computeIfAbsent(key, it -> new Slot());
      slot.lock.lock();
      try {
        if (!slot.dead) {
          return acquire(slot, container, key, environment);
        }
      } finally {
        slot.lock.unlock();
      }
    }
  }

  private Lease acquire(Slot slot, Home container, Object key, Environment environment)
      throws IOException {
    Engine engine = slot.engine;
    if (engine == null) {
      try {
        engine = opener.open(container, environment);
        slot.engine = engine;
      } finally {
        if (engine == null) {
          bury(key, slot);
        }
      }
    } else if (engine.readOnly() && !environment.readOnly()) {
      throw new CapsaLockedException(
          container
              + " is open for reading only in this process; close it there, or open it with"
              + " accessMode=readOnly");
    }
    slot.users++;
    return new Lease(this, key, slot, engine, new WatchedTree(engine.tree(), slot.watches));
  }

  /**
   * Checks a container, by its engine if it is open here.
   *
   * @throws CapsaLockedException if another process writes it
   */
  void check(Home container, Object key, Consumer<? super CapsaFileSystem.Fault> faults)
      throws IOException {
    Lease lease = join(key);
    if (lease == null) {
      opener.check(container, faults);
      return;
    }
    try {
      lease.engine().check(faults);
    } finally {
      lease.release();
    }
  }

  /** A further use of an engine that is open; null if there is none. */
  private @Nullable Lease join(Object key) {
    Slot slot = slots.get(key);
    if (slot == null) {
      return null;
    }
    slot.lock.lock();
    try {
      Engine engine = slot.engine;
      if (slot.dead || engine == null) {
        return null;
      }
      slot.users++;
      return new Lease(this, key, slot, engine, new WatchedTree(engine.tree(), slot.watches));
    } finally {
      slot.lock.unlock();
    }
  }

  private void bury(Object key, Slot slot) {
    slot.dead = true;
    slots.remove(key, slot);
  }

  /** One use of an engine, to be given back once. */
  record Lease(Containers containers, Object key, Slot slot, Engine engine, FileTree tree) {

    /** The locks on files, which all users of the container share. */
    FileLocks locks() {
      return slot.locks;
    }

    /** The watched directories, which all users of the container share. */
    Watches watches() {
      return slot.watches;
    }

    /** Gives it back. The last one closes the engine; the others make everything durable. */
    void release() throws IOException {
      slot.lock.lock();
      try {
        if (--slot.users == 0) {
          try {
            engine.close();
          } finally {
            containers.bury(key, slot);
          }
        } else if (!engine.readOnly()) {
          engine.tree().force();
        }
      } finally {
        slot.lock.unlock();
      }
    }
  }
}
