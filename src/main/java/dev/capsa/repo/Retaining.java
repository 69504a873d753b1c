package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaSnapshotExistsException;
import dev.capsa.store.Batch;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Space;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps revisions without being asked for, and drops them, as the container's rule says. Both are
 * part of a commit that is made anyway, or of one of their own if none comes; a commit keeps one at
 * most, and drops {@value #MOST_DROPS}. What a crash leaves to be dropped, the next writable
 * opening finds by the rule.
 *
 * <p>Such a revision has a name that begins with NUL, which users cannot give, and goes on with the
 * number of its commit. The rule is an item of the catalog. In a container that never had one,
 * nothing is looked for.
 *
 * <p>To keep less is never a reason for a commit to fail: without room it is made without keeping,
 * then without dropping; and damage of the index ends all of this until the next opening.
 *
 * <p>Confined to the committer's thread, but for {@link #set}, {@link #begin} and {@link #rule}.
 */
final class Retaining {
  static final int MOST_DROPS = 64;

  private final Space space;
  private final Holds holds;

  /** Null: not read yet. */
  private volatile @Nullable RetentionRule rule;

  /** What is kept so, the oldest first; null: not looked for yet. */
  private @Nullable Deque<KeptRevision> kept;

  /** Whether something was changed in this opening since the newest state that is kept. */
  private boolean unkept;

  private boolean unkeptAfter;
  private @Nullable String keeping;
  private final List<String> dropping = new ArrayList<>();
  private boolean triedKeep;
  private boolean triedDrop;
  private boolean mayKeep = true;
  private boolean mayDrop = true;
  private boolean resting;
  private boolean spoiled;
  private boolean givenUp;

  /** Whether this opening may write: one that only reads drops nothing. */
  private volatile boolean writing;

  Retaining(Space space, Holds holds) {
    this.space = space;
    this.holds = holds;
  }

  /** The rule, if it is known already. */
  @Nullable RetentionRule rule() {
    return rule;
  }

  /** Sets the rule from now on. The caller has stored it. */
  void set(RetentionRule now) {
    rule = now;
  }

  /** This opening writes: from now on what is over is dropped, also without other changes. */
  void begin() {
    writing = true;
  }

  private static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** The rule; null if there is nothing to do by it, now or later. */
  private @Nullable RetentionRule active(Items committed) throws IOException {
    if (givenUp) {
      return null;
    }
    RetentionRule now = rule;
    if (now == null) {
      byte[] item = committed.get(RetentionRule.key());
      now = RetentionRule.decode(item);
      rule = now;
      if (item == null) {
        kept = new ArrayDeque<>();
      }
    }
    if (kept == null) {
      Deque<KeptRevision> found = new ArrayDeque<>();
      for (KeptRevision each : space.keptRevisions()) {
        if (each.isAutomatic()) {
          found.add(each);
        }
      }
      kept = found;
    }
    return now.keepsAny() || !found().isEmpty() ? now : null;
  }

  private Deque<KeptRevision> found() {
    Deque<KeptRevision> known = kept;
    return known == null ? new ArrayDeque<>() : known;
  }

  /** Whether a commit would keep or drop one. */
  boolean isDue(Items committed) {
    if (!writing || resting) {
      return false;
    }
    try {
      RetentionRule now = active(committed);
      if (now == null) {
        return false;
      }
      long time = now();
      KeptRevision oldest = found().peekFirst();
      boolean over = oldest != null && !now.keeps(found().size() - 1L, time - oldest.timeNanos());
      return over || unkept && isTime(now, time);
    } catch (IOException damaged) {
      givenUp = true;
      return false;
    }
  }

  /** Whether the last one is old enough; or in the future, as the clock was set back. */
  private boolean isTime(RetentionRule now, long time) {
    KeptRevision newest = found().peekLast();
    if (!now.keepsAny() || newest == null) {
      return now.keepsAny();
    }
    long old = time - newest.timeNanos();
    return old < 0 || old >= now.everyNanos();
  }

  /**
   * Has a batch do what is due.
   *
   * @param changed whether the batch has changes of users
   * @param named whether it keeps a revision already
   * @throws CapsaCorruptException if that met damage: the batch is to be aborted, and another one
   *     to be tried
   */
  void apply(Batch batch, Items committed, boolean changed, boolean named) throws IOException {
    unkeptAfter = false;
    keeping = null;
    triedKeep = false;
    triedDrop = false;
    try {
      RetentionRule now = active(committed);
      if (now != null) {
        unkeptAfter = (unkept || changed) && !named && now.keepsAny();
        apply(batch, now);
      }
    } catch (CapsaNoSuchSnapshotException
        | CapsaSnapshotExistsException
        | CapsaCorruptException damaged) {
      spoiled = true;
      throw new CapsaCorruptException(
          "cannot keep revisions as the rule says: " + damaged, damaged);
    }
  }

  private void apply(Batch batch, RetentionRule now) throws IOException {
    long time = now();
    if (mayKeep && unkeptAfter && isTime(now, time)) {
      triedKeep = true;
      String name = KeptRevision.automaticName(batch.sequence());
      batch.keep(name);
      keeping = name;
    }
    long newer = found().size() - (keeping == null ? 1L : 0L);
    for (KeptRevision each : found()) {
      boolean enough = dropping.size() == MOST_DROPS;
      if (!mayDrop || enough || now.keeps(newer, time - each.timeNanos())) {
        break;
      }
      triedDrop = true;
      holds.beginDrop(each.name());
      dropping.add(each.name());
      batch.drop(each.name());
      newer--;
    }
  }

  /**
   * The batch was committed.
   *
   * @return whether it dropped a revision
   */
  boolean committed(KeptRevision commit) {
    unkept = unkeptAfter && keeping == null;
    boolean dropped = !dropping.isEmpty();
    for (int i = 0; i < dropping.size(); i++) {
      found().removeFirst();
    }
    endDropping();
    String name = keeping;
    if (name != null) {
      found().addLast(new KeptRevision(name, commit.sequence(), commit.timeNanos(), commit.root()));
      keeping = null;
    }
    mayKeep = true;
    mayDrop = true;
    resting = false;
    writing = true;
    return dropped;
  }

  /** The name for a state that is kept because another one comes in its place. */
  String nameBefore(Items committed, long sequence) throws IOException {
    RetentionRule now = active(committed);
    return now != null && now.keepsAny()
        ? KeptRevision.automaticName(sequence)
        : KeptRevision.beforeRollback(sequence);
  }

  /** A commit has kept the state before it, and has changes that no kept revision has. */
  void keptBefore(KeptRevision before) {
    unkept = true;
    KeptRevision newest = found().peekLast();
    boolean known = newest != null && newest.sequence() == before.sequence();
    if (before.isAutomatic() && !known) {
      found().addLast(before);
    }
    resting = false;
  }

  private void endDropping() {
    dropping.forEach(holds::endDrop);
    dropping.clear();
  }

  /**
   * The batch was given up.
   *
   * @return whether that was because of this, which will not be again
   */
  boolean failed() {
    keeping = null;
    endDropping();
    boolean because = spoiled;
    givenUp |= spoiled;
    spoiled = false;
    return because;
  }

  /** The batch found no room: less; whether that is worth another try. */
  boolean shrink() {
    if (triedKeep) {
      mayKeep = false;
    } else if (triedDrop) {
      mayDrop = false;
    }
    return triedKeep || triedDrop;
  }

  /** After an attempt alone that found no room: not again until something is committed. */
  void rest() {
    resting = true;
  }
}
