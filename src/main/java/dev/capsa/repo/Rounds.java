package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.store.Batch;
import dev.capsa.store.CompactionScope;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Pin;
import dev.capsa.store.Space;
import dev.capsa.tree.Changes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/*
 * How changes become a commit
 *
 * The head. All state that readers need is one immutable record in a volatile field: the committed
 * root, the frozen overlay, the active overlay. Only the committer replaces it. Overlays are read
 * without locks; the active one is changed only inside the gate, the frozen one never.
 *
 * The gate. An operation notes its changes and does its I/O first, then goes in, reads the head,
 * applies everything to the active overlay, and goes out. A cut waits until nobody is inside and
 * replaces {root, none, active} by {root, active, empty}. So the frozen overlay holds each
 * operation wholly or not at all: a commit is a prefix of what happened.
 *
 * The pages. A partial write needs the older bytes of its page, from the medium perhaps, so it
 * builds the page before the gate. Between that and the gate the page may move from the active to
 * the frozen overlay (then it is copied inside the gate) and on into the committed root (then the
 * write goes out and builds again). What lies in the file does not change meanwhile: the caller
 * holds the inode's lock.
 *
 * The publication. A batch's commit makes a root the newest one of the space shortly before the
 * head has it. A reader pins the newest root, then reads the head; in that gap it would read an
 * older root than it has pinned. So the committer stores the head that it will publish before it
 * commits, and a reader that finds the space to be at that head's sequence takes it. See HeadState.
 *
 * Removal. What an operation drops is gone from the head at once. Its stored bytes go with the
 * commits, a bounded step with each (see Clearing); while something is left, one commit follows the
 * other without anybody asking. Nobody waits for that but a writer who needs the room. A commit
 * that finds no room tries again with a smaller step, so that steps never keep what was accepted
 * from being committed. Closing does a few more steps, and leaves the rest to the next opening. If
 * little is in use, in a file that is much longer, closing has it compacted, too, and so has an
 * interval without changes.
 *
 * Failures. If a commit finds no room, the frozen overlay stays in the head, and the next cut
 * merges the active one into it: what removes is then in the same commit as what did not fit. Any
 * other failure stops the writer: the head stays readable, with all that was accepted.
 */

/**
 * What the committer does in a round: it cuts, commits what the cut has, and does what was asked
 * for beside it, each in a commit of its own. {@link Publishing} has the end of each commit, {@link
 * Chores} what goes on by itself. Confined to the committer's thread, but for {@link #stopped}.
 */
final class Rounds implements Committer.Work {
  /** Commits that closing makes only to go on with removals. */
  private static final int CLOSING_STEPS = 16;

  /** What a step of compaction copies, but for its last segment. */
  private static final long COMPACTED_BYTES = 8 << 20;

  /** A container is compacted without being asked only if no more is in use. */
  private static final long LITTLE_BYTES = 16 << 20;

  /** What closing has to save by that. */
  private static final long SAVED_AT_CLOSING_BYTES = 128 << 10;

  /** What has to be saved by that while it is open, and nothing changes. */
  private static final long SAVED_WHILE_IDLE_BYTES = 4 << 20;

  /** Most steps of that: what was moved, and what waited for its reuse. */
  private static final int MOST_SHORTENING_STEPS = 32;

  /** What a commit without changes writes. */
  private static final Overlay NOTHING = new Overlay();

  /** What was asked for beside changes. */
  record Requests(
      Queue<Gathering> gatherings,
      Sharings sharings,
      Queue<CompactionStep> compactions,
      Queue<Rewinding> rewindings) {
    boolean isEmpty() {
      return gatherings.isEmpty()
          && sharings.isEmpty()
          && compactions.isEmpty()
          && rewindings.isEmpty();
    }
  }

  private final Space space;
  private final ContentStore content;
  private final Durability durability;
  private final Probe probe;
  private final HeadState state;
  private final Publishing publishing;
  private final Gate gate;
  private final Committer committer;
  private final Admission admission;
  private final Chores chores;
  private final Naming naming;
  private final Requests requests;

  /** The commit up to which {@link #shorten} has done what it can. */
  private long shortened;

  /** Asked for before the last cut, so that nothing that came before is in the active overlay. */
  private final Queue<Rewinding> rewinding = new ArrayDeque<>();

  Rounds(
      Space space,
      ContentStore content,
      Durability durability,
      Probe probe,
      HeadState state,
      Publishing publishing,
      Gate gate,
      Committer committer,
      Admission admission,
      Chores chores,
      Naming naming,
      Requests requests) {
    this.space = space;
    this.content = content;
    this.durability = durability;
    this.probe = probe;
    this.state = state;
    this.publishing = publishing;
    this.gate = gate;
    this.committer = committer;
    this.admission = admission;
    this.chores = chores;
    this.naming = naming;
    this.requests = requests;
    this.shortened = state.head().sequence();
  }

