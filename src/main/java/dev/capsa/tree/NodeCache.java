package dev.capsa.tree;

import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Space;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one {@link Space} that were read or written lately, within a bound in bytes.
 *
 * <p>A node is known by id, birth and checksum: an id may be used again, and even with the same
 * birth if a batch was aborted. A hit takes no lock and allocates nothing; loading and dropping
 * lock one segment of the cache, without I/O. Each segment keeps its share of the bound by the
 * CLOCK algorithm (Corbató 1968), where an inner node survives more rounds of the hand than a leaf,
 * and a leaf seen once survives none.
 *
 * <p>Thread-safe.
 */
public final class NodeCache {
  private static final int MAX_SEGMENTS = 16;
  private static final int MIN_SEGMENT_BYTES = 4 << 20;

  /** What a cached node costs besides its content: four objects and a place in the table. */
  private static final int OVERHEAD_BYTES = 168;

  private static final byte LEAF_CREDIT = 1;
  private static final byte INNER_CREDIT = 4;

  /** A cached node: linked in a chain of the table, and in the ring of its segment. */
  private static final class Entry {
    final long id;
    final long birth;
    final long checksum;
    final Node node;

    /** The next entry of the chain; changed under the lock of the segment, read without. */
    volatile @Nullable Entry following;

    /** Rounds of the hand that the entry survives. Races lose a round at most. */
    byte credit;

    /** Neighbours in the ring; guarded by the lock of the segment. */
    Entry next = this;

    Entry previous = this;

    Entry(long id, long birth, long checksum, Node node) {
      this.id = id;
      this.birth = birth;
      this.checksum = checksum;
      this.node = node;
    }

    boolean is(long otherId, long otherBirth, long otherChecksum) {
      return id == otherId && birth == otherBirth && checksum == otherChecksum;
    }

    int cost() {
      return node.length() + node.headBytes() + OVERHEAD_BYTES;
    }
  }

  private final class Segment {
    final ReentrantLock lock = new ReentrantLock();
    @Nullable Entry hand;
    volatile long bytes;
    volatile int nodes;

    /** Adds an entry unless it is there, after making room for it. */
    void add(Entry entry, int bucket) {
      lock.lock();
      try {
        if (lookUp(bucket, entry.id, entry.birth, entry.checksum) != null) {
          return;
        }
        int cost = entry.cost();
        while (hand != null && bytes + cost > segmentBytes) {
          drop(victim(hand));
        }
        if (cost > segmentBytes) {
          return;
        }
        entry.following = table.get(bucket);
        table.set(bucket, entry);
        Entry at = hand;
        if (at == null) {
          hand = entry;
        } else {
          entry.next = at;
          entry.previous = at.previous;
          at.previous.next = entry;
          at.previous = entry;
        }
        bytes += cost;
        nodes++;
      } finally {
        lock.unlock();
      }
    }

    private Entry victim(Entry from) {
      Entry at = from;
      while (at.credit > 0) {
        at.credit--;
        at = at.next;
      }
      return at;
    }

    private void drop(Entry entry) {
      hand = entry.next == entry ? null : entry.next;
      entry.next.previous = entry.previous;
      entry.previous.next = entry.next;
      bytes -= entry.cost();
      nodes--;
      unchain(entry);
    }

    private void unchain(Entry entry) {
      int bucket = bucket(entry.id, entry.birth);
      Entry at = table.get(bucket);
      if (at == entry) {
        table.set(bucket, entry.following);
        return;
      }
      while (at != null && at.following != entry) {
        at = at.following;
      }
      if (at != null) {
        at.following = entry.following;
      }
    }
  }

  private final long maxBytes;
  private final long segmentBytes;
  private final Segment[] segments;

  /** Heads of the chains. The low bits of a bucket's index are its segment. */
  private final AtomicReferenceArray<@Nullable Entry> table;

  /**
   * An empty cache.
   *
   * @param maxBytes most bytes of heap for nodes; 0 keeps none
   */
  public NodeCache(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a cache of " + maxBytes + " bytes");
    }
    this.maxBytes = maxBytes;
    int count = 1;
    while (count < MAX_SEGMENTS && maxBytes / (2L * count) >= MIN_SEGMENT_BYTES) {
      count *= 2;
    }
    segments = new Segment[count];
    for (int i = 0; i < count; i++) {
      segments[i] = new Segment();
    }
    segmentBytes = maxBytes / count;
    long buckets = Math.min(1 << 24, Math.max(count, maxBytes / NodeLayout.MAX_BYTES * 2));
    table = new AtomicReferenceArray<>(Integer.highestOneBit((int) buckets) * 2);
  }

  /** The bound. */
  public long maxBytes() {
    return maxBytes;
  }

  /** Bytes in use, about; at most {@link #maxBytes}. */
  public long bytes() {
    long sum = 0;
    for (Segment segment : segments) {
      sum += segment.bytes;
    }
    return sum;
  }

  /** Nodes that are cached, about. */
  public int nodes() {
    int sum = 0;
    for (Segment segment : segments) {
      sum += segment.nodes;
    }
    return sum;
  }

  /**
   * A node, from here or from the space.
   *
   * @param level the level it must have
   * @throws dev.capsa.CapsaCorruptException if the node does not match its pointer, or is no node
   *     of this level
   */
  Node load(Space space, ObjectPointer pointer, int level) throws IOException {
    Node cached = cached(pointer.id(), pointer.birth(), pointer.checksum());
    if (cached != null && cached.level() == level) {
      return cached;
    }
    Node node = Node.parse(space.readNode(pointer), pointer, level);
    put(pointer, node);
    return node;
  }

  /** A child of an inner node. */
  Node loadChild(Space space, Node parent, int index) throws IOException {
    Node cached =
        cached(parent.childId(index), parent.childBirth(index), parent.childChecksum(index));
    if (cached != null && cached.level() == parent.level() - 1) {
      return cached;
    }
    return load(space, parent.child(index), parent.level() - 1);
  }

  /** Keeps a node that was read or written. */
  void put(ObjectPointer pointer, Node node) {
    Entry entry = new Entry(pointer.id(), pointer.birth(), pointer.checksum(), node);
    entry.credit = node.level() > 0 ? INNER_CREDIT : 0;
    int bucket = bucket(entry.id, entry.birth);
    segments[bucket & segments.length - 1].add(entry, bucket);
  }

  /** Notes that a node was freed: only readers of older roots may still want it. */
  void neglect(ObjectPointer pointer) {
    Entry entry =
        lookUp(
            bucket(pointer.id(), pointer.birth()),
            pointer.id(),
            pointer.birth(),
            pointer.checksum());
    if (entry != null) {
      entry.credit = 0;
    }
  }

  private @Nullable Node cached(long id, long birth, long checksum) {
    Entry entry = lookUp(bucket(id, birth), id, birth, checksum);
    if (entry == null) {
      return null;
    }
    byte most = entry.node.level() > 0 ? INNER_CREDIT : LEAF_CREDIT;
    if (entry.credit != most) {
      entry.credit = most;
    }
    return entry.node;
  }

  private @Nullable Entry lookUp(int bucket, long id, long birth, long checksum) {
    Entry entry = table.get(bucket);
    while (entry != null && !entry.is(id, birth, checksum)) {
      entry = entry.following;
    }
    return entry;
  }

  private int bucket(long id, long birth) {
    long hash = (id ^ Long.rotateLeft(birth, 32)) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 32) & table.length() - 1;
  }
}
