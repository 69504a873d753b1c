package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects of the newest commit whose content is not at home (docs/FORMAT.md, "Objects"). Read by
 * any thread; changed by the object store under its lock.
 *
 * <p>Content goes home when it was overwritten below the {@link Horizon}, and no pin is left of
 * those who may still read the old bytes there. A commit takes home what it overwrites anyway, and
 * a few more; past {@value #MANY} all that can go.
 */
final class Redirects {
  /** A commit brings home all that it can while there are more. */
  static final int MANY = 1024;

  /** Most redirects: their list lies in the commit record. */
  static final int MOST = 64 << 10;

  /** Others that a commit brings home while there are not many. */
  private static final int FEW = 64;

  private static final long UNTAGGED = Long.MAX_VALUE;

  private final Pins pins;
  private final Horizon horizon;

  /** By the unit where an object's home begins: what lies there has no meaning. */
  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();

  /**
   * Where content is.
   *
   * @param id of the object
   * @param place not the object's own
   * @param since first sequence that does not reach the content at home
   * @param tag generation of the oldest pin that may still read the content at home
   */
  record Entry(long id, long place, long since, long tag) {}

  Redirects(BaseStore base, Pins pins, Horizon horizon) {
    this.pins = pins;
    this.horizon = horizon;
    for (CommitRecord.Redirect redirect : base.record().redirects()) {
      Entry entry = new Entry(redirect.id(), redirect.place(), redirect.since(), -1);
      entries.put(ObjectChanges.unitOf(redirect.id()), entry);
    }
  }

  @Nullable Entry get(ObjectId id) {
    Entry entry = atHomeOf(id);
    return entry != null && entry.id == id.value() ? entry : null;
  }

  /** The redirect of the object whose home is where an id points, be it of that id or not. */
  @Nullable Entry atHomeOf(ObjectId id) {
    return entries.get(ObjectChanges.unitOf(id.value()));
  }

  /** Whether an id points into the home of an object that is not there. */
  boolean isInsideHome(ObjectId id, ObjectPlaces places) throws IOException {
    for (Entry entry : entries.values()) {
      ObjectId home = new ObjectId(entry.id);
      ObjectPlaces.Found found = places.find(home, new ObjectId(entry.place), true);
      if (found != null && places.covers(home, found.size(), id)) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return entries.size();
  }

  /** Whether the bytes at home may be overwritten; once true, it stays true. */
  boolean canGoHome(Entry entry) {
    return horizon.reached() >= entry.since && pins.oldest() > entry.tag;
  }

  /**
   * Brings home some of what the changes leave alone.
   *
   * @return the ids
   */
  List<Long> bringHome(ObjectChanges changes, ObjectPlaces places) throws IOException {
    int most = entries.size() > MANY ? Integer.MAX_VALUE : FEW;
    List<Entry> candidates = new ArrayList<>();
    for (Entry each : entries.values()) {
      if (candidates.size() < most && !changes.all().containsKey(each.id) && canGoHome(each)) {
        candidates.add(each);
      }
    }
    candidates.sort(Comparator.comparingLong(each -> ObjectChanges.unitOf(each.id)));
    List<Long> moved = new ArrayList<>();
    for (Entry each : candidates) {
      if (move(each, changes.batch(), places)) {
        moved.add(each.id);
      }
    }
    return moved;
  }

  /** Moves one, unless it is damaged: then it stays where reading reports it. */
  private static boolean move(Entry entry, StoreBatch batch, ObjectPlaces places)
      throws IOException {
    ObjectId id = new ObjectId(entry.id);
    byte[] content;
    try {
      ObjectPlaces.Found found = places.find(id, new ObjectId(entry.place), true);
      if (found == null) {
        return false;
      }
      content = places.content(id, found);
    } catch (CapsaCorruptException e) {
      return false;
    }
    places.write(batch, id, id.value(), content, true);
    places.free(batch, entry.place, content.length);
    return true;
  }

  /** The list of the next state. */
  List<CommitRecord.Redirect> next(ObjectChanges changes, List<Long> moved) {
    Map<Long, Entry> next = new TreeMap<>(entries);
    apply(next, changes, moved);
    List<CommitRecord.Redirect> list = new ArrayList<>();
    for (Entry entry : next.values()) {
      list.add(new CommitRecord.Redirect(entry.id, entry.place, entry.since));
    }
    return list;
  }

  /** Takes over a published state. */
  void adopt(ObjectChanges changes, List<Long> moved) {
    apply(entries, changes, moved);
    long generation = pins.generation();
    entries.replaceAll(
        (unit, entry) ->
            entry.tag == UNTAGGED
                ? new Entry(entry.id, entry.place, entry.since, generation)
                : entry);
  }

  private static void apply(Map<Long, Entry> entries, ObjectChanges changes, List<Long> moved) {
    for (var each : changes.all().entrySet()) {
      long id = each.getKey();
      ObjectChanges.Change change = each.getValue();
      if (change.kind() == ObjectChanges.Kind.OVERWRITTEN && change.target() != id) {
        boolean isFresh = change.since() == changes.batch().sequence();
        long tag = isFresh ? UNTAGGED : change.tag();
        Entry entry = new Entry(id, change.target(), change.since(), tag);
        entries.put(ObjectChanges.unitOf(id), entry);
      } else {
        entries.remove(ObjectChanges.unitOf(id));
      }
    }
    for (long id : moved) {
      entries.remove(ObjectChanges.unitOf(id));
    }
  }
}
