package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaSnapshotExistsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Who holds what
 *
 * A reference born in B and dropped in D is reached by the states from B to D, D excluded. The dead
 * list of a kept revision K has what was dropped while K was the newest kept one; so what lies there
 * is held by the kept revisions from B to K, and by nobody if B is above K: docs/FORMAT.md has the
 * proof. Dropping K joins its list to that of the kept revision before it, which makes some of it
 * garbage; reclaiming takes the garbage out, which is on top of the heap.
 *
 * The newest kept revision's list lies in the kept state, so that a commit changes it without the
 * index; that of the others in their entries. If nothing is kept, "the newest" is number 0, and so
 * is "the one before" the oldest. Number 0 has an entry only while something is kept, and garbage is
 * left that nobody before has.
 */

/**
 * What a batch changes in the kept state; nothing of it counts before the commit. Confined to the
 * thread of the batch.
 */
final class KeptChanges {
  private final StateObjects objects;
  private final KeptState before;
  private final StateIndex index;
  private final Map<Long, DeadList> lists = new HashMap<>();
  private final DeadRuns dead = new DeadRuns(0);
  private DeadRuns held = dead;
  private final ShareCounts shares;
  private final DeadRuns.Action free;
  private byte @Nullable [] name;
  private long newest;
  private long count;
  private boolean changed;

  /**
   * Changes to a state.
   *
   * @param shares how many references each block may have
   * @param free ends references, whatever is kept
   */
  KeptChanges(StateObjects objects, KeptState before, ShareCounts shares, DeadRuns.Action free) {
    this.objects = objects;
    this.before = before;
    this.index = new StateIndex(objects, IndexLayout.KEPT_MAGIC, before.index());
    this.newest = before.newest();
    this.count = before.count();
    this.shares = shares;
    this.free = free;
  }

  /** Whether a reference born then is held by a kept revision, as of now. */
  boolean holds(long birth) {
    return birth <= newest;
  }

  /** Takes a reference that the head drops and a kept revision holds. */
  void add(long birth, long run) {
    dead.add(birth, run);
  }

  /** What this commit adds to dead lists: units that must be in use, before it and after it. */
  DeadRuns held() {
    return held;
  }

  /** Has the commit keep the state that it makes. */
  void keep(String newName) throws IOException {
    name = newName(newName);
    changed = true;
  }

  /** The bytes of a name that the commit gives. */
  private byte[] newName(String newName) throws IOException {
    byte[] bytes = KeptEntry.nameBytes(newName);
    if (name != null) {
      throw new IllegalStateException("one commit can keep one revision");
    }
    byte[] taken = index.get(KeptEntry.nameKey(bytes));
    if (taken != null) {
      throw new CapsaSnapshotExistsException(
          "there is a snapshot " + newName + ", of revision " + sequenceIn(taken));
    }
    return bytes;
  }

  /**
   * Has the commit keep the state that it replaces. From now on that is the newest kept one, so
   * what the batch drops of it goes on its list.
   *
   * @return the name that it has: another one if it was kept before
   */
  String keepBefore(String newName, CommitRecord of) throws IOException {
    if (!dead.isEmpty()) {
      throw new IllegalStateException("the batch has dropped something of what it is to keep");
    }
    byte[] key = KeptEntry.key(KeptEntry.REVISION, of.sequence());
    byte[] present = index.get(key);
    if (present != null) {
      return new String(KeptEntry.decode(present).name(), StandardCharsets.UTF_8);
    }
    byte[] bytes = newName(newName);
    list(newest).seal();
    index.put(key, new KeptEntry(of.timeNanos(), Link.NONE, of.root(), bytes).encode());
    index.put(KeptEntry.nameKey(bytes), key);
    lists.put(of.sequence(), new DeadList(objects, Link.NONE, Link.NONE));
    newest = of.sequence();
    count++;
    changed = true;
    return newName;
  }

  /** Drops a kept revision. */
  void drop(String oldName) throws IOException {
    byte[] nameKey = KeptEntry.nameKey(KeptEntry.nameBytes(oldName));
    byte[] found = index.get(nameKey);
    if (found == null) {
      throw new CapsaNoSuchSnapshotException("there is no snapshot " + oldName);
    }
    changed = true;
    long sequence = sequenceIn(found);
    long previous = previous(sequence);
    DeadList list = list(sequence);
    list.seal();
    DeadList joined = list(previous);
    joined.join(list);
    lists.remove(sequence);
    index.remove(nameKey);
    index.remove(KeptEntry.key(KeptEntry.REVISION, sequence));
    index.remove(KeptEntry.key(KeptEntry.PENDING, sequence));
    note(previous, joined);
    newest = newest == sequence ? previous : newest;
    count--;
  }

