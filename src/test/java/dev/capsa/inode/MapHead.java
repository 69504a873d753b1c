package dev.capsa.inode;

import dev.capsa.CapsaFullException;
import dev.capsa.block.ContentChange;
import dev.capsa.block.ContentStore;
import dev.capsa.block.RemovalStep;
import dev.capsa.repo.Change;
import dev.capsa.repo.Durability;
import dev.capsa.repo.LiveHead;
import dev.capsa.repo.Mutation;
import dev.capsa.repo.View;
import dev.capsa.store.Batch;
import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.ItemSink;
import dev.capsa.tree.Items;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A live head of sorted maps, without a container. Its views show items one by one, as the real one
 * does, and a cut has whole changes only. It refuses a change by a thread that still has a view.
 */
final class MapHead implements LiveHead, ContentStore {
  private static final int PAGE = ContentChange.PAGE_BYTES;

  private final ConcurrentNavigableMap<byte[], byte[]> items =
      new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
  private final Map<Long, ConcurrentNavigableMap<Long, byte[]>> pages = new ConcurrentHashMap<>();
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final AtomicLong lastInode = new AtomicLong(FileTree.ROOT);
  private final ThreadLocal<Integer> views = ThreadLocal.withInitial(() -> 0);
  private final Durability durability;

  /** How often {@link #force} was called. */
  final AtomicInteger forces = new AtomicInteger();

  /** How many changes were applied. */
  final AtomicInteger changes = new AtomicInteger();

  /** Changes that are still accepted before one is refused for want of room. */
  final AtomicInteger changesLeft = new AtomicInteger(Integer.MAX_VALUE);

  /** Whether this thread has locked an inode. */
  volatile LongPredicate locked = inode -> true;

  /** Runs at the end of each write and truncation, before it returns. */
  volatile Runnable atTheEnd = () -> {};

  /** Runs before each change is applied. */
  volatile Runnable beforeChange = () -> {};

  /** Runs whenever a view is closed. */
  volatile Runnable afterView = () -> {};

  MapHead() {
    this(Durability.COMMIT);
  }

  MapHead(Durability durability) {
    this.durability = durability;
  }

  /** A copy that has each change wholly or not at all. */
  MapHead cut() {
    MapHead copy = new MapHead(durability);
    gate.writeLock().lock();
    try {
      copy.items.putAll(items);
      pages.forEach((inode, own) -> copy.pages.put(inode, new ConcurrentSkipListMap<>(own)));
      copy.lastInode.set(lastInode.get());
    } finally {
      gate.writeLock().unlock();
    }
    return copy;
  }

  /** Sets an item, past all rules; null removes it. */
  void plant(byte[] key, byte @Nullable [] value) {
    if (value == null) {
      items.remove(key);
    } else {
      items.put(key, value);
    }
  }

  /** Bytes of all keys and values. */
  long itemBytes() {
    return items.entrySet().stream().mapToLong(e -> e.getKey().length + e.getValue().length).sum();
  }

  /** Inodes that have content. */
  int filesWithPages() {
    return pages.size();
  }

  @Override
  public View view() {
    views.set(views.get() + 1);
    return new MapView();
  }

  @Override
  public long newInode() {
    return lastInode.incrementAndGet();
  }

  @Override
  public void change(Change change) throws IOException {
    beforeChange.run();
    enter();
    try {
      change.apply(new MapMutation());
    } finally {
      gate.readLock().unlock();
    }
  }

  @Override
  public void write(long inode, long position, ByteBuffer source, long size, Change alongside)
      throws IOException {
    if (source.remaining() > 1 << 20) {
      throw new IllegalArgumentException("a write of " + source.remaining() + " bytes");
    }
    enter();
    try {
      ConcurrentNavigableMap<Long, byte[]> own =
          pages.computeIfAbsent(inode, key -> new ConcurrentSkipListMap<>());
      long at = position;
      while (source.hasRemaining()) {
        int offset = (int) (at % PAGE);
        int count = Math.min(PAGE - offset, source.remaining());
        byte[] page = own.getOrDefault(at / PAGE, new byte[PAGE]).clone();
        source.get(page, offset, count);
        own.put(at / PAGE, page);
        at += count;
      }
      alongside.apply(new MapMutation());
      atTheEnd.run();
    } finally {
      gate.readLock().unlock();
    }
  }

  @Override
  public void truncate(long inode, long size, long newSize, Change alongside) throws IOException {
    enter();
    try {
      alongside.apply(new MapMutation());
      ConcurrentNavigableMap<Long, byte[]> own = pages.get(inode);
      if (own != null && newSize < size) {
        own.tailMap((newSize + PAGE - 1) / PAGE).clear();
        byte[] last = own.get(newSize / PAGE);
        if (last != null) {
          byte[] cut = last.clone();
          Arrays.fill(cut, (int) (newSize % PAGE), PAGE, (byte) 0);
          own.put(newSize / PAGE, cut);
        }
      }
      atTheEnd.run();
    } finally {
      gate.readLock().unlock();
    }
  }

