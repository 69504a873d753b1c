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
    return lease(key, slot, engine);
  }

  private Lease lease(Object key, Slot slot, Engine engine) {
    return new Lease(this, key, slot, engine, new WatchedTree(engine.tree(), slot.watches), null);
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
      return lease(key, slot, engine);
    } finally {
      slot.lock.unlock();
    }
  }

  private void bury(Object key, Slot slot) {
    slot.dead = true;
    slots.remove(key, slot);
  }

  /**
   * One use of an engine, to be given back once.
   *
   * @param tree the files that it shows
   * @param past the revision that these are of; null: the live head
   */
  record Lease(
      Containers containers,
      Object key,
      Slot slot,
      Engine engine,
      FileTree tree,
      @Nullable Past past) {

    /** Number of the revision that is shown; 0: the live head. */
    long revision() {
      return past == null ? 0 : past.revision().number();
    }

    /** The locks on files, which all users of the live head share. */
    FileLocks locks() {
      return past == null ? slot.locks : past.locks();
    }

    /** The watched directories, which all users of the live head share. */
    Watches watches() {
      return past == null ? slot.watches : past.watches();
    }

    /** A further use of the engine. This one is not given back meanwhile. */
    Lease further() {
      slot.lock.lock();
      try {
        slot.users++;
        return containers.lease(key, slot, engine);
      } finally {
        slot.lock.unlock();
      }
    }

    /**
     * This use, with a revision instead of the live head. To be given back instead of this; if it
     * is not to be had, this is given back.
     */
    Lease showing(Opening which) throws IOException {
      Lease shown = null;
      try {
        Past opened = which.open(engine.revisions());
        shown = new Lease(containers, key, slot, engine, opened.tree(), opened);
        return shown;
      } finally {
        if (shown == null) {
          release();
        }
      }
    }

    /** How a revision is opened. */
    @FunctionalInterface
    interface Opening {
      Past open(Revisions revisions) throws IOException;
    }

    /** Gives it back. The last one closes the engine; the others make everything durable. */
    void release() throws IOException {
      slot.lock.lock();
      try {
        if (past != null) {
          past.close();
        }
        if (--slot.users == 0) {
          try {
            engine.close();
          } finally {
            containers.bury(key, slot);
          }
        } else if (past == null && !engine.readOnly()) {
          engine.tree().force();
        }
      } finally {
        slot.lock.unlock();
      }
    }
  }
}
