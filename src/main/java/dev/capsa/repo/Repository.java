package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.raw.Mapper;
import dev.capsa.store.Batch;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Pin;
import dev.capsa.store.Room;
import dev.capsa.store.Space;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeRoot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
 * commits, and a reader that finds the space to be at that head's sequence takes it. See newest().
 *
 * Removal. What an operation drops is gone from the head at once. Its stored bytes go with the
 * commits, a bounded step with each (see Clearing); while something is left, one commit follows the
 * other without anybody asking. Nobody waits for that but a writer who needs the room. A commit
 * that finds no room tries again with a smaller step, so that steps never keep what was accepted
 * from being committed. Closing does a few more steps, and leaves the rest to the next opening.
 *
 * Failures. If a commit finds no room, the frozen overlay stays in the head, and the next cut
 * merges the active one into it: what removes is then in the same commit as what did not fit. Any
 * other failure stops the writer: the head stays readable, with all that was accepted.
 */

/** The live head of a container, and its commits. Safe for many threads. */
public final class Repository implements LiveHead {
  /** Most bytes of one write. */
  public static final int MOST_WRITE_BYTES = 1 << 20;

  /** Commits in a row that ASYNC leaves unforced. */
  private static final int MOST_UNFORCED = 4;

  /** Commits that closing makes only to go on with removals. */
  private static final int CLOSING_STEPS = 16;

  /** What a step of compaction copies, but for its last segment. */
  private static final long COMPACTED_BYTES = 8 << 20;

  /** What tests switch. */
  record Hooks(boolean gate, boolean copying, Probe probe) {
    static final Hooks NONE = new Hooks(true, true, Probe.NONE);
  }

  private final Space space;
  private final ContentStore content;
  private final NodeCache cache;
  private final RepositoryOptions options;
  private final Hooks hooks;
  private final Gate gate;
  private final Committer committer;
  private final Admission admission;
  private final Clearing clearing = new Clearing();
  private final Naming naming = new Naming();
  private final Reclaiming reclaiming = new Reclaiming();
  private final Holds holds;
  private final Retaining retaining;
  private final ReentrantLock rules = new ReentrantLock();
  private final AtomicLong nextInode;
  private final ReentrantLock closing = new ReentrantLock();
  private final Queue<Gathering> gatherings = new ConcurrentLinkedQueue<>();
  private final Sharings sharings;
  private final Queue<CompactionStep> compactions = new ConcurrentLinkedQueue<>();
  private final LongAdder commits = new LongAdder();
  private final LongAdder forcedCommits = new LongAdder();
  private final LongAdder failedCommits = new LongAdder();

  /** What is, or in the course of a publication will be, the head. Never older than the head. */
  private volatile Head pending;

  private volatile Head head;
  private volatile long forcedSequence;
  private volatile @Nullable Throwable stopped;

  /** Written while nobody is inside the gate, or by {@link #abandon}. */
  private volatile boolean accepting = true;

  /** Guarded by {@link #closing}. */
  private boolean closed;

  private Repository(
      Space space,
      ContentStore content,
      NodeCache cache,
      RepositoryOptions options,
      Hooks hooks,
      Head head) {
    this.space = space;
    this.content = content;
    this.cache = cache;
    this.options = options;
    this.hooks = hooks;
    this.head = head;
    this.pending = head;
    this.forcedSequence = head.sequence();
    this.nextInode = new AtomicLong(head.root().nextInode());
    this.holds = new Holds(space, cache, content);
    this.retaining = new Retaining(space, holds);
    this.gate = new Gate(hooks.gate());
    this.committer = new Committer(new CommitWork(), options.commitIntervalMillis());
    this.admission = new Admission(space, options.dirtyLimitBytes(), new CommitRelief());
    this.sharings = new Sharings(content, admission);
  }

  /**
   * Opens the newest state of a space, and starts the thread that commits.
   *
   * @param space nobody else commits to it
   * @param content where the files of this space are
   * @throws IOException if the root cannot be read, or a newer version wrote it
   */
  public static Repository open(Space space, ContentStore content, RepositoryOptions options)
      throws IOException {
    return open(space, content, options, Hooks.NONE);
  }