  @Override
  public boolean run(Committer.Round round) throws IOException {
    state.requireWriting();
    boolean force =
        round.durable()
            || (round.need() == Committer.Need.COMMIT && durability != Durability.ASYNC)
            || publishing.isForceDue();
    Head before = state.head();
    chores.list(before.committed());
    boolean idle =
        before.clean() && !needsCommit(before, round, force) && !unfinished() && requests.isEmpty();
    if (!round.last() && idle) {
      settle(round);
      return before.forced();
    }
    if (round.need() == Committer.Need.SHARES && before.frozen() == null) {
      shareAll(force);
      return state.head().forced();
    }
    Head cut = cut(round.last());
    state.requireWriting();
    probe.at(Probe.Point.CUT);
    try {
      if (cut.frozen() != null || needsCommit(cut, round, force)) {
        commitAll(cut, force);
      } else if (unfinished()) {
        step(cut, force);
      }
      while (!rewinding.isEmpty() && naming.isDue()) { // of the state before
        commitAll(state.head(), true);
      }
      rewindAll();
      gatherAll(force);
      shareAll(force);
      compactAll();
      while (naming.isDue()) { // a commit keeps one
        commitAll(state.head(), true);
      }
      for (int i = 0; round.last() && i < CLOSING_STEPS && unfinished(); i++) {
        step(state.head(), force);
      }
      if (round.last() && !unfinished()) {
        shorten(SAVED_AT_CLOSING_BYTES);
      }
    } catch (CapsaFullException e) {
      state.accept(true); // what removes may make room, also after an attempt to close
      throw e;
    }
    if (unfinished()) {
      committer.wish();
    }
    return state.head().forced();
  }

  /**
   * When nothing was changed for an interval: gives back what is free at the container's end, and
   * has what little lies there moved for that.
   */
  private void settle(Committer.Round round) throws IOException {
    if (round.durable()) {
      return;
    }
    shorten(SAVED_WHILE_IDLE_BYTES);
    if (!space.isTrimmable()) {
      return;
    }
    try {
      admission.renew();
      space.trim(false);
    } catch (CapsaFullException e) {
      publishing.noteFailure(); // what was reserved before keeps the file as it is
    }
  }

  /** Whether there is more to remove. */
  private boolean unfinished() throws IOException {
    return chores.isLeft(state.head().committed());
  }

  /** Commits what has to be committed, with a step of removal if there is room for it. */
  private void commitAll(Head cut, boolean force) throws IOException {
    RemovalStep step = chores.step();
    try {
      commit(cut, force, step);
    } catch (CapsaFullException e) {
      failed();
      if (!chores.shrink(step)) {
        throw e;
      }
      commitAll(cut, force);
    } catch (CapsaCorruptException e) {
      boolean retry = failed();
      if (!retry && !unfinished()) {
        throw e;
      }
      if (!retry) {
        chores.giveUp();
      } // if the damage is elsewhere, the next attempt shows it
      commitAll(cut, force);
    } catch (Throwable e) {
      failed();
      throw e;
    }
  }

  /** Commits a step of removal alone; without room for it, lets it be. */
  private void step(Head cut, boolean force) throws IOException {
    try {
      commit(cut, force, chores.step());
    } catch (CapsaFullException e) {
      failed();
      chores.rest();
    } catch (CapsaCorruptException e) {
      if (!failed()) {
        chores.giveUp();
      }
    } catch (Throwable e) {
      failed();
      throw e;
    }
  }

  /** Stores together what was asked for; what has no room is let be. */
  private void gatherAll(boolean force) throws IOException {
    for (Gathering part = requests.gatherings().poll();
        part != null;
        part = requests.gatherings().poll()) {
      try {
        gather(part, force);
        admission.committed(Load.NONE);
      } catch (CapsaFullException | CapsaCorruptException e) {
        failed(); // whoever reads the part learns what is wrong with it
      } catch (Throwable e) {
        failed();
        throw e;
      }
    }
  }

  private void gather(Gathering part, boolean force) throws IOException {
    Head before = state.head();
    try (Pin pin = space.pin();
        Batch batch = space.begin()) {
      Changes changes = WriteBack.gather(part, before.committed(), content, batch);
      if (!changes.isEmpty()) {
        publishing.commit(before, batch, changes, force);
        part.done = true;
      }
    }
  }

  /** Brings back what was asked for; who asked learns why it was not. */
  private void rewindAll() throws IOException {
    for (Rewinding next = rewinding.poll(); next != null; next = rewinding.poll()) {
      try {
        if (!next.withdrawn) {
          next.before = rewind(next);
        }
        admission.committed(Load.NONE);
      } catch (CapsaStoppedException e) {
        failed();
        throw e;
      } catch (CapsaException e) {
        failed();
        next.problem = e;
      } catch (Throwable e) {
        failed();
        throw e;
      }
    }
  }

