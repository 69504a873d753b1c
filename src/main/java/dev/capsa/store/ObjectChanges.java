package dev.capsa.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the users of a {@link Store} have changed since the last commit. Readers look into {@link
 * #get} in any thread; all else is guarded by the object store's lock.
 *
 * <p>A new object leaves the map as soon as its bytes are at its home: the header there tells that
 * it is of this batch. So memory is bounded by what was overwritten and deleted, not by what is
 * new.
 */
final class ObjectChanges {
  /**
   * A changed object.
   *
   * @param kind what happened to it
   * @param size its bytes
   * @param content what is not yet written to its target; null: it is written, or of a new object,
   *     zeros
   * @param target where its bytes go: the place of its id, or another one
   * @param since first sequence that does not reach the content at home, if the target is not home
   * @param tag generation of the oldest pin that may still read the content at home
   */
  record Change(Kind kind, int size, byte @Nullable [] content, long target, long since, long tag) {
    static final Change DELETED = new Change(Kind.DELETED, 0, null, 0, 0, 0);

    Change with(byte @Nullable [] newContent) {
      return new Change(kind, size, newContent, target, since, tag);
    }
  }

  enum Kind {
    NEW,
    OVERWRITTEN,
    DELETED
  }

  private final ObjectPlaces places;
  private final StoreBatch batch;
  private final Map<Long, Change> changes = new ConcurrentHashMap<>();
  private long pendingBytes;
  private long countChange;
  private long primeId;
  private int overwritten;

  /** Set before the space of a given-up batch can be reused. */
  private volatile boolean isVoid;

  ObjectChanges(ObjectPlaces places, StoreBatch batch, long primeId) {
    this.places = places;
    this.batch = batch;
    this.primeId = primeId;
  }

  StoreBatch batch() {
    return batch;
  }

  boolean isVoid() {
    return isVoid;
  }

  void setVoid() {
    isVoid = true;
  }

  @Nullable Change get(ObjectId id) {
    return changes.get(id.value());
  }

  Map<Long, Change> all() {
    return changes;
  }

  /** Bytes that wait to be written. */
  long pendingBytes() {
    return pendingBytes;
  }

  long countChange() {
    return countChange;
  }

  int overwritten() {
    return overwritten;
  }

  long primeId() {
    return primeId;
  }

  void setPrimeId(long id) {
    primeId = id;
  }

  /** Adds an object of zeros, whose place is allocated. */
  void addNew(long id, int size) {
    changes.put(id, new Change(Kind.NEW, size, null, id, 0, 0));
    countChange++;
  }

  /** Sets the change of an object. */
  void put(ObjectId id, Change change) {
    Change old = changes.put(id.value(), change);
    pendingBytes += pending(change) - pending(old);
    overwritten += overwritten(change) - overwritten(old);
    if (change.kind() == Kind.DELETED) {
      countChange--;
    }
  }

  private static int pending(@Nullable Change change) {
    return change == null || change.content() == null ? 0 : change.size();
  }

  private static int overwritten(@Nullable Change change) {
    return change != null && change.kind() == Kind.OVERWRITTEN ? 1 : 0;
  }

  /** Writes what is pending to its places, so that it can be read from there. */
  void spill() throws IOException {
    List<Map.Entry<Long, Change>> written = new ArrayList<>();
    for (Map.Entry<Long, Change> entry : byPlace(changes)) {
      if (entry.getValue().content() != null) {
        write(entry.getKey(), entry.getValue());
        written.add(entry);
      }
    }
    batch.flush();
    for (Map.Entry<Long, Change> entry : written) {
      if (entry.getValue().kind() == Kind.NEW) {
        changes.remove(entry.getKey());
      } else {
        changes.put(entry.getKey(), entry.getValue().with(null));
      }
    }
    pendingBytes = 0;
  }

  /** Writes everything that is not yet at its place, zeros too. */
  void writeAll() throws IOException {
    for (Map.Entry<Long, Change> entry : byPlace(changes)) {
      Change change = entry.getValue();
      if (change.content() != null || change.kind() == Kind.NEW) {
        write(entry.getKey(), change);
      }
    }
  }

  private void write(long id, Change change) throws IOException {
    byte[] content = change.content();
    boolean again = change.kind() == Kind.OVERWRITTEN && change.target() == id;
    places.write(
        batch,
        new ObjectId(id),
        change.target(),
        content != null ? content : new byte[change.size()],
        again);
  }

  /** The entries in the order of their targets, so that adjacent ones are written together. */
  private static List<Map.Entry<Long, Change>> byPlace(Map<Long, Change> changes) {
    List<Map.Entry<Long, Change>> sorted = new ArrayList<>(changes.entrySet());
    sorted.sort(Comparator.comparingLong(entry -> unitOf(entry.getValue().target())));
    return sorted;
  }

  /** Orders places by segment and slot, whatever their kind and generation. */
  static long unitOf(long place) {
    return place & (1L << 44) - 1;
  }
}
