package dev.capsa.repo;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.block.ContentStore;
import dev.capsa.raw.Mapper;
import dev.capsa.store.Batch;
import dev.capsa.store.CompactionScope;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.Pin;
import dev.capsa.store.Room;
import dev.capsa.store.Space;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The live head of a container, and its commits. Safe for many threads. */
public final class Repository implements LiveHead {
  /** Most bytes of one write. */
  public static final int MOST_WRITE_BYTES = 1 << 20;

  /** Times that a rollback is tried while commits may still give room. */
  private static final int MOST_REWINDS = 4;

  /** What tests switch. */
  record Hooks(boolean gate, boolean copying, Probe probe) {
    static final Hooks NONE = new Hooks(true, true, Probe.NONE);
  }

  private final Space space;
  private final ContentStore content;
  private final RepositoryOptions options;
  private final Hooks hooks;
  private final HeadState state;
  private final Publishing publishing;
  private final Gate gate;
  private final Committer committer;
  private final Admission admission;
  private final Holds holds;
  private final Chores chores;
  private final Naming naming = new Naming();
  private final Sharings sharings;
  private final Queue<Gathering> gatherings = new ConcurrentLinkedQueue<>();
  private final Queue<CompactionStep> compactions = new ConcurrentLinkedQueue<>();
  private final Queue<Rewinding> rewindings = new ConcurrentLinkedQueue<>();
  private final ReentrantLock rules = new ReentrantLock();
  private final ReentrantLock closing = new ReentrantLock();

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
    this.options = options;
    this.hooks = hooks;
    this.state = new HeadState(head);
    this.publishing = new Publishing(space, cache, state, hooks.probe());
    this.holds = new Holds(space, cache, content);
    this.chores = new Chores(space, holds);
    this.gate = new Gate(hooks.gate());
    this.committer = new Committer(options.commitIntervalMillis());
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
    repository.committer.start("capsa-committer", repository.newRounds());
    return repository;
  }

  private Rounds newRounds() {
    return new Rounds(
        space,
        content,
        options.durability(),
        hooks.probe(),
        state,
        publishing,
        gate,
        committer,
        admission,
        chores,
        naming,
        new Rounds.Requests(gatherings, sharings, compactions, rewindings));
  }

  @Override
  public View view() {
    return newestView();
  }

  private HeadView newestView() {
    Pin pin = space.pin();
    try {
      return new HeadView(state.newest(space), content, pin);
    } catch (Throwable e) {
      pin.close();
      throw e;
    }
  }

  @Override
  public long newInode() {
    return state.newInode();
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
        state.requireWriting();
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
    RetentionRule known = chores.retaining().rule();
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
        chores.retaining().set(rule);
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
    if (state.isStopped()) {
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
    state.requireWriting();
    Items kept = source instanceof KeptHead head ? head.itemsOf(space) : null;
    boolean sameSpace = kept != null || source == this;
    return sameSpace
        && content.unitPages() == 1
        && sharings.share(new Sharer(), kept, inode, target);
  }

  @Override
  public Optional<Lent> lend(
      LiveHead source, long inode, long first, long count, long target, long at)
      throws IOException {
    state.requireWriting();
    Items kept = source instanceof KeptHead head ? head.itemsOf(space) : null;
    if (kept == null && source != this) {
      return Optional.empty();
    }
    try (HeadView view = newestView()) {
      if (!content.canTake(view.head().committed(), target)) {
        return Optional.empty();
      }
    }
    return sharings.lend(new Sharer(), kept, inode, first, count, at, this::newInode);
  }

  @Override
  public void take(Lent lent, long inode, long size, Change alongside) throws IOException {
    Operation operation = Operation.of(Sharings.taking(lent, alongside));
    long next = committedInodes();
    int unitPages = content.unitPages();
    Load claim =
        operation
            .load(next, unitPages)
            .plus(Costs.file(inode, size, next, unitPages))
            .plus(Costs.taken(lent.extents(), lent.bytes()))
            .plus(Costs.lowParts(unitPages));
    apply(
        claim,
        Admission.Kind.ADDITION,
        NO_PREPARATION,
        (now, edit) -> {
          boolean clean = !now.changes(lent.inode()); // a commit that is being published has it
          if (clean) {
            edit.take(inode, size, lent, now);
            operation.apply(edit, hooks.probe());
          }
          return clean;
        });
  }

  @Override
  public void giveBack(Lent lent) {
    Sharings.giveBack(new Sharer(), lent);
  }

  @Override
  public KeptRevision rewind(long revision, Differences differences) throws IOException {
    for (int attempt = 1; true; attempt++) {
      state.requireWriting();
      try {
        return rewind(new Rewinding(revision, differences));
      } catch (CapsaFullException e) {
        if (attempt == MOST_REWINDS) {
          throw e;
        }
        awaitRound(new Committer.Round(true, true, false)); // what was freed can be used then
      }
    }
  }

  private KeptRevision rewind(Rewinding request) throws IOException {
    rewindings.add(request);
    try {
      awaitDurable(new Committer.Round(true, false, false));
    } catch (IOException e) {
      if (request.before == null) {
        throw e;
      } // else something else failed, after that was durable
    } finally {
      request.withdrawn = true;
      rewindings.remove(request);
    }
    CapsaException problem = request.problem;
    if (problem instanceof CapsaNoSuchSnapshotException) {
      throw new CapsaNoSuchSnapshotException(String.valueOf(problem.getMessage()));
    } else if (problem instanceof CapsaFullException) {
      throw new CapsaFullException("nothing was rolled back: " + problem.getMessage(), problem);
    } else if (problem instanceof CapsaCorruptException) {
      throw new CapsaCorruptException("nothing was rolled back: " + problem.getMessage(), problem);
    } else if (problem != null) {
      throw new CapsaException("nothing was rolled back: " + problem.getMessage(), problem);
    }
    return Objects.requireNonNull(request.before);
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
      change(mutation -> Sharings.drop(inode, mutation));
    }
  }

  @Override
  public void removeOrphans() throws IOException {
    state.requireWriting();
    chores.retaining().begin();
    if (hasOrphans()) {
      chores.requestClearing();
      committer.wish();
    }
    if (chores.requestReclaiming()) {
      committer.wish();
    } // else no round is begun: an opening commits nothing, and cuts nothing, without a reason
  }

  /**
   * Does one step of compaction, in a commit of its own, which has what was done before, too: some
   * segments are stored closer together, and no pointer changes.
   *
   * @param scope of the compaction that this is a step of
   * @return whether something was moved, or may be after further steps
   */
  public Batch.Compacted compact(CompactionScope scope) throws IOException {
    state.requireWriting();
    CompactionStep step = CompactionStep.of(scope);
    await(step);
    return step.done;
  }

  /** Cuts the container as short as it can be now. */
  public void trim() throws IOException {
    state.requireWriting();
    await(CompactionStep.cut());
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
      return state.newest(space).committed().cursor(first, end).next();
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
    return state.head().root().nextInode();
  }

  private void apply(Load claim, Admission.Kind kind, Preparation preparation, Attempt attempt)
      throws IOException {
    state.requireWriting();
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
      state.requireWriting();
      if (!state.accepting()) {
        throw new CapsaStoppedException("the container is closed");
      }
      Head now = state.head();
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

  private void stop(Throwable cause) {
    state.stop(cause);
    committer.wish();
  }

  @Override
  public void force() throws IOException {
    state.requireWriting();
    Head now = state.head();
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
      state.requireWriting();
      throw e;
    }
  }

  private void awaitDurable(Committer.Round round) throws IOException {
    try {
      awaitRound(round);
    } catch (CapsaFullException e) {
      throw new CapsaFullException(
          "changes after commit "
              + state.forcedSequence()
              + " are not durable, they will be once there is room: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public long sequence() {
    return state.head().sequence();
  }

  @Override
  public Durability durability() {
    return options.durability();
  }

  /** Whether a cut waits for operations, or is at work; for tests. */
  boolean cutting() {
    return gate.closed();
  }

  /** Whether somebody has asked for a rollback that no round has taken; for tests. */
  boolean rewindWaits() {
    return !rewindings.isEmpty();
  }

  /** Rounds of the committer, also those that had nothing to commit; for tests. */
  long rounds() {
    return committer.rounds();
  }

  /** Figures of this moment. */
  public RepositoryStatistics statistics() {
    return publishing.statistics(admission.memoryBytes());
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
      state.accept(false);
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
      Head before = state.head();
      Settled last = settled;
      boolean idle = before.clean() && before.sequence() == last.sequence;
      int times = idle ? last.times : 0;
      if (times >= ENOUGH) {
        return false;
      }
      awaitRound(new Committer.Round(true, true, false));
      settled = new Settled(state.head().sequence(), times + 1);
      return true;
    }

    @Override
    public boolean clearing() {
      return chores.isClearing();
    }

    @Override
    public Room room(Load load, boolean kept) {
      RootRecord root = state.head().root();
      return Costs.room(load, root.nodes(), root.tree().height(), kept);
    }
  }
}