  private void enter() throws IOException {
    if (views.get() != 0) {
      throw new IllegalStateException("a change while a view is held");
    }
    if (changesLeft.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      throw new CapsaFullException("no room for a further change");
    }
    changes.incrementAndGet();
    gate.readLock().lock();
  }

  /** At once. */
  @Override
  public void removeOrphans() {
    var orphans =
        items.subMap(ItemKey.of(0, ItemKey.ORPHAN), ItemKey.of(0, (byte) (ItemKey.ORPHAN + 1)));
    for (byte[] key : orphans.keySet()) {
      long inode = ItemKey.number(key);
      pages.remove(inode);
      items.subMap(ItemKey.of(inode, (byte) 0), ItemKey.of(inode + 1, (byte) 0)).clear();
      items.remove(key);
    }
  }

  @Override
  public void force() {
    forces.incrementAndGet();
  }

  @Override
  public long sequence() {
    return 0;
  }

  @Override
  public Durability durability() {
    return durability;
  }

  @Override
  public void close() {}

  @Override
  public void read(Items from, long inode, long position, ByteBuffer destination) {
    throw new UnsupportedOperationException("pages are not committed here");
  }

  @Override
  public void write(Items from, ItemSink sink, Batch batch, long inode, ContentChange change) {
    throw new UnsupportedOperationException("pages are not committed here");
  }

  @Override
  public boolean remove(Items from, ItemSink sink, Batch batch, long inode, RemovalStep step) {
    throw new UnsupportedOperationException("pages are not committed here");
  }

  @Override
  public int unitPages() {
    return 1;
  }

  @Override
  public long allocatedBytes(Items from, long inode) {
    NavigableMap<Long, byte[]> own = pages.get(inode);
    return own == null ? 0 : (long) own.size() * PAGE;
  }

  private final class MapMutation implements Mutation {
    @Override
    public void put(byte[] key, byte[] value) {
      requireLocked(key);
      items.put(key, value);
    }

    @Override
    public void remove(byte[] key) {
      requireLocked(key);
      items.remove(key);
    }

    /** An inode that is being made is known to nobody. */
    private void requireLocked(byte[] key) {
      long inode = ItemKey.inode(key);
      if (inode != 0 && items.containsKey(ItemKey.of(inode, ItemKey.INODE))) {
        if (!locked.test(inode)) {
          throw new IllegalStateException("inode " + inode + " is changed without its lock");
        }
      }
    }

    @Override
    public void removeContent(long inode) {
      pages.remove(inode);
    }
  }

  private final class MapView implements View {
    private boolean open = true;

    @Override
    public byte @Nullable [] get(byte[] key) {
      requireOpen();
      return items.get(key);
    }

    @Override
    public ItemCursor cursor(byte[] from, byte @Nullable [] to) {
      requireOpen();
      var range = to == null ? items.tailMap(from) : items.subMap(from, to);
      return new MapCursor(range.entrySet().iterator());
    }

    @Override
    public @Nullable Item floor(byte[] key, byte[] lowest) {
      requireOpen();
      Map.Entry<byte[], byte[]> entry = items.floorEntry(key);
      return entry == null || Arrays.compareUnsigned(entry.getKey(), lowest) < 0
          ? null
          : new Item(entry.getKey(), entry.getValue());
    }

    @Override
    public void read(long inode, long position, ByteBuffer destination) {
      requireOpen();
      Map<Long, byte[]> own = pages.getOrDefault(inode, new ConcurrentSkipListMap<>());
      long at = position;
      while (destination.hasRemaining()) {
        int offset = (int) (at % PAGE);
        int count = Math.min(PAGE - offset, destination.remaining());
        destination.put(own.getOrDefault(at / PAGE, new byte[PAGE]), offset, count);
        at += count;
      }
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        views.set(views.get() - 1);
        afterView.run();
      }
    }

    private void requireOpen() {
      if (!open) {
        throw new IllegalStateException("the view is closed");
      }
    }
  }

  private static final class MapCursor implements ItemCursor {
    private final Iterator<Map.Entry<byte[], byte[]>> entries;
    private Map.@Nullable Entry<byte[], byte[]> current;

    MapCursor(Iterator<Map.Entry<byte[], byte[]>> entries) {
      this.entries = entries;
    }

    @Override
    public boolean next() {
      current = entries.hasNext() ? entries.next() : null;
      return current != null;
    }

    @Override
    public byte[] key() {
      return current.getKey().clone();
    }

    @Override
    public byte[] value() {
      return current.getValue();
    }
  }
}