  /** As {@link #open(Space, ContentStore, RepositoryOptions)}, with what tests switch. */
  static Repository open(Space space, ContentStore content, RepositoryOptions options, Hooks hooks)
      throws IOException {
    NodeCache cache = new NodeCache(options.cacheBytes());
    RootRecord root = RootRecord.decode(space.root());
    Head head =
        new Head(
            root, new Tree(space, cache, root.tree()), null, new Overlay(), space.sequence(), true);
    Repository repository = new Repository(space, content, cache, options, hooks, head);
    repository.committer.start("capsa-committer");
    return repository;
  }

  @Override
  public View view() {
    return newestView();
  }

  private HeadView newestView() {
    Pin pin = space.pin();
    try {
      return new HeadView(newest(), content, pin);
    } catch (Throwable e) {
      pin.close();
      throw e;
    }
  }

  /**
   * The newest head, whose root is one that a pin taken before this call keeps.
   *
   * <p>If the pending head's sequence is reached, its root is the space's newest one. Else no root
   * newer than the one of the head that was current when the space's sequence was read has been
   * committed since the pin, unless a head was published in between: then again.
   */
  private Head newest() {
    while (true) {
      long reached = space.sequence();
      Head current = head;
      Head next = pending;
      if (next != current && next.sequence() <= reached) {
        return next;
      }
      if (head == current) {
        return current;
      }
    }
  }

  @Override
  public long newInode() {
    return nextInode.getAndIncrement();
  }

  @Override
  public void change(Change change) throws IOException {
    Operation operation = Operation.of(change);
    apply(
        operation.load(committedInodes(), content.unitPages()),
        operation.removal() ? Admission.Kind.REMOVAL : Admission.Kind.ADDITION,
        NO_PREPARATION,
        (now, edit) -> {
          operation.apply(edit, hooks.probe());
          return true;
        });
  }

  @Override
  public void truncate(long inode, long size, long newSize, Change alongside) throws IOException {
    if (size < 0 || newSize < 0) {
      throw new IllegalArgumentException(
          "inode " + inode + " from " + size + " to " + newSize + " bytes");
    }
    Operation operation = Operation.of(alongside);
    long next = committedInodes();
    int unitPages = content.unitPages();
    Load cut = Costs.file(inode, size, next, unitPages);
    cut = cut.plus(Costs.inParts(newSize, unitPages) ? Costs.lowParts(unitPages) : Load.NONE);
    if (newSize < size) {
      cut = cut.plus(Costs.freed(size - newSize)).plus(Costs.cut(unitPages));
      cut = cut.plus(Costs.mayBeObject(newSize, unitPages) ? Costs.cutToObject() : Load.NONE);
    }
    apply(
        operation.load(next, unitPages).plus(cut),
        newSize == 0
            ? Admission.Kind.REMOVAL
            : newSize < size ? Admission.Kind.CUT : Admission.Kind.ADDITION,
        NO_PREPARATION,
        (now, edit) -> {
          operation.apply(edit, hooks.probe());
          edit.truncate(inode, size, newSize);
          return true;
        });
  }

  @Override
  public void write(long inode, long position, ByteBuffer source, long size, Change alongside)
      throws IOException {
    int count = source.remaining();
    if (count > MOST_WRITE_BYTES || position < 0 || size < 0 || position + count < 0) {
      throw new IllegalArgumentException(
          count + " bytes at " + position + " of inode " + inode + " with " + size + " bytes");
    }
    if (count == 0) {
      change(alongside);
      return;
    }
    Operation operation = Operation.of(alongside);
    PageWrite write = new PageWrite(inode, position, source, size, hooks.copying());
    long next = committedInodes();
    int unitPages = content.unitPages();
    Load pages = Costs.file(inode, size, next, unitPages).plus(write.load(unitPages));
    apply(
        operation.load(next, unitPages).plus(pages),
        Admission.Kind.ADDITION,
        () -> {
          try (HeadView view = newestView()) {
            write.prepare(view.head(), content);
          }
          hooks.probe().at(Probe.Point.PREPARED);
        },
        (now, edit) -> {
          boolean applied = write.apply(now, edit);
          if (applied) {
            operation.apply(edit, hooks.probe());
          }
          return applied;
        });
    source.position(source.limit());
  }