  private KeptRevision rewind(Rewinding request) throws IOException {
    KeptRevision past =
        space
            .keptRevision(request.target)
            .orElseThrow(
                () ->
                    new CapsaNoSuchSnapshotException(
                        "revision "
                            + request.target
                            + " is not kept, so nothing leads back to it"));
    Head now = state.head();
    publishing.noteInodes();
    KeptRevision before;
    try (Pin pin = space.pin();
        Batch batch = space.begin()) {
      before = batch.keepNewest(chores.nameBefore(now.committed(), now.sequence()));
      Reversal reversal = new Reversal(content, batch, Runtime.getRuntime().maxMemory() / 4);
      request.note(
          publishing.tree(now.root()), publishing.tree(RootRecord.decode(past.root())), reversal);
      if (reversal.changes().isEmpty()) {
        KeptRevision newest = space.newestRevision();
        return space.keptRevision(newest.sequence()).orElse(newest);
      }
      publishing.commit(
          now,
          batch,
          reversal.changes(),
          true,
          nodes -> admission.requireLeft(reversal.load(nodes)));
      chores.rewound(reversal, before);
    }
    return before;
  }

  /** Shares what was asked for; who asked learns why it was not. */
  private void shareAll(boolean force) throws IOException {
    for (Sharing next = requests.sharings().next();
        next != null;
        next = requests.sharings().next()) {
      try {
        share(next, force || publishing.isForceDue());
        admission.committed(Load.NONE);
      } catch (CapsaFullException | CapsaCorruptException e) {
        failed();
        next.problem = e;
      } catch (Throwable e) {
        failed();
        throw e;
      }
    }
  }

  private void share(Sharing sharing, boolean force) throws IOException {
    Head before = state.head();
    publishing.noteInodes(); // the file that shares has a number since the cut
    try (Pin pin = space.pin();
        Batch batch = space.begin()) {
      Changes changes = WriteBack.share(sharing, before.committed(), content, batch);
      if (changes != null) {
        publishing.commit(before, batch, changes, force);
        sharing.done = true;
      }
    }
  }

  /** Does what was asked for of compaction. */
  private void compactAll() throws IOException {
    for (CompactionStep step = requests.compactions().poll();
        step != null;
        step = requests.compactions().poll()) {
      tryCompact(step);
    }
  }

  /** Compacts the container if it was changed, if that is soon done, and saves something. */
  private void shorten(long leastSaved) throws IOException {
    if (state.head().sequence() != shortened && space.isLoose(LITTLE_BYTES, leastSaved)) {
      CompactionSteps steps = CompactionSteps.hasty(MOST_SHORTENING_STEPS);
      CompactionStep step;
      do {
        step = CompactionStep.of(CompactionScope.all(Long.MAX_VALUE));
        tryCompact(step);
      } while (step.done != Batch.Compacted.FREEING && steps.goOn(step.done));
      shortened = state.head().sequence();
    }
  }

  /** Does a step of compaction; what has no room is let be. */
  private void tryCompact(CompactionStep step) throws IOException {
    try {
      if (step.scope == null) {
        admission.renew();
        space.trim(true);
      } else {
        step.done = compact(step.scope);
      }
    } catch (CapsaFullException | CapsaCorruptException e) {
      publishing.withdraw(); // the segments stay where they are
      admission.committed(Load.NONE);
    } catch (Throwable e) {
      failed();
      throw e;
    }
  }

  private Batch.Compacted compact(CompactionScope scope) throws IOException {
    Batch.Compacted done;
    try (Pin pin = space.pin();
        Batch batch = space.begin()) {
      done = batch.compact(COMPACTED_BYTES, scope);
      if (done != Batch.Compacted.DONE) {
        admission.renew(); // what was counted as free may lie in what is packed now
        publishing.commit(state.head(), batch, new Changes(), true);
      }
    }
    if (done != Batch.Compacted.DONE) {
      admission.committed(Load.NONE);
    }
    return done != Batch.Compacted.MOVED && unfinished() ? Batch.Compacted.FREEING : done;
  }

  /** Takes note of a commit that failed; whether the next one will not, for the same reason. */
  private boolean failed() {
    publishing.failed();
    admission.committed(Load.NONE);
    return naming.failed() | chores.failed();
  }

  /** Whether a head without changes has to be committed. */
  private boolean needsCommit(Head clean, Committer.Round round, boolean force) {
    return round.always() || (force && !clean.forced());
  }

  private Head cut(boolean last) {
    naming.admit();
    for (Rewinding next = requests.rewindings().poll();
        next != null;
        next = requests.rewindings().poll()) {
      rewinding.add(next);
    }
    gate.cut(
        () -> {
          state.cut();
          publishing.noteInodes();
          state.accept(state.accepting() && !last);
        });
    return state.head();
  }

  private void commit(Head cut, boolean force, RemovalStep step) throws IOException {
    Overlay frozen = cut.frozen() == null ? NOTHING : cut.frozen();
    WriteBack.Written written;
    try (Pin pin = space.pin();
        Batch batch = space.begin()) {
      written = chores.write(frozen, cut.committed(), content, batch, step);
      boolean named = naming.apply(batch);
      chores.apply(batch, cut.committed(), cut.frozen() != null, named);
      publishing.commit(cut, batch, written.changes(), force);
    }
    KeptRevision newest = space.newestRevision();
    chores.committed(written, newest, naming.committed(newest));
    admission.committed(frozen.load());
  }

  @Override
  public void stopped(Throwable cause) {
    state.stop(cause);
  }
}
