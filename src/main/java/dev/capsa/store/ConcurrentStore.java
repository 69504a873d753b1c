package dev.capsa.store;

import dev.capsa.CapsaException;
import dev.capsa.raw.Mapper;
import dev.capsa.raw.RawStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A store for many threads, around any {@link Store}: a lock per object, a lock around changes, and
 * a bound on how many readers and writers are open at once (the <i>disk tokens</i>).
 *
 * <ul>
 *   <li>An object has either readers or one writer. They wait for each other, those who ask again
 *       in the same thread included. Deleting waits for a writer, and disturbs no reader.
 *   <li>Locks come before tokens. A token is held while a reader or writer is open, and by each
 *       read of {@link Space} while it lasts; not by calls that only allocate, nor by a commit.
 *   <li>Whatever another user may hold for long is waited for no longer than the time-out of the
 *       options; then {@link StoreTimeoutException} names the object and what was waited for, and
 *       the call has done nothing.
 *   <li>{@link #close} admits nobody any more, waits so long for open handles, makes those that are
 *       left invalid, commits, closes, and then says how many there were. What a writer that was
 *       left has written is lost.
 *   <li>What the wrapped store cannot do throws {@link UnsupportedOperationException}: runs need a
 *       {@link RunAllocator}, the methods of {@link Space} a {@code Space}.
 * </ul>
 *
 * <p>One batch of {@link #begin} and changes of objects exclude each other, from the first change
 * to the commit: a container is meant to hold either files or objects of its users.
 */
public final class ConcurrentStore implements Store, RunAllocator, Space {
  private final Store inner;
  private final Duration timeout;
  private final @Nullable Semaphore tokens;
  private final ObjectLocks locks = new ObjectLocks();
  private final OpenHandles handles = new OpenHandles();
  private final ReentrantLock changing = new ReentrantLock();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Closeable last;

  private ConcurrentStore(Store inner, StoreOptions options, Closeable last) {
    this.inner = inner;
    this.timeout = options.timeout();
    this.tokens = options.diskTokens() > 0 ? new Semaphore(options.diskTokens(), true) : null;
    this.last = last;
  }

  /**
   * Wraps a store, which nobody else uses from now on. Of the options, tokens and time-out hold.
   */
  public static ConcurrentStore wrap(Store inner, StoreOptions options) {
    return new ConcurrentStore(inner, options, () -> {});
  }

  /**
   * Makes an empty container on an empty medium.
   *
   * @throws dev.capsa.CapsaFormatException if the medium is not empty
   */
  public static ConcurrentStore create(RawStorage raw, StoreOptions options) throws IOException {
    return wrap(MultiStore.create(raw, 0, options), options);
  }

  /**
   * Opens a container in its newest committed state.
   *
   * @throws dev.capsa.CapsaFormatException if it is not a container
   */
  public static ConcurrentStore open(RawStorage raw, StoreOptions options) throws IOException {
    return wrap(MultiStore.open(raw, options), options);
  }

  /**
   * Makes a container in a new file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
   */
  public static ConcurrentStore create(Path file, StoreOptions options) throws IOException {
    StoreFile opened = StoreFile.create(file, options);
    return new ConcurrentStore(opened.store(), options, opened.lock());
  }

  /**
   * Opens a container in a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws dev.capsa.CapsaFormatException if it is not a container
   * @throws dev.capsa.CapsaLockedException if somebody else writes it
   */
  public static ConcurrentStore open(Path file, StoreOptions options) throws IOException {
    StoreFile opened = StoreFile.open(file, options);
    return new ConcurrentStore(opened.store(), options, opened.lock());
  }

  private interface Start<A> {
    A run() throws IOException;
  }

  // Handles.

  /** What an open handle holds, and gives back when it ends. */
  private final class Holding {
    private final Object key;
    private ObjectLocks.@Nullable Held lock;
    private boolean token;

    Holding(String name) throws CapsaException {
      key = handles.enter(name);
    }

    void read(ObjectId id) throws IOException {
      lock = locks.read(id, timeout, "for reading it");
    }

    void write(ObjectId id) throws IOException {
      lock = locks.write(id, timeout, "for writing it");
    }

    void token(ObjectId id) throws IOException {
      takeToken("for " + id);
      token = true;
    }

    void end() {
      if (token) {
        giveToken();
      }
      ObjectLocks.Held held = lock;
      if (held != null) {
        held.release();
      }
      handles.leave(key);
    }
  }

  private void takeToken(String purpose) throws IOException {
    if (tokens != null) {
      Waits.acquire(tokens, timeout, "a disk token", purpose);
    }
  }

  private void giveToken() {
    if (tokens != null) {
      tokens.release();
    }
  }

  @Override
  public SectionReader openReader(ObjectId id) throws IOException {
    Holding holding = new Holding("reader of " + id);
    SectionReader reader = null;
    try {
      holding.read(id);
      holding.token(id);
      SectionReader source = inner.openReader(id);
      Runnable atClose =
          () -> {
            source.close();
            holding.end();
          };
      reader = new SectionReader(id, source.size(), source::readAt, atClose);
    } finally {
      if (reader == null) {
        holding.end();
      }
    }
    handles.opened(holding.key, reader::close);
    return reader;
  }

  @Override
  public SectionWriter openWriter(ObjectId id) throws IOException {
    Holding holding = new Holding("writer of " + id);
    SectionWriter writer = null;
    try {
      holding.write(id);
      holding.token(id);
      writer = writer(inner.openWriter(id), holding);
    } finally {
      if (writer == null) {
        holding.end();
      }
    }
    handles.opened(holding.key, writer::abandon);
    return writer;
  }

  @Override
  public SectionWriter create(int size) throws IOException {
    Holding holding = new Holding("writer of a new object");
    SectionWriter target = null;
    SectionWriter writer = null;
    try {
      target = changing(() -> inner.create(size));
      holding.write(target.id());
      holding.token(target.id());
      writer = writer(target, holding);
    } finally {
      if (writer == null) {
        holding.end();
        undo(target);
      }
    }
    handles.opened(holding.key, writer::abandon);
    return writer;
  }

  private void undo(@Nullable SectionWriter created) throws IOException {
    if (created != null) {
      created.abandon();
      changing(
          () -> {
            inner.delete(created.id());
            return created;
          });
    }
  }

  private SectionWriter writer(SectionWriter target, Holding holding) {
    return new SectionWriter(
        target.id(),
        target.limit(),
        new SectionWriter.Target() {
          @Override
          public void write(int offset, ByteBuffer source) throws IOException {
            target.writeAt(offset, source);
          }

          @Override
          public void finish() throws IOException {
            changing.lock();
            try {
              target.close();
            } finally {
              changing.unlock();
              holding.end();
            }
          }

          @Override
          public void abandon() {
            target.abandon();
            holding.end();
          }
        });
  }

  // Changes.

  private <T> T changing(Start<T> action) throws IOException {
    changing.lock();
    try {
      requireOpen();
      return action.run();
    } finally {
      changing.unlock();
    }
  }

  private void requireOpen() throws CapsaException {
    if (closed.get()) {
      throw new CapsaException("the store is closed");
    }
  }

  @Override
  public ObjectId newObject(int size) throws IOException {
    return changing(() -> inner.newObject(size));
  }

  @Override
  public void writeBatch(List<ObjectId> ids, ByteBuffer data, int[] sizes) throws IOException {
    long start = System.nanoTime();
    List<ObjectLocks.Held> held = new ArrayList<>();
    boolean token = false;
    try {
      for (ObjectId id : new TreeSet<>(ids)) {
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        Duration left = waited.compareTo(timeout) < 0 ? timeout.minus(waited) : Duration.ZERO;
        held.add(locks.write(id, left, "for writing a batch"));
      }
      takeToken("for writing a batch");
      token = true;
      changing(
          () -> {
            inner.writeBatch(ids, data, sizes);
            return ids;
          });
    } finally {
      if (token) {
        giveToken();
      }
      held.forEach(ObjectLocks.Held::release);
    }
  }

  @Override
  public List<ObjectId> allocateRun(int size, int count) throws IOException {
    if (!(inner instanceof RunAllocator runs)) {
      throw new UnsupportedOperationException("the wrapped store has no runs (RunAllocator)");
    }
    return changing(() -> runs.allocateRun(size, count));
  }

  @Override
  public void delete(ObjectId id) throws IOException {
    ObjectLocks.Held held = locks.read(id, timeout, "for deleting it");
    try {
      changing(
          () -> {
            inner.delete(id);
            return id;
          });
    } finally {
      held.release();
    }
  }

  @Override
  public ObjectId prime(int size) throws IOException {
    return changing(() -> inner.prime(size));
  }

  @Override
  public Optional<ObjectInfo> info(ObjectId id) throws IOException {
    requireOpen();
    return inner.info(id);
  }

  @Override
  public long objectCount() throws IOException {
    return changing(inner::objectCount);
  }

  @Override
  public long commit() throws IOException {
    return changing(inner::commit);
  }

  /**
   * @throws LeakedHandlesException if handles were left open; all else is done then
   */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    handles.drain(timeout);
    List<String> left = handles.invalidateAll();
    changing.lock();
    try (Closeable afterwards = last) {
      inner.close();
    } finally {
      changing.unlock();
    }
    if (!left.isEmpty()) {
      throw OpenHandles.leaked(left);
    }
  }

  /** Readers and writers that are open. */
  int openHandles() {
    return handles.size();
  }

  /** Objects that are held or waited for. */
  int heldObjects() {
    return locks.size();
  }

  // Files.

  private Space space() {
    if (inner instanceof Space space) {
      return space;
    }
    throw new UnsupportedOperationException("the wrapped store holds no files (Space)");
  }

  /** A read ends by itself, so an interrupt does not end the wait for its token. */
  private void takeReadToken() throws IOException {
    if (tokens != null && !tokens.tryAcquire()) {
      Waits.acquireUninterruptibly(tokens, timeout, "a disk token", "for reading");
    }
  }

  @Override
  public boolean canMap() {
    return space().canMap();
  }

  @Override
  public <T> T map(long block, long offset, long length, Mapper<T> mapper) throws IOException {
    takeReadToken();
    try {
      return space().map(block, offset, length, mapper);
    } finally {
      giveToken();
    }
  }

  @Override
  public byte[] root() {
    return space().root();
  }

  @Override
  public long sequence() {
    return space().sequence();
  }

  @Override
  public byte[] readNode(ObjectPointer pointer) throws IOException {
    takeReadToken();
    try {
      return space().readNode(pointer);
    } finally {
      giveToken();
    }
  }

  @Override
  public void readObject(ObjectPointer pointer, int offset, ByteBuffer destination)
      throws IOException {
    takeReadToken();
    try {
      space().readObject(pointer, offset, destination);
    } finally {
      giveToken();
    }
  }

  @Override
  public void readBlocks(long block, long offset, ByteBuffer destination) throws IOException {
    takeReadToken();
    try {
      space().readBlocks(block, offset, destination);
    } finally {
      giveToken();
    }
  }

  @Override
  public Pin pin() {
    return space().pin();
  }

  @Override
  public List<KeptRevision> keptRevisions() throws IOException {
    return space().keptRevisions();
  }

  @Override
  public Optional<KeptRevision> keptRevision(String name) throws IOException {
    return space().keptRevision(name);
  }

  @Override
  public Optional<KeptRevision> keptRevision(long sequence) throws IOException {
    return space().keptRevision(sequence);
  }

  @Override
  public KeptRevision newestRevision() {
    return space().newestRevision();
  }

  @Override
  public boolean isReclaimable() throws IOException {
    return space().isReclaimable();
  }

  @Override
  public List<UnitShare> shared(long start, long length) throws IOException {
    return space().shared(start, length);
  }

  @Override
  public Batch begin() throws IOException {
    return space().begin();
  }

  @Override
  public long freeBytes() {
    return space().freeBytes();
  }

  @Override
  public void prepare() throws IOException {
    space().prepare();
  }

  @Override
  public void reserve(Room room) throws IOException {
    space().reserve(room);
  }

  @Override
  public boolean isLoose(long mostCopied, long leastSaved) throws IOException {
    return space().isLoose(mostCopied, leastSaved);
  }

  @Override
  public void reserveLittle(Room room) throws IOException {
    space().reserveLittle(room);
  }

  @Override
  public boolean isTrimmable() throws IOException {
    return space().isTrimmable();
  }

  @Override
  public void trim(boolean all) throws IOException {
    space().trim(all);
  }
}