  /**
   * Keeps the state that has all that was completed before the call. Waits for its commit, which is
   * durable.
   *
   * @param name 1 to 255 bytes in UTF-8
   * @return the revision's number: the sequence of its commit
   * @throws dev.capsa.CapsaSnapshotExistsException if another kept revision has the name
   * @throws CapsaFullException if there is no room for what is not committed yet; nothing is kept
   */
  public long keep(String name) throws IOException {
    return snapshot(name).sequence();
  }

  /** As {@link #keep}, with what else there is to say of the revision. */
  public KeptRevision snapshot(String name) throws IOException {
    KeptRevision.requireName(name);
    KeptRevision commit = name(naming.add(name, true));
    return new KeptRevision(name, commit.sequence(), commit.timeNanos(), commit.root());
  }

  /**
   * Drops a kept revision, durably. What it alone held is freed in the background; who has it open
   * may go on to read it.
   *
   * @throws dev.capsa.CapsaNoSuchSnapshotException if none has this name
   */
  public void drop(String name) throws IOException {
    KeptRevision.requireName(name);
    holds.beginDrop(name);
    try {
      name(naming.add(name, false));
    } finally {
      holds.endDrop(name);
    }
  }

  /** Waits until a request is done. */
  private KeptRevision name(Naming.Request request) throws IOException {
    while (!naming.isDone(request)) {
      try {
        requireWriting();
        awaitDurable(new Committer.Round(true, true, false));
      } catch (CapsaFullException e) {
        if (naming.withdraw(request)) {
          throw e;
        } // else a later round has taken it, and its end decides
      } catch (IOException e) {
        naming.withdraw(request);
        throw e;
      }
    }
    return naming.result(request);
  }

  /** The kept revisions, the oldest first. */
  public List<KeptRevision> kept() throws IOException {
    return space.keptRevisions();
  }

  /**
   * Opens a kept revision for reading.
   *
   * @return to be closed
   * @throws dev.capsa.CapsaNoSuchSnapshotException if none has this name
   */
  public KeptHead openKept(String name) throws IOException {
    KeptRevision.requireName(name);
    return holds.open(name);
  }

  /**
   * Opens a kept revision, or the newest commit, for reading.
   *
   * @param number its commit's sequence
   * @return to be closed
   * @throws dev.capsa.CapsaNoSuchSnapshotException if it is neither kept nor the newest one
   */
  public KeptHead openRevision(long number) throws IOException {
    return holds.open(number);
  }

  /**
   * Opens the newest commit for reading.
   *
   * @return to be closed
   */
  public KeptHead openNewest() throws IOException {
    return holds.openNewest();
  }

  /** The newest commit, with its name if it is kept. */
  public KeptRevision newestRevision() throws IOException {
    KeptRevision newest = space.newestRevision();
    return space.keptRevision(newest.sequence()).orElse(newest);
  }

  /** The rule by which revisions are kept without being asked for. */
  public RetentionRule retention() throws IOException {
    RetentionRule known = retaining.rule();
    if (known != null) {
      return known;
    }
    try (View view = view()) {
      return RetentionRule.decode(view.get(RetentionRule.key()));
    }
  }

  /** Sets that rule, durably. What it does not keep is dropped in the background. */
  public void retention(RetentionRule rule) throws IOException {
    rules.lock();
    try {
      byte[] value = rule.encode();
      change(mutation -> mutation.put(RetentionRule.key(), value));
      try {
        force(); // by the rule before: that there is a new one is nothing to keep
      } finally {
        retaining.set(rule);
      }
    } finally {
      rules.unlock();
    }
    committer.wish();
  }

  @Override
  public <T> Optional<T> map(
      long inode, long position, long length, boolean rewrite, Mapper<T> mapper)
      throws IOException {
    boolean maySettle = true;
    boolean mayGather = rewrite;
    while (space.canMap()) {
      boolean dirty;
      try (HeadView view = newestView()) {
        Items committed = view.head().committed();
        dirty = length > 0 && view.changes(inode);
        OptionalLong block = length > 0 ? OptionalLong.empty() : OptionalLong.of(0);
        if (length > 0 && !dirty) {
          block = content.run(committed, inode, position, length);
        }
        if (block.isPresent()) {
          return Optional.of(
              space.map(block.getAsLong(), position % FileDelta.PAGE_BYTES, length, mapper));
        }
        mayGather = mayGather && (dirty || content.canGather(committed, inode, position, length));
      } catch (UnsupportedOperationException e) {
        break; // the medium shows only now that it cannot
      }
      boolean better =
          dirty
              ? maySettle && commitNow()
              : mayGather && gather(new Gathering(inode, position, length));
      if (!better) {
        break;
      }
      maySettle &= !dirty;
      mayGather &= dirty;
    }
    return Optional.empty();
  }

