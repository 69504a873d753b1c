package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks all of a kept state: the index, and every dead list. Hands out each object and each
 * reference, and says what contradicts what. Confined to one thread; the caller holds a pin.
 */
final class KeptWalk {
  private final StateObjects objects;
  private final KeptState state;
  private final long head;
  private final Visitor visitor;
  private final TreeMap<Long, KeptEntry> entries = new TreeMap<>();
  private final Map<Long, String> names = new HashMap<>();
  private final Set<Long> pending = new HashSet<>();
  private boolean complete = true;

  /** Takes what is found. */
  interface Visitor {
    /** An object of the index, or a page of a dead list; about to be read. */
    void object(Link link);

    /** A kept revision, in ascending order. */
    void revision(KeptRevision revision);

    /**
     * A reference on a dead list.
     *
     * @param list sequence of the kept revision whose list it is; 0: nobody's
     */
    void dead(long list, long birth, long run);

    /** Something is wrong. */
    void fault(String what);
  }

  /**
   * A walk.
   *
   * @param head sequence of the newest commit
   */
  KeptWalk(StateObjects objects, KeptState state, long head, Visitor visitor) {
    this.objects = objects;
    this.state = state;
    this.head = head;
    this.visitor = visitor;
  }

  void run() {
    new StateIndex(objects, IndexLayout.KEPT_MAGIC, state.index()).visit(new IndexVisitor());
    if (complete) {
      compareNames();
      compareState();
    }
    for (Map.Entry<Long, KeptEntry> each : entries.entrySet()) {
      long sequence = each.getKey();
      if (sequence > 0) {
        visitor.revision(each.getValue().revision(sequence));
      }
      if (sequence != state.newest()) {
        walk(sequence, each.getValue().heap());
      } else if (!each.getValue().heap().isNone()) {
        visitor.fault("the newest kept revision, " + sequence + ", has a dead list in its entry");
      }
    }
    walk(state.newest(), state.tail());
    walk(state.newest(), state.heap());
  }

  /** Takes in the items of the index. */
  private final class IndexVisitor implements StateIndex.Visitor {
    @Override
    public void node(Link link) {
      visitor.object(link);
    }

    @Override
    public void item(byte[] key, byte[] value) {
      try {
        switch (key[0]) {
          case KeptEntry.REVISION -> entries.put(KeptEntry.sequence(key), KeptEntry.decode(value));
          case KeptEntry.NAME ->
              names.put(KeptEntry.sequence(value), text(Arrays.copyOfRange(key, 1, key.length)));
          case KeptEntry.PENDING -> pending.add(KeptEntry.sequence(key));
          default -> throw new CapsaCorruptException("a key of kind " + key[0]);
        }
      } catch (IOException e) {
        complete = false;
        visitor.fault("the revision index: " + e.getMessage());
      }
    }

    @Override
    public void fault(Link link, IOException cause) {
      complete = false;
      visitor.fault("a node of the revision index cannot be read: " + cause.getMessage());
    }
  }

  private static String text(byte[] name) {
    return new String(name, java.nio.charset.StandardCharsets.UTF_8);
  }

  private void compareNames() {
    entries.forEach(
        (sequence, entry) -> {
          String name = names.remove(sequence);
          if (sequence > 0 && !text(entry.name()).equals(name)) {
            visitor.fault(
                "revision " + sequence + " is " + text(entry.name()) + ", but found by " + name);
          }
        });
    if (!names.isEmpty()) {
      visitor.fault("names of revisions that are not kept: " + names);
    }
  }

  private void compareState() {
    long newest = entries.isEmpty() ? 0 : entries.lastKey();
    long count = entries.tailMap(1L).size();
    if (newest != state.newest() || count != state.count() || newest > head) {
      visitor.fault(
          "the record of commit "
              + head
              + " states "
              + state.count()
              + " kept revisions up to "
              + state.newest()
              + "; the index has "
              + count
              + " up to "
              + newest);
    }
    for (long sequence : pending) {
      if (sequence != state.newest() && !entries.containsKey(sequence)) {
        visitor.fault("the list of revision " + sequence + " is pending, which is not kept");
      }
    }
  }

  private void walk(long sequence, Link heap) {
    if (complete
        && heap.highest() <= sequence
        && pending.contains(sequence)
        && heap != state.tail()) {
      visitor.fault("the list of revision " + sequence + " is pending, and has no garbage");
    }
    ArrayDeque<Link> open = new ArrayDeque<>();
    open.push(heap);
    while (!open.isEmpty()) {
      Link link = open.pop();
      DeadPage page = link.isNone() ? null : read(sequence, link);
      if (page == null) {
        continue;
      }
      if (complete && link.highest() > sequence && !pending.contains(sequence)) {
        visitor.fault("the list of revision " + sequence + " has garbage, and is not pending");
      }
      open.push(page.left());
      open.push(page.right());
      for (int i = 0; i < page.runs().size(); i++) {
        visitor.dead(sequence, page.runs().birth(i), page.runs().run(i));
      }
    }
  }

  private @Nullable DeadPage read(long sequence, Link link) {
    visitor.object(link);
    try {
      return DeadPage.decode(objects.read(link.pointer()), link);
    } catch (IOException e) {
      visitor.fault("a page of the dead list of revision " + sequence + ": " + e.getMessage());
      return null;
    }
  }
}
