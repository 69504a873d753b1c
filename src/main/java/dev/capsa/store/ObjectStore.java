package dev.capsa.store;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a container's users: {@link Store} on top of one batch that opens at the first
 * change and ends at the commit.
 *
 * <p>An object's place follows from its id; whether it exists, from the bitmap and from the header
 * that lies there. New content waits in memory until the commit, or until there is much of it. It
 * never overwrites bytes that a state reaches: the content of an existing object goes to another
 * place, to which the commit record redirects ({@link Redirects}).
 *
 * <p>Changes exclude each other by {@code changing}, which is held during their I/O. Reads take no
 * lock, see {@link ObjectLookup}.
 */
final class ObjectStore implements Store, RunAllocator {
  /** What may wait in memory before new content is accepted. */
  static final long MOST_PENDING_BYTES = 8 << 20;

  private final MultiStore store;
  private final BaseStore base;
  private final ObjectPlaces places;
  private final Redirects redirects;
  private final ObjectLookup lookup;
  private final Duration timeout;
  private final ReentrantLock changing = new ReentrantLock();
  private long mostPendingBytes = MOST_PENDING_BYTES;

  /** What the commit that is being written records; null: as the one before. */
  private volatile @Nullable Recorded recorded;

  /** What a commit record holds of the objects. */
  record Recorded(long primeId, long objectCount, List<CommitRecord.Redirect> redirects) {}

  ObjectStore(
      MultiStore store, BaseStore base, SegmentTable table, Pins pins, StoreOptions options) {
    this.store = store;
    this.base = base;
    this.timeout = options.timeout();
    this.places = new ObjectPlaces(base, table, store, new SizeClasses(options.sizeClasses()));
    this.redirects = new Redirects(base, pins, store.horizon());
    this.lookup = new ObjectLookup(places, redirects, pins);
  }

  /** For the commit record. */
  Recorded recorded() {
    Recorded next = recorded;
    CommitRecord record = base.record();
    return next != null
        ? next
        : new Recorded(record.primeId(), record.objectCount(), record.redirects());
  }

  /** Lowers what may wait in memory, so that a test sees it written early. */
  void limitPending(long bytes) {
    mostPendingBytes = bytes;
  }

  /** Number of objects that are not at home in the newest commit. */
  int redirectCount() {
    return redirects.size();
  }

  @Override
  public SectionReader openReader(ObjectId id) throws IOException {
    return lookup.openReader(id);
  }

  @Override
  public Optional<ObjectInfo> info(ObjectId id) throws IOException {
    return lookup.info(id);
  }

  @Override
  public long objectCount() {
    changing.lock();
    try {
      ObjectChanges changes = lookup.open();
      return base.record().objectCount() + (changes == null ? 0 : changes.countChange());
    } finally {
      changing.unlock();
    }
  }

  // Changing.

  @Override
  public ObjectId newObject(int size) throws IOException {
    requireSize(size, MAX_OBJECT_BYTES);
    changing.lock();
    try {
      return add(size);
    } finally {
      changing.unlock();
    }
  }

  private ObjectId add(int size) throws IOException {
    ObjectChanges changes = changes();
    long id = places.allocate(changes.batch(), size);
    changes.addNew(id, size);
    return new ObjectId(id);
  }

  @Override
  public SectionWriter create(int size) throws IOException {
    ObjectId id = newObject(size);
    return writer(id, new byte[size]);
  }

  @Override
  public SectionWriter openWriter(ObjectId id) throws IOException {
    base.requireWritable();
    return writer(
        id, lookup.reading(id, (located, changes) -> lookup.content(id, located).clone()));
  }

  private SectionWriter writer(ObjectId id, byte[] content) {
    return new SectionWriter(
        id,
        content.length,
        new SectionWriter.Target() {
          @Override
          public void write(int offset, ByteBuffer source) {
            source.get(content, offset, source.remaining());
          }

          @Override
          public void finish() throws IOException {
            replace(id, content);
          }

          @Override
          public void abandon() {}
        });
  }

  private void replace(ObjectId id, byte[] content) throws IOException {
    changing.lock();
    try {
      accept(id, content);
    } finally {
      changing.unlock();
    }
  }