  /** Commits, if the writer has not stopped and there is room; whether it did. */
  private boolean commitNow() throws IOException {
    if (stopped != null) {
      return false;
    }
    try {
      committer.await(new Committer.Round(false, false, false));
      return true;
    } catch (CapsaFullException | CapsaStoppedException e) {
      return false;
    }
  }

  /** Has a part of a file stored in consecutive blocks, if there is room; whether it was. */
  private boolean gather(Gathering part) throws IOException {
    Load claim = Costs.gathered(part.length);
    try {
      admission.claim(claim, Admission.Kind.ADDITION);
    } catch (CapsaFullException | CapsaStoppedException e) {
      return false;
    }
    try {
      gatherings.add(part);
      commitNow();
    } finally {
      gatherings.remove(part);
      admission.release(claim);
    }
    return part.done;
  }

  @Override
  public boolean share(LiveHead source, long inode, long target) throws IOException {
    requireWriting();
    Items kept = source instanceof KeptHead head ? head.itemsOf(space) : null;
    boolean sameSpace = kept != null || source == this;
    return sameSpace
        && content.unitPages() == 1
        && sharings.share(new Sharer(), kept, inode, target);
  }

  /** What sharing needs of this. */
  private final class Sharer implements Sharings.Commits {
    @Override
    public HeadView view() {
      return newestView();
    }

    @Override
    public void await(Committer.Round round) throws IOException {
      awaitRound(round);
    }

    @Override
    public void drop(long inode) throws IOException {
      change(
          mutation -> {
            mutation.removeContent(inode);
            mutation.remove(ItemKey.of(0, ItemKey.ORPHAN, inode));
          });
    }
  }

  @Override
  public void removeOrphans() throws IOException {
    requireWriting();
    retaining.begin();
    if (hasOrphans()) {
      clearing.request();
      committer.wish();
    }
    if (reclaiming.isLeft(space)) {
      reclaiming.request();
      committer.wish();
    } // else no round is begun: an opening commits nothing, and cuts nothing, without a reason
  }

  /**
   * Does one step of compaction, in a commit of its own, which has what was done before, too: some
   * segments are stored closer together, and no pointer changes.
   *
   * @param mostLength what the container may grow to for it
   * @return whether something was moved, or may be after further steps
   */
  public Batch.Compacted compact(long mostLength) throws IOException {
    requireWriting();
    CompactionStep step = new CompactionStep(mostLength, false);
    await(step);
    return step.done;
  }

  /** Cuts the container as short as it can be now. */
  public void trim() throws IOException {
    requireWriting();
    await(new CompactionStep(0, true));
  }

  private void await(CompactionStep step) throws IOException {
    compactions.add(step);
    try {
      awaitDurable(new Committer.Round(true, false, false));
    } finally {
      compactions.remove(step);
    }
  }

  private boolean hasOrphans() throws IOException {
    try (Pin pin = space.pin()) {
      byte[] first = ItemKey.of(0, ItemKey.ORPHAN);
      byte[] end = ItemKey.of(0, (byte) (ItemKey.ORPHAN + 1));
      return newest().committed().cursor(first, end).next();
    }
  }

  /** What an operation does before the gate, with I/O. */
  private interface Preparation {
    void prepare() throws IOException;
  }

  /** What an operation does inside the gate; false: not prepared for this head, do it again. */
  private interface Attempt {
    boolean apply(Head now, Edit edit);
  }

  private static final Preparation NO_PREPARATION = () -> {};

  /** Least inode number that the newest root does not have. */
  private long committedInodes() {
    return head.root().nextInode();
  }

  private void apply(Load claim, Admission.Kind kind, Preparation preparation, Attempt attempt)
      throws IOException {
    requireWriting();
    admission.claim(claim, kind);
    Load unused = claim;
    try {
      Edit done = null;
      while (done == null) {
        preparation.prepare();
        done = applyInGate(attempt);
      }
      unused = claim.minus(done.load());
    } finally {
      admission.release(unused);
    }
  }

