package dev.capsa.repo;

import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.block.ContentStore;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Pin;
import dev.capsa.store.Space;
import dev.capsa.tree.NodeCache;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The revisions that are open. While one is kept, nothing need hold its space. Before it is dropped
 * each open head of it gets a pin of its own, and so does a head that is opened while it is being
 * dropped; a pin that was taken before the drop is committed keeps all that the revision reaches. A
 * head of the newest commit has a pin from the start, unless that is kept. Safe for many threads.
 */
final class Holds {
  private final Space space;
  private final NodeCache cache;
  private final ContentStore content;
  private final ReentrantLock lock = new ReentrantLock();

  /** Names that are being dropped, and how often. */
  private final Map<String, Integer> dropping = new HashMap<>();

  /** The open heads, with the names of their revisions. */
  private final Map<KeptHead, String> open = new HashMap<>();

  Holds(Space space, NodeCache cache, ContentStore content) {
    this.space = space;
    this.cache = cache;
    this.content = content;
  }

  /** Finds the revision that is to be opened; under a pin. */
  private interface Search {
    KeptRevision find() throws IOException;
  }

  /** Opens a kept revision. */
  KeptHead open(String name) throws IOException {
    return open(
        () ->
            space
                .keptRevision(name)
                .orElseThrow(
                    () -> new CapsaNoSuchSnapshotException("there is no snapshot " + name)));
  }

  /** Opens a kept revision, or the newest commit. */
  KeptHead open(long number) throws IOException {
    return open(
        () -> {
          KeptRevision newest = space.newestRevision();
          Optional<KeptRevision> kept = space.keptRevision(number);
          if (kept.isEmpty() && newest.sequence() != number) {
            throw new CapsaNoSuchSnapshotException(
                "revision " + number + " is not kept; the newest one is " + newest.sequence());
          }
          return kept.orElse(newest);
        });
  }

  /** Opens the newest commit, kept or not. */
  KeptHead openNewest() throws IOException {
    return open(
        () -> {
          KeptRevision newest = space.newestRevision();
          return space.keptRevision(newest.sequence()).orElse(newest);
        });
  }

  private KeptHead open(Search search) throws IOException {
    lock.lock();
    try {
      Pin pin = space.pin();
      boolean held = false;
      try {
        KeptRevision revision = search.find();
        String name = revision.name();
        KeptHead head = new KeptHead(revision, space, cache, content, this);
        held = name.isEmpty() || dropping.containsKey(name);
        head.pin = held ? pin : null;
        open.put(head, name);
        return head;
      } finally {
        if (!held) {
          pin.close();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A revision is about to be dropped. */
  void beginDrop(String name) {
    lock.lock();
    try {
      dropping.merge(name, 1, Integer::sum);
      for (Map.Entry<KeptHead, String> each : open.entrySet()) {
        KeptHead head = each.getKey();
        if (name.equals(each.getValue()) && head.pin == null) {
          head.pin = space.pin();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** It was dropped, or not after all. */
  void endDrop(String name) {
    lock.lock();
    try {
      dropping.computeIfPresent(name, (it, times) -> times == 1 ? null : times - 1);
    } finally {
      lock.unlock();
    }
  }

  void close(KeptHead head) {
    lock.lock();
    try {
      open.remove(head);
      Pin pin = head.pin;
      head.pin = null;
      if (pin != null) {
        pin.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