  /** Makes bytes, which are not changed any more, the content of an object. */
  private void accept(ObjectId id, byte[] content) throws IOException {
    lookup.reading(id, (located, ignored) -> located);
    ObjectChanges changes = changes();
    if (changes.pendingBytes() + content.length > mostPendingBytes) {
      spill(changes);
    }
    ObjectChanges.Change old = changes.get(id);
    if (old != null && (old.kind() == ObjectChanges.Kind.NEW || old.content() != null)) {
      changes.put(id, old.with(content));
    } else {
      changes.put(id, elsewhere(changes, id, old, content));
    }
  }

  /** The change of an object whose bytes are placed already: they stay as they are. */
  private ObjectChanges.Change elsewhere(
      ObjectChanges changes, ObjectId id, ObjectChanges.@Nullable Change old, byte[] content)
      throws IOException {
    Redirects.Entry redirect = redirects.get(id);
    boolean homeWritten = old != null && old.target() == id.value();
    boolean homeUsed = homeWritten || (old != null && old.since() == changes.batch().sequence());
    if (redirect != null && !homeUsed && redirects.canGoHome(redirect)) {
      if (old != null) {
        places.free(changes.batch(), old.target(), old.size());
      }
      return overwritten(content, id.value(), 0, 0);
    }
    if (old == null && redirects.size() + changes.overwritten() >= Redirects.MOST) {
      throw new CapsaFullException(
          "one commit can overwrite " + Redirects.MOST + " objects; commit, and go on");
    }
    long place = places.allocate(changes.batch(), content.length);
    if (old != null && !homeWritten) {
      places.free(changes.batch(), old.target(), old.size());
      return overwritten(content, place, old.since(), old.tag());
    }
    return redirect == null || homeWritten
        ? overwritten(content, place, changes.batch().sequence(), 0)
        : overwritten(content, place, redirect.since(), redirect.tag());
  }

  private static ObjectChanges.Change overwritten(
      byte[] content, long target, long since, long tag) {
    return new ObjectChanges.Change(
        ObjectChanges.Kind.OVERWRITTEN, content.length, content, target, since, tag);
  }

  @Override
  public void writeBatch(List<ObjectId> ids, ByteBuffer data, int[] sizes) throws IOException {
    changing.lock();
    try {
      base.requireWritable();
      List<byte[]> contents = new ArrayList<>();
      checkBatch(ids, data, sizes, contents);
      for (int i = 0; i < ids.size(); i++) {
        data.get(contents.get(i), 0, sizes[i]);
      }
      for (int i = 0; i < ids.size(); i++) {
        accept(ids.get(i), contents.get(i));
      }
    } finally {
      changing.unlock();
    }
  }

  /** Checks the arguments, and collects copies of what the objects hold. */
  private void checkBatch(List<ObjectId> ids, ByteBuffer data, int[] sizes, List<byte[]> contents)
      throws IOException {
    if (ids.size() != sizes.length) {
      throw new IllegalArgumentException(ids.size() + " objects, but " + sizes.length + " sizes");
    }
    long sum = 0;
    for (int size : sizes) {
      requireSize(size, MAX_OBJECT_BYTES);
      sum += size;
    }
    if (sum != data.remaining()) {
      throw new IllegalArgumentException(
          "sizes add up to " + sum + " bytes, but there are " + data.remaining());
    }
    Set<ObjectId> seen = new HashSet<>();
    long expected = -1;
    for (int i = 0; i < sizes.length; i++) {
      ObjectId id = ids.get(i);
      if (!seen.add(id)) {
        throw new IllegalArgumentException(id + " comes twice");
      }
      ObjectLookup.Located located = lookup.reading(id, (found, ignored) -> found);
      if (sizes[i] > located.size()) {
        throw new WriteLimitExceededException(id, 0, sizes[i], located.size());
      }
      long start = places.offset(id.value());
      if (expected >= 0 && start != expected) {
        throw new IllegalArgumentException(
            id + " is at " + start + "; the object before it in the list ends at " + expected);
      }
      expected = places.end(id.value(), located.size());
      contents.add(lookup.content(id, located).clone());
    }
  }

  @Override
  public void delete(ObjectId id) throws IOException {
    changing.lock();
    try {
      base.requireWritable();
      ObjectLookup.Located located = lookup.reading(id, (found, ignored) -> found);
      ObjectChanges changes = changes();
      ObjectChanges.Change old = changes.get(id);
      Redirects.Entry redirect = redirects.get(id);
      places.free(changes.batch(), id.value(), located.size());
      if (redirect != null) {
        places.free(changes.batch(), redirect.place(), located.size());
      }
      if (old != null && old.target() != id.value()) {
        places.free(changes.batch(), old.target(), located.size());
      }
      changes.put(id, ObjectChanges.Change.DELETED);
      if (changes.primeId() == id.value()) {
        changes.setPrimeId(0);
      }
    } finally {
      changing.unlock();
    }
  }