  private @Nullable Edit applyInGate(Attempt attempt) throws CapsaStoppedException {
    int stripe = gate.enter();
    try {
      requireWriting();
      if (!accepting) {
        throw new CapsaStoppedException("the container is closed");
      }
      Head now = head;
      Edit edit = new Edit(now.active(), now.root().nextInode(), content.unitPages());
      try {
        if (!attempt.apply(now, edit)) {
          return null;
        }
      } catch (Throwable e) {
        stop(e); // half an operation lies in the overlay: it must never be committed
        throw e;
      }
      edit.finish();
      return edit;
    } finally {
      gate.leave(stripe);
    }
  }

  private void requireWriting() throws CapsaStoppedException {
    Throwable cause = stopped;
    if (cause != null) {
      throw new CapsaStoppedException(
          "writing has stopped, changes after commit "
              + forcedSequence
              + " are not durable; close and open again: "
              + cause,
          cause);
    }
  }

  private void stop(Throwable cause) {
    if (stopped == null) {
      stopped = cause;
    }
    committer.wish();
  }

  @Override
  public void force() throws IOException {
    requireWriting();
    Head now = head;
    if (!now.clean() || !now.forced()) {
      awaitDurable(new Committer.Round(true, false, false));
    }
  }

  /** Waits for a round; if the writer has stopped, says so. */
  private void awaitRound(Committer.Round round) throws IOException {
    try {
      committer.await(round);
    } catch (CapsaFullException e) {
      throw e;
    } catch (IOException e) {
      requireWriting();
      throw e;
    }
  }

  private void awaitDurable(Committer.Round round) throws IOException {
    try {
      awaitRound(round);
    } catch (CapsaFullException e) {
      throw new CapsaFullException(
          "changes after commit "
              + forcedSequence
              + " are not durable, they will be once there is room: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public long sequence() {
    return head.sequence();
  }

  @Override
  public Durability durability() {
    return options.durability();
  }

  /** Whether a cut waits for operations, or is at work; for tests. */
  boolean cutting() {
    return gate.closed();
  }

  /** Rounds of the committer, also those that had nothing to commit; for tests. */
  long rounds() {
    return committer.rounds();
  }

  /** Figures of this moment. */
  public RepositoryStatistics statistics() {
    return new RepositoryStatistics(
        commits.sum(),
        forcedCommits.sum(),
        failedCommits.sum(),
        admission.memoryBytes(),
        sequence());
  }

  /**
   * Commits durably what is left and stops the committer.
   *
   * @throws CapsaFullException if there is no room for what is left: all stays open, so that
   *     removing something, and closing again, or {@link #abandon}, is possible
   * @throws IOException if writing failed, now or before; it is closed all the same
   */
  @Override
  public void close() throws IOException {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        awaitDurable(new Committer.Round(true, false, true));
      }
    } catch (CapsaFullException e) {
      closed = false;
      throw e;
    } finally {
      closing.unlock();
    }
  }

  /** Stops without committing: what is not committed yet is lost. Idempotent. */
  public void abandon() {
    closing.lock();
    try {
      closed = true;
      accepting = false;
      committer.abandon();
    } finally {
      closing.unlock();
    }
  }

  /** What waiting operations need of the committer. */
  private final class CommitRelief implements Admission.Relief {
    /** Settling commits in a row without anything between, up to one's sequence. */
    private record Settled(long sequence, int times) {}

    /** What a commit frees can be used two commits later. */
    private static final int ENOUGH = 3;

    private volatile Settled settled = new Settled(-1, 0);

    @Override
    public void commit() throws IOException {
      awaitRound(new Committer.Round(false, false, false));
    }

    @Override
    public void wish() {
      committer.wish();
    }

    @Override
    public boolean settle() throws IOException {
      Head before = head;
      Settled last = settled;
      boolean idle = before.clean() && before.sequence() == last.sequence;
      int times = idle ? last.times : 0;
      if (times >= ENOUGH) {
        return false;
      }
      awaitRound(new Committer.Round(true, true, false));
      settled = new Settled(head.sequence(), times + 1);
      return true;
    }

