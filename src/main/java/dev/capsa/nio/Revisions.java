package dev.capsa.nio;

import dev.capsa.Revision;
import dev.capsa.block.ContentStore;
import dev.capsa.inode.CatalogFileTree;
import dev.capsa.inode.TimeSource;
import dev.capsa.repo.KeptHead;
import dev.capsa.repo.Repository;
import dev.capsa.store.KeptRevision;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The revisions of an open container. Safe for any number of threads. */
final class Revisions {
  private final Repository repository;
  private final ContentStore content;
  private final TimeSource time;

  Revisions(Repository repository, ContentStore content, TimeSource time) {
    this.repository = repository;
    this.content = content;
    this.time = time;
  }

  /** The newest commit. */
  Revision newest() throws IOException {
    return revision(repository.newestRevision());
  }

  /** All that can be opened, the oldest first. */
  List<Revision> all() throws IOException {
    List<Revision> all = new ArrayList<>();
    // The newest one first: if it is the last of those that are kept, it is there already; if
    // others are kept meanwhile, it can no longer be opened.
    Revision newest = newest();
    for (KeptRevision each : repository.kept()) {
      all.add(revision(each));
    }
    if (all.isEmpty() || all.get(all.size() - 1).number() < newest.number()) {
      all.add(newest);
    }
    return all;
  }

  /** Those that have a name, the oldest first. */
  List<Revision> snapshots() throws IOException {
    return all().stream().filter(it -> it.snapshot().isPresent()).toList();
  }

  Revision keep(String name) throws IOException {
    return revision(repository.snapshot(name));
  }

  void drop(String name) throws IOException {
    repository.drop(name);
  }

  Past open(String snapshot) throws IOException {
    return past(repository.openKept(snapshot));
  }

  Past open(long number) throws IOException {
    return past(repository.openRevision(number));
  }

  private Past past(KeptHead head) throws IOException {
    boolean done = false;
    try {
      Past past =
          new Past(
              revision(head.revision()),
              head,
              CatalogFileTree.openReadOnly(head, content, time),
              new FileLocks(),
              new Watches());
      done = true;
      return past;
    } finally {
      if (!done) {
        head.close();
      }
    }
  }

  private static Revision revision(KeptRevision kept) {
    return new Revision(
        kept.sequence(),
        Instant.EPOCH.plusNanos(kept.timeNanos()),
        kept.name().isEmpty() ? Optional.empty() : Optional.of(kept.name()));
  }
}