  private long previous(long sequence) throws IOException {
    StateIndex.Item item = index.floor(KeptEntry.key(KeptEntry.REVISION, sequence - 1));
    return item == null ? 0 : KeptEntry.sequence(item.key);
  }

  /** Notes whether a list has garbage. */
  private void note(long sequence, DeadList list) throws IOException {
    byte[] key = KeptEntry.key(KeptEntry.PENDING, sequence);
    if (list.highest() > sequence) {
      index.put(key, new byte[0]);
    } else {
      index.remove(key);
    }
  }

  /**
   * Frees garbage, until there is none or so many references were freed, and some more.
   *
   * @return references freed
   */
  int reclaim(int most) throws IOException {
    int freed = 0;
    while (freed < most) {
      StateIndex.Item pending = index.ceiling(KeptEntry.key(KeptEntry.PENDING, 0));
      if (pending == null) {
        break;
      }
      changed = true;
      long sequence = KeptEntry.sequence(pending.key);
      DeadList list = list(sequence);
      freed += list.takeAbove(sequence, most - freed, free);
      note(sequence, list);
    }
    return freed;
  }

  private DeadList list(long sequence) throws IOException {
    DeadList open = lists.get(sequence);
    if (open == null) {
      if (sequence == before.newest()) {
        open = new DeadList(objects, before.heap(), before.tail());
      } else {
        byte[] entry = index.get(KeptEntry.key(KeptEntry.REVISION, sequence));
        if (entry == null && sequence > 0) {
          throw new CapsaCorruptException("revision " + sequence + " has no entry in the index");
        }
        Link heap = entry == null ? Link.NONE : KeptEntry.decode(entry).heap();
        open = new DeadList(objects, heap, Link.NONE);
      }
      lists.put(sequence, open);
    }
    return open;
  }

  /**
   * Writes what was changed.
   *
   * @return the kept state of the commit
   */
  KeptState finish(long sequence, long timeNanos, byte[] root) throws IOException {
    if (dead.isEmpty() && !changed) {
      return before;
    }
    held = new DeadRuns(dead.size());
    for (int i = 0; i < dead.size(); i++) {
      if (holds(dead.birth(i))) {
        held.add(dead.birth(i), dead.run(i));
      } else { // its holder was dropped later in this batch
        DeadRuns.apply(dead.run(i), free);
      }
    }
    requireReferences(sequence);
    list(newest).add(held);
    if (name != null) {
      list(newest).seal();
      KeptEntry entry = new KeptEntry(timeNanos, Link.NONE, root, name);
      index.put(KeptEntry.key(KeptEntry.REVISION, sequence), entry.encode());
      index.put(KeptEntry.nameKey(name), KeptEntry.key(KeptEntry.REVISION, sequence));
      lists.put(sequence, new DeadList(objects, Link.NONE, Link.NONE));
      newest = sequence;
      count++;
    }
    for (Map.Entry<Long, DeadList> each : lists.entrySet()) {
      store(each.getKey(), each.getValue());
    }
    DeadList last = list(newest);
    Link tail = last.writeTail();
    Link heap = last.write();
    Link top = index.write();
    return new KeptState(count, newest, tail, heap, top);
  }

  /** Refuses a commit that drops more references to some units than there are. */
  private void requireReferences(long sequence) throws IOException {
    if (!DropCheck.isSound(held, shares)) {
      throw new CapsaCorruptException("commit " + sequence + " frees something twice");
    }
  }

  /** Writes a list, unless it is that of the newest revision, which has none in its entry. */
  private void store(long sequence, DeadList list) throws IOException {
    byte[] key = KeptEntry.key(KeptEntry.REVISION, sequence);
    Link heap = sequence == newest ? Link.NONE : list.write();
    byte[] old = index.get(key);
    if (sequence == 0 && heap.isNone()) {
      index.remove(key);
      return;
    }
    KeptEntry entry = old == null ? KeptEntry.NOBODY : KeptEntry.decode(old);
    if (old == null || !entry.heap().equals(heap)) {
      index.put(key, entry.withHeap(heap).encode());
    }
  }

  /** The sequence in the value of a name: a key, too. */
  private static long sequenceIn(byte[] value) throws CapsaCorruptException {
    return KeptEntry.sequence(value);
  }
}