    @Override
    public boolean clearing() {
      return clearing.pending() || reclaiming.pending();
    }

    @Override
    public Room room(Load load, boolean kept) {
      RootRecord root = head.root();
      return Costs.room(load, root.nodes(), root.tree().height(), kept);
    }
  }

  /** The committer's rounds; all methods but {@link #stopped} run in its thread. */
  private final class CommitWork implements Committer.Work {
    /** What a commit without changes writes. */
    private static final Overlay NOTHING = new Overlay();

    /** Commits since the last that forced. */
    private int unforced;

    private long nextInodeAtCut;

    @Override
    public boolean run(Committer.Round round) throws IOException {
      requireWriting();
      boolean force =
          round.durable()
              || (round.need() == Committer.Need.COMMIT && options.durability() != Durability.ASYNC)
              || unforced >= MOST_UNFORCED;
      Head before = head;
      clearing.list(before.committed());
      boolean idle =
          before.clean()
              && !needsCommit(before, round, force)
              && !unfinished()
              && gatherings.isEmpty()
              && sharings.isEmpty()
              && compactions.isEmpty();
      if (!round.last() && idle) {
        settle(round);
        return before.forced();
      }
      if (round.need() == Committer.Need.SHARES && before.frozen() == null) {
        shareAll(force);
        return head.forced();
      }
      Head cut = cut(round.last());
      requireWriting();
      hooks.probe().at(Probe.Point.CUT);
      try {
        if (cut.frozen() != null || needsCommit(cut, round, force)) {
          commitAll(cut, force);
        } else if (unfinished()) {
          step(cut, force);
        }
        gatherAll(force);
        shareAll(force);
        compactAll();
        while (naming.isDue()) { // a commit keeps one
          commitAll(head, true);
        }
        for (int i = 0; round.last() && i < CLOSING_STEPS && unfinished(); i++) {
          step(head, force);
        }
      } catch (CapsaFullException e) {
        accepting = true; // what removes may make room, also after an attempt to close
        throw e;
      }
      if (unfinished()) {
        committer.wish();
      }
      return head.forced();
    }

    /** When nothing was changed for an interval: gives back what is free at the container's end. */
    private void settle(Committer.Round round) throws IOException {
      if (round.durable() || !space.isTrimmable()) {
        return;
      }
      try {
        admission.renew();
        space.trim(false);
      } catch (CapsaFullException e) {
        failedCommits.increment(); // what was reserved before keeps the file as it is
      }
    }

    /** Whether there is more to remove. */
    private boolean unfinished() throws IOException {
      reclaiming.look(space);
      return clearing.pending() || reclaiming.pending() || retaining.isDue(head.committed());
    }