  @Override
  public ObjectId prime(int size) throws IOException {
    requireSize(size, MAX_PRIME_BYTES);
    changing.lock();
    try {
      lookup.requireOpen();
      ObjectChanges changes = lookup.open();
      long present = changes == null ? base.record().primeId() : changes.primeId();
      if (present != 0) {
        return new ObjectId(present);
      }
      ObjectId id = add(size);
      changes().setPrimeId(id.value());
      return id;
    } finally {
      changing.unlock();
    }
  }

  @Override
  public List<ObjectId> allocateRun(int size, int count) throws IOException {
    requireSize(size, MAX_OBJECT_BYTES);
    if (count < 1) {
      throw new IllegalArgumentException("cannot allocate " + count + " objects");
    }
    changing.lock();
    try {
      ObjectChanges changes = changes();
      List<ObjectId> ids = new ArrayList<>();
      for (long id : places.allocateRun(changes.batch(), size, count)) {
        changes.addNew(id, size);
        ids.add(new ObjectId(id));
      }
      return ids;
    } finally {
      changing.unlock();
    }
  }

  private static void requireSize(int size, int most) {
    if (size < 0 || size > most) {
      throw new IllegalArgumentException(
          "size of "
              + size
              + " bytes, expected 0 to "
              + most
              + "; what is larger belongs to files");
    }
  }

  // The batch.

  /** The changes of the open batch; opens it if there is none. */
  private ObjectChanges changes() throws IOException {
    lookup.requireOpen();
    ObjectChanges present = lookup.open();
    if (present != null) {
      return present;
    }
    StoreBatch batch = store.beginBatch(timeout);
    ObjectChanges made = new ObjectChanges(places, batch, base.record().primeId());
    batch.beforeAbort(
        () -> {
          lookup.setOpen(null);
          made.setVoid();
        });
    lookup.setOpen(made);
    return made;
  }

  private void spill(ObjectChanges changes) throws IOException {
    try {
      changes.spill();
    } catch (IOException | RuntimeException e) {
      changes.batch().abort();
      throw e;
    }
  }

  @Override
  public long commit() throws IOException {
    changing.lock();
    try {
      lookup.requireOpen();
      boolean isDurable = base.readOnly() || base.lastForced() >= base.sequence();
      if (lookup.open() != null || !isDurable) {
        commit(changes());
      }
      return base.sequence();
    } finally {
      changing.unlock();
    }
  }

  private void commit(ObjectChanges changes) throws IOException {
    List<Long> moved = List.of();
    try {
      moved = redirects.bringHome(changes, places);
      changes.writeAll();
      freeOldPlaces(changes);
      recorded =
          new Recorded(
              changes.primeId(),
              base.record().objectCount() + changes.countChange(),
              redirects.next(changes, moved));
      changes.batch().commit(store.root(), true);
    } catch (IOException | RuntimeException e) {
      if (changes.batch().isPublished()) {
        adopt(changes, moved);
      } else {
        changes.batch().abort();
      }
      throw e;
    } finally {
      recorded = null;
    }
    adopt(changes, moved);
  }

  /** Frees where overwritten objects have been until now, other than at home. */
  private void freeOldPlaces(ObjectChanges changes) throws IOException {
    for (var entry : changes.all().entrySet()) {
      ObjectChanges.Change change = entry.getValue();
      Redirects.Entry redirect = redirects.get(new ObjectId(entry.getKey()));
      if (change.kind() == ObjectChanges.Kind.OVERWRITTEN && redirect != null) {
        places.free(changes.batch(), redirect.place(), change.size());
      }
    }
  }

  private void adopt(ObjectChanges changes, List<Long> moved) {
    redirects.adopt(changes, moved);
    lookup.setOpen(null);
  }

  /** Commits what is open; the container is closed by its owner. */
  @Override
  public void close() throws IOException {
    changing.lock();
    try {
      if (lookup.isClosed()) {
        return;
      }
      ObjectChanges changes = lookup.open();
      try {
        if (changes != null) {
          commit(changes);
        }
      } finally {
        lookup.setClosed();
      }
    } finally {
      changing.unlock();
    }
  }
}
