package dev.capsa.nio;

import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.Retention;
import dev.capsa.Revision;
import dev.capsa.block.ContentStore;
import dev.capsa.inode.CatalogFileTree;
import dev.capsa.inode.FileDifference;
import dev.capsa.inode.FileTree;
import dev.capsa.inode.RevisionDiff;
import dev.capsa.inode.Rollback;
import dev.capsa.inode.TimeSource;
import dev.capsa.repo.KeptHead;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RetentionRule;
import dev.capsa.store.KeptRevision;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The revisions of an open container. Safe for any number of threads. */
final class Revisions {
  /** Who watches directories is told by the tree that is given. */
  private static final FileTree.Onlooker NOBODY =
      new FileTree.Onlooker() {
        @Override
        public Set<Long> directories() {
          return Set.of();
        }

        @Override
        public void done(Rollback what) {}
      };

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

  /**
   * Brings a revision back.
   *
   * @param tree the files; tells those who watch them
   * @return the state before
   */
  Revision rollBack(FileTree tree, long number) throws IOException {
    return revision(tree.rollBack(number, NOBODY).orElseThrow());
  }

  /** As the other, by the name of a snapshot. */
  Revision rollBack(FileTree tree, String snapshot) throws IOException {
    long number;
    try (KeptHead head = repository.openKept(snapshot)) {
      number = head.revision().sequence();
    }
    return rollBack(tree, number);
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

  Retention retention() throws IOException {
    RetentionRule rule = repository.retention();
    return rule.equals(RetentionRule.NONE)
        ? Retention.NONE
        : new Retention(
            Math.toIntExact(rule.last()),
            Duration.ofNanos(rule.ageNanos()),
            Duration.ofNanos(rule.everyNanos()));
  }

  void retention(Retention retention) throws IOException {
    repository.retention(ruleOf(retention));
  }

  private static RetentionRule ruleOf(Retention retention) {
    return new RetentionRule(
        retention.last(), retention.age().toNanos(), retention.every().toNanos());
  }

  /** What reads a revision's items. */
  @FunctionalInterface
  private interface Use<T> {
    T of(Tree items) throws IOException;
  }

  /** Opens a revision for one use, unless it is the one that is open already. */
  private <T> T use(@Nullable Past open, long number, Use<T> use) throws IOException {
    if (open != null && open.revision().number() == number) {
      return use.of(open.head().tree());
    }
    try (KeptHead head = repository.openRevision(number)) {
      return use.of(head.tree());
    }
  }

  /**
   * What leads from one revision to another.
   *
   * @param open may be read, kept or not
   * @param newer 0: the newest commit
   */
  List<FileDifference> diff(@Nullable Past open, long older, long newer) throws IOException {
    if (newer != 0) {
      return use(open, older, one -> use(open, newer, other -> RevisionDiff.between(one, other)));
    }
    try (KeptHead newest = repository.openNewest()) {
      return use(open, older, one -> RevisionDiff.between(one, newest.tree()));
    }
  }

  /** A revision in which a file changed, and its path there. */
  record Version(Revision revision, String path) {}

  /** The revisions in which a file is another one than in the one before, the oldest first. */
  List<Version> history(long inode) throws IOException {
    List<Version> history = new ArrayList<>();
    byte[] before = null;
    try (KeptHead newest = repository.openNewest()) {
      for (KeptRevision each : repository.kept()) {
        if (each.sequence() >= newest.revision().sequence()) {
          break;
        }
        try (KeptHead head = repository.openRevision(each.sequence())) {
          before = note(history, head, inode, before);
        } catch (CapsaNoSuchSnapshotException gone) {
          // Dropped since it was listed.
        }
      }
      note(history, newest, inode, before);
    }
    return history;
  }

  private static byte @Nullable [] note(
      List<Version> history, KeptHead head, long inode, byte @Nullable [] before)
      throws IOException {
    byte[] now = RevisionDiff.version(head.tree(), inode);
    if (now != null && !Arrays.equals(now, before)) {
      Revision revision = revision(head.revision());
      history.add(new Version(revision, RevisionDiff.path(head.tree(), inode)));
    }
    return now;
  }

  private static Revision revision(KeptRevision kept) {
    return new Revision(
        kept.sequence(),
        Instant.EPOCH.plusNanos(kept.timeNanos()),
        kept.name().isEmpty() || kept.isAutomatic() ? Optional.empty() : Optional.of(kept.name()));
  }
}