    /** Commits what has to be committed, with a step of removal if there is room for it. */
    private void commitAll(Head cut, boolean force) throws IOException {
      RemovalStep step = clearing.step();
      try {
        commit(cut, force, step);
      } catch (CapsaFullException e) {
        failed();
        if (!(clearing.shrink(step) | reclaiming.shrink() | retaining.shrink())) {
          throw e;
        }
        commitAll(cut, force);
      } catch (CapsaCorruptException e) {
        boolean retry = failed();
        if (!retry && !unfinished()) {
          throw e;
        }
        if (!retry) {
          giveUp();
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
        commit(cut, force, clearing.step());
      } catch (CapsaFullException e) {
        failed();
        clearing.rest();
        reclaiming.rest();
        retaining.rest();
      } catch (CapsaCorruptException e) {
        if (!failed()) {
          giveUp();
        }
      } catch (Throwable e) {
        failed();
        throw e;
      }
    }

    /** Stores together what was asked for; what has no room is let be. */
    private void gatherAll(boolean force) throws IOException {
      for (Gathering part = gatherings.poll(); part != null; part = gatherings.poll()) {
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
      Head before = head;
      try (Pin pin = space.pin();
          Batch batch = space.begin()) {
        Changes changes = WriteBack.gather(part, before.committed(), content, batch);
        if (!changes.isEmpty()) {
          commit(before, batch, changes, force);
          part.done = true;
        }
      }
    }

    /** Shares what was asked for; who asked learns why it was not. */
    private void shareAll(boolean force) throws IOException {
      for (Sharing next = sharings.next(); next != null; next = sharings.next()) {
        try {
          share(next, force || unforced >= MOST_UNFORCED);
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
      Head before = head;
      nextInodeAtCut = nextInode.get(); // the file that shares has a number since the cut
      try (Pin pin = space.pin();
          Batch batch = space.begin()) {
        Changes changes = WriteBack.share(sharing, before.committed(), content, batch);
        if (changes != null) {
          commit(before, batch, changes, force);
          sharing.done = true;
        }
      }
    }

    /** Does what was asked for of compaction; what has no room is let be. */
    private void compactAll() throws IOException {
      for (CompactionStep step = compactions.poll(); step != null; step = compactions.poll()) {
        try {
          if (step.last) {
            admission.renew();
            space.trim(true);
          } else {
            step.done = compact(step);
          }
        } catch (CapsaFullException | CapsaCorruptException e) {
          failed(); // the segments stay where they are
        } catch (Throwable e) {
          failed();
          throw e;
        }
      }
    }

    private Batch.Compacted compact(CompactionStep step) throws IOException {
      Batch.Compacted done;
      try (Pin pin = space.pin();
          Batch batch = space.begin()) {
        done = batch.compact(COMPACTED_BYTES, step.mostLength);
        if (done != Batch.Compacted.DONE) {
          admission.renew(); // what was counted as free may lie in what is packed now
          commit(head, batch, new Changes(), true);
        }
      }
      if (done != Batch.Compacted.DONE) {
        admission.committed(Load.NONE);
      }
      return done;
    }

    /** After damage: nothing more of what was removed before. */
    private void giveUp() {
      clearing.giveUp();
      reclaiming.giveUp();
    }

    /** Takes note of a commit that failed; whether the next one will not, for the same reason. */
    private boolean failed() {
      pending = head;
      failedCommits.increment();
      admission.committed(Load.NONE);
      return naming.failed() | retaining.failed();
    }

    /** Whether a head without changes has to be committed. */
    private boolean needsCommit(Head clean, Committer.Round round, boolean force) {
      return round.always() || (force && !clean.forced());
    }

    private Head cut(boolean last) {
      naming.admit();
      gate.cut(
          () -> {
            Head cut = head.cut();
            pending = cut;
            head = cut;
            nextInodeAtCut = nextInode.get();
            accepting = accepting && !last;
          });
      return head;
    }

    private void commit(Head cut, boolean force, RemovalStep step) throws IOException {
      Overlay frozen = cut.frozen() == null ? NOTHING : cut.frozen();
      WriteBack.Written written;
      try (Pin pin = space.pin();
          Batch batch = space.begin()) {
        written = WriteBack.write(frozen, cut.committed(), content, batch, step, clearing.inodes());
        boolean named = naming.apply(batch);
        retaining.apply(batch, cut.committed(), cut.frozen() != null, named);
        reclaiming.apply(batch);
        commit(cut, batch, written.changes(), force);
      }
      clearing.committed(written.finished(), written.begun());
      KeptRevision newest = space.newestRevision();
      reclaiming.committed(naming.committed(newest) | retaining.committed(newest));
      admission.committed(frozen.load());
    }

    /** Changes the catalog, commits, and publishes. */
    private void commit(Head cut, Batch batch, Changes changes, boolean force) throws IOException {
      TreeRoot tree = cut.root().tree();
      NodeCountingBatch counting = new NodeCountingBatch(batch);
      if (!changes.isEmpty()) {
        tree = Tree.apply(space, cache, counting, tree, changes);
      }
      long nodes = cut.root().nodes() + counting.nodes();
      RootRecord root = new RootRecord(tree, nodes, nextInodeAtCut);
      Head committed = cut.committed(root, new Tree(space, cache, tree), batch.sequence(), force);
      pending = committed;
      batch.commit(root.encode(), force);
      hooks.probe().at(Probe.Point.COMMITTED);
      head = committed;
      hooks.probe().at(Probe.Point.PUBLISHED);
      unforced = force ? 0 : unforced + 1;
      forcedSequence = force ? head.sequence() : forcedSequence;
      commits.increment();
      forcedCommits.add(force ? 1 : 0);
    }

    @Override
    public void stopped(Throwable cause) {
      stop(cause);
    }
  }
}
