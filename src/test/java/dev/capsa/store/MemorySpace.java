package dev.capsa.store;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * A {@link Space} in memory that finds its user's mistakes: reading what was freed and is not
 * pinned, freeing twice, a pointer that is not exactly the one handed out, a second batch in one
 * thread, use of a finished batch, unwritten blocks. A mistake is an {@link AssertionError}; {@link
 * IOException} comes only from faults that the test asked for.
 *
 * <p>As mean as a store may be: ids and blocks are reused as soon as the contract allows, within a
 * batch and after an abort at once, so that (id, birth) alone does not tell two nodes apart. Freed
 * space is reused two commits later, unless a pin holds it; {@link #keepingAll()} never reuses, and
 * keeps everything readable, so that any old root stays a snapshot.
 *
 * <p>Thread-safe: guarded by one lock.
 */
public final class MemorySpace implements Space {
  private enum Kind {
    NODE,
    OBJECT
  }

  private record Stored(Kind kind, ObjectPointer pointer, byte[] content) {}

  /** What one commit freed. */
  private record Freed(List<Stored> stored, List<Long> blocks) {}

  private static final byte[] UNWRITTEN = new byte[0];

  private final boolean keepAll;
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore batchPermit = new Semaphore(1);

  /** Reachable or not yet reused, by id; a freed one is also in {@link #freed}. */
  private final Map<Long, Stored> stored = new HashMap<>();

  private final Map<Long, byte[]> blocks = new HashMap<>();

  /** Sequence of the commit that freed it. */
  private final Map<Long, Long> storedFreedAt = new HashMap<>();

  private final Map<Long, Long> blockFreedAt = new HashMap<>();

  /** References to a block beyond the first, of those that have some. */
  private final TreeMap<Long, Integer> furtherReferences = new TreeMap<>();

  private final TreeMap<Long, Freed> freed = new TreeMap<>();
  private final Deque<Long> reusableIds = new ArrayDeque<>();
  private final TreeSet<Long> reusableBlocks = new TreeSet<>();

  /** Sequence that was the newest when each open pin was taken, with their number. */
  private final TreeMap<Long, Integer> pins = new TreeMap<>();

  private final Set<ObjectPointer> damaged = new HashSet<>();
  private final Set<Long> damagedBlocks = new HashSet<>();
  private long nextId = 1;
  private long nextBlock = 1;
  private byte[] root = new byte[0];
  private long sequence;
  private int longestRun = Integer.MAX_VALUE;
  private long capacityBytes = Long.MAX_VALUE;
  private long operationsUntilFailure = -1;
  private long nodeReads;
  private long nodeWrites;
  private MemoryBatch openBatch;
  private Thread openBatchThread;

  /** An empty space that reuses what was freed. */
  public MemorySpace() {
    this(false);
  }

  private MemorySpace(boolean keepAll) {
    this.keepAll = keepAll;
  }

  /** An empty space in which everything ever committed stays readable. */
  public static MemorySpace keepingAll() {
    return new MemorySpace(true);
  }

  // Settings and faults.

  /** Cuts every allocation of blocks to this length, so that extents become many. */
  public void longestRun(int blocks) {
    longestRun = blocks;
  }

  /** Makes allocations beyond this many bytes (content and blocks) fail as full. */
  public void capacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  /**
   * Lets this many reads, writes and commits pass and makes the next ones fail; negative: no fault.
   */
  public void failAfter(long operations) {
    locked(() -> operationsUntilFailure = operations);
  }

  /** Makes each read of a node or object fail as damaged. */
  public void damage(ObjectPointer pointer) {
    locked(() -> damaged.add(pointer));
  }

  /** Makes each read of a block fail as damaged. */
  public void damageBlock(long block) {
    locked(() -> damagedBlocks.add(block));
  }

  // What a test compares with.

  /** Pointers of the nodes that are allocated and not freed. */
  public Set<ObjectPointer> nodes() {
    return pointers(Kind.NODE);
  }

  /** Pointers of the objects in grains that are allocated and not freed. */
  public Set<ObjectPointer> objects() {
    return pointers(Kind.OBJECT);
  }

  /** Numbers of the blocks that are allocated and not freed. */
  public Set<Long> blocks() {
    Set<Long> live = new TreeSet<>();
    locked(
        () -> {
          live.addAll(blocks.keySet());
          live.removeAll(blockFreedAt.keySet());
          if (openBatch != null) {
            live.removeAll(openBatch.freedBlocks);
          }
        });
    return live;
  }

  /** Reads of nodes so far. */
  public long nodeReads() {
    return nodeReads;
  }

  /** Writes of nodes so far. */
  public long nodeWrites() {
    return nodeWrites;
  }

  /** Pins that are not closed. */
  public int openPins() {
    lock.lock();
    try {
      return pins.values().stream().mapToInt(Integer::intValue).sum();
    } finally {
      lock.unlock();
    }
  }

  private Set<ObjectPointer> pointers(Kind kind) {
    Set<ObjectPointer> live = new HashSet<>();
    locked(
        () -> {
          for (Stored each : stored.values()) {
            long id = each.pointer.id();
            if (each.kind == kind
                && !storedFreedAt.containsKey(id)
                && (openBatch == null || !openBatch.freedStored.containsKey(id))) {
              live.add(each.pointer);
            }
          }
        });
    return live;
  }

  // Space.

  @Override
  public byte[] root() {
    lock.lock();
    try {
      return root.clone();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long sequence() {
    lock.lock();
    try {
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] readNode(ObjectPointer pointer) throws IOException {
    lock.lock();
    try {
      nodeReads++;
      return readable(Kind.NODE, pointer).content.clone();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void readObject(ObjectPointer pointer, int offset, ByteBuffer destination)
      throws IOException {
    lock.lock();
    try {
      Stored object = readable(Kind.OBJECT, pointer);
      int length = destination.remaining();
      if (offset < 0 || offset + length > object.content.length) {
        throw new AssertionError(
            "bytes " + offset + " to " + (offset + length) + " of object " + pointer);
      }
      destination.put(object.content, offset, length);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void readBlocks(long block, long offset, ByteBuffer destination) throws IOException {
    lock.lock();
    try {
      operation("read of block " + block);
      if (offset < 0) {
        throw new AssertionError("offset " + offset + " in block " + block);
      }
      long at = offset;
      while (destination.hasRemaining()) {
        long number = block + at / BlockRun.BLOCK_BYTES;
        int from = (int) (at % BlockRun.BLOCK_BYTES);
        int length = Math.min(destination.remaining(), BlockRun.BLOCK_BYTES - from);
        destination.put(readableBlock(number), from, length);
        at += length;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Pin pin() {
    lock.lock();
    try {
      long at = sequence;
      pins.merge(at, 1, Integer::sum);
      boolean[] closed = new boolean[1];
      return () ->
          locked(
              () -> {
                if (!closed[0]) {
                  closed[0] = true;
                  pins.computeIfPresent(at, (key, count) -> count == 1 ? null : count - 1);
                  reclaim();
                }
              });
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Batch begin() throws IOException {
    if (openBatchThread == Thread.currentThread()) {
      throw new AssertionError("this thread's batch is still open; beginning again would hang");
    }
    try {
      if (!batchPermit.tryAcquire(60, TimeUnit.SECONDS)) {
        throw new AssertionError("a batch of " + openBatchThread + " is open for 60 seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for another batch", e);
    }
    lock.lock();
    try {
      openBatchThread = Thread.currentThread();
      openBatch = new MemoryBatch(sequence + 1);
      return openBatch;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void reserve(Room room) throws CapsaFullException {
    lock.lock();
    try {
      requireRoom(room.bytes());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long freeBytes() {
    lock.lock();
    try {
      return capacityBytes == Long.MAX_VALUE
          ? Long.MAX_VALUE
          : Math.max(0, capacityBytes - usedBytes());
    } finally {
      lock.unlock();
    }
  }

  // Guarded by the lock from here on.

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private void operation(String what) throws IOException {
    if (operationsUntilFailure == 0) {
      throw new IOException("injected fault: " + what);
    }
    if (operationsUntilFailure > 0) {
      operationsUntilFailure--;
    }
  }

  private long usedBytes() {
    long bytes = (long) blocks.size() * BlockRun.BLOCK_BYTES;
    for (Stored each : stored.values()) {
      bytes += each.content.length;
    }
    return bytes;
  }

  private void requireRoom(long bytes) throws CapsaFullException {
    if (capacityBytes != Long.MAX_VALUE && usedBytes() + bytes > capacityBytes) {
      throw new CapsaFullException(
          "no room for "
              + bytes
              + " bytes: "
              + usedBytes()
              + " of "
              + capacityBytes
              + " bytes are in use");
    }
  }

  private Stored readable(Kind kind, ObjectPointer pointer) throws IOException {
    operation("read of " + pointer);
    Stored found = known(kind, pointer);
    checkPinned(storedFreedAt.get(pointer.id()), pointer);
    if (damaged.contains(pointer)) {
      throw new CapsaCorruptException("injected damage: " + pointer);
    }
    return found;
  }

  private byte[] readableBlock(long number) throws IOException {
    byte[] content = blocks.get(number);
    if (content == null) {
      throw new AssertionError("block " + number + " is not allocated");
    }
    if (content == UNWRITTEN) {
      throw new AssertionError("block " + number + " was never written");
    }
    checkPinned(blockFreedAt.get(number), "block " + number);
    if (damagedBlocks.contains(number)) {
      throw new CapsaCorruptException("injected damage: block " + number);
    }
    return content;
  }

  private void checkPinned(Long freedAt, Object what) {
    if (freedAt != null && !keepAll && (pins.isEmpty() || pins.firstKey() >= freedAt)) {
      throw new AssertionError(
          "use after free: " + what + " was freed by commit " + freedAt + "; pins: " + pins);
    }
  }

  private Stored known(Kind kind, ObjectPointer pointer) {
    Stored found = stored.get(pointer.id());
    if (found == null || found.kind != kind || !found.pointer.equals(pointer)) {
      throw new AssertionError(
          kind + " " + pointer + " does not exist; its id has " + (found == null ? null : found));
    }
    return found;
  }

  /** Drops what no pin holds and a second commit has made reusable. */
  private void reclaim() {
    while (!keepAll
        && !freed.isEmpty()
        && freed.firstKey() + 2 <= sequence
        && (pins.isEmpty() || pins.firstKey() >= freed.firstKey())) {
      Freed oldest = freed.pollFirstEntry().getValue();
      for (Stored each : oldest.stored) {
        forget(each);
      }
      for (long block : oldest.blocks) {
        forgetBlock(block);
      }
    }
  }

  private void forget(Stored each) {
    long id = each.pointer.id();
    stored.remove(id);
    storedFreedAt.remove(id);
    damaged.remove(each.pointer);
    if (!keepAll) {
      reusableIds.push(id);
    }
  }

  private void forgetBlock(long block) {
    blocks.remove(block);
    blockFreedAt.remove(block);
    damagedBlocks.remove(block);
    if (!keepAll) {
      reusableBlocks.add(block);
    }
  }

  private static long checksum64(byte[] content, long id, long birth) {
    ByteBuffer tail = ByteBuffer.allocate(16).putLong(id).putLong(birth);
    CRC32C high = new CRC32C();
    high.update(content);
    high.update(tail.array());
    CRC32 low = new CRC32();
    low.update(content);
    low.update(tail.array());
    return high.getValue() << 32 | low.getValue();
  }

  @Override
  public List<UnitShare> shared(long start, long length) {
    lock.lock();
    try {
      return shares(furtherReferences, start, length);
    } finally {
      lock.unlock();
    }
  }

  private static List<UnitShare> shares(TreeMap<Long, Integer> of, long start, long length) {
    List<UnitShare> shares = new ArrayList<>();
    of.subMap(start, start + length)
        .forEach(
            (block, further) -> {
              UnitShare share = new UnitShare(block, 1, further + 1);
              int last = shares.size() - 1;
              if (last >= 0 && shares.get(last).continuesWith(share)) {
                shares.set(last, shares.get(last).joinedWith(share));
              } else {
                shares.add(share);
              }
            });
    return shares;
  }

  @Override
  public List<KeptRevision> keptRevisions() {
    return List.of();
  }

  @Override
  public Optional<KeptRevision> keptRevision(String name) {
    return Optional.empty();
  }

  @Override
  public Optional<KeptRevision> keptRevision(long number) {
    return Optional.empty();
  }

  @Override
  public KeptRevision newestRevision() {
    return new KeptRevision("", sequence(), 0, root());
  }

  @Override
  public boolean isReclaimable() {
    return false;
  }

  private final class MemoryBatch implements Batch {
    private final long birth;
    private final Map<Long, Stored> written = new HashMap<>();
    private final Set<Long> allocatedBlocks = new HashSet<>();
    private final Map<Long, Stored> freedStored = new HashMap<>();
    private final Set<Long> freedBlocks = new HashSet<>();
    private final TreeMap<Long, Integer> references = new TreeMap<>(furtherReferences);
    private boolean finished;

    MemoryBatch(long birth) {
      this.birth = birth;
    }

    @Override
    public long sequence() {
      return birth;
    }

    @Override
    public ObjectPointer putNode(ByteBuffer content) throws IOException {
      nodeWrites++;
      return put(Kind.NODE, content, MAX_NODE_BYTES);
    }

    @Override
    public ObjectPointer putObject(ByteBuffer content) throws IOException {
      return put(Kind.OBJECT, content, MAX_OBJECT_BYTES);
    }

    private ObjectPointer put(Kind kind, ByteBuffer content, int most) throws IOException {
      lock.lock();
      try {
        checkOpen();
        int length = content.remaining();
        if (length < 1 || length > most) {
          throw new AssertionError(kind + " of " + length + " bytes; allowed are 1 to " + most);
        }
        operation("write of " + kind);
        requireRoom(length);
        byte[] bytes = new byte[length];
        content.get(bytes);
        long id = reusableIds.isEmpty() ? nextId++ : reusableIds.pop();
        ObjectPointer pointer = new ObjectPointer(id, birth, length, checksum64(bytes, id, birth));
        Stored made = new Stored(kind, pointer, bytes);
        stored.put(id, made);
        written.put(id, made);
        return pointer;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public BlockRun allocateBlocks(int wanted) throws IOException {
      lock.lock();
      try {
        checkOpen();
        if (wanted < 1) {
          throw new AssertionError(wanted + " blocks wanted");
        }
        int most = Math.min(wanted, longestRun);
        requireRoom(BlockRun.BLOCK_BYTES);
        long room = freeBytes() / BlockRun.BLOCK_BYTES;
        most = (int) Math.min(most, Math.max(1, room));
        BlockRun run = reusableBlocks.isEmpty() ? fresh(most) : reused(most);
        for (long block = run.start(); block < run.end(); block++) {
          blocks.put(block, UNWRITTEN);
          allocatedBlocks.add(block);
        }
        return run;
      } finally {
        lock.unlock();
      }
    }

    private BlockRun fresh(int length) {
      long start = nextBlock;
      nextBlock += length;
      return new BlockRun(start, length);
    }

    /** The first reusable run that is long enough, else a fresh one. */
    private BlockRun reused(int length) {
      long start = reusableBlocks.first();
      for (long block : reusableBlocks) {
        if (!reusableBlocks.contains(block - 1)) {
          start = block;
        }
        if (block - start + 1 == length) {
          for (long at = start; at <= block; at++) {
            reusableBlocks.remove(at);
          }
          return new BlockRun(start, length);
        }
      }
      return fresh(length);
    }

    @Override
    public void writeBlocks(long block, ByteBuffer content) throws IOException {
      lock.lock();
      try {
        checkOpen();
        operation("write of block " + block);
        long number = block;
        while (content.hasRemaining()) {
          if (!allocatedBlocks.contains(number)) {
            throw new AssertionError("block " + number + " was not allocated by this batch");
          }
          byte[] bytes = new byte[BlockRun.BLOCK_BYTES];
          content.get(bytes, 0, Math.min(bytes.length, content.remaining()));
          blocks.put(number++, bytes);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void freeNode(ObjectPointer pointer) {
      free(Kind.NODE, pointer);
    }

    @Override
    public void freeObject(ObjectPointer pointer, long referenceBirth) {
      checkBirth(referenceBirth);
      free(Kind.OBJECT, pointer);
    }

    private void free(Kind kind, ObjectPointer pointer) {
      lock.lock();
      try {
        checkOpen();
        Stored found = known(kind, pointer);
        long id = pointer.id();
        if (storedFreedAt.containsKey(id) || freedStored.containsKey(id)) {
          throw new AssertionError("double free of " + pointer);
        }
        if (written.remove(id) != null) {
          forget(found);
        } else {
          freedStored.put(id, found);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void keep(String name) {
      throw new AssertionError("a space in memory keeps no revision");
    }

    @Override
    public void drop(String name) {
      throw new AssertionError("a space in memory keeps no revision");
    }

    @Override
    public int reclaim(int most) {
      return 0;
    }

    @Override
    public boolean shareBlocks(long start, long length) {
      lock.lock();
      try {
        checkOpen();
        for (long block = start; block < start + length; block++) {
          if (!blocks.containsKey(block)
              || blockFreedAt.containsKey(block)
              || freedBlocks.contains(block)) {
            return false;
          }
        }
        for (long block = start; block < start + length; block++) {
          references.merge(block, 1, Integer::sum);
        }
        return true;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<UnitShare> shared(long start, long length) {
      lock.lock();
      try {
        checkOpen();
        return shares(references, start, length);
      } finally {
        lock.unlock();
      }
    }

    private void checkBirth(long referenceBirth) {
      if (referenceBirth < 1 || referenceBirth > birth) {
        throw new AssertionError("in commit " + birth + " a reference born in " + referenceBirth);
      }
    }

    @Override
    public void freeBlocks(long start, long length, long referenceBirth) {
      checkBirth(referenceBirth);
      lock.lock();
      try {
        checkOpen();
        for (long block = start; block < start + length; block++) {
          if (!blocks.containsKey(block)) {
            throw new AssertionError("block " + block + " is not allocated");
          }
          if (blockFreedAt.containsKey(block) || freedBlocks.contains(block)) {
            throw new AssertionError("double free of block " + block);
          }
          if (references.containsKey(block)) {
            references.computeIfPresent(block, (it, more) -> more == 1 ? null : more - 1);
          } else if (allocatedBlocks.remove(block)) {
            forgetBlock(block);
          } else {
            freedBlocks.add(block);
          }
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void commit(byte[] newRoot, boolean durable) throws IOException {
      lock.lock();
      try {
        checkOpen();
        if (newRoot.length > 256) {
          throw new AssertionError("a root of " + newRoot.length + " bytes; at most 256");
        }
        try {
          operation("commit " + birth);
        } catch (IOException e) {
          abort();
          throw e;
        }
        furtherReferences.clear();
        furtherReferences.putAll(references);
        root = Arrays.copyOf(newRoot, newRoot.length);
        sequence = birth;
        freedStored.keySet().forEach(id -> storedFreedAt.put(id, birth));
        freedBlocks.forEach(block -> blockFreedAt.put(block, birth));
        freed.put(
            birth, new Freed(List.copyOf(freedStored.values()), new ArrayList<>(freedBlocks)));
        MemorySpace.this.reclaim();
        finish();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void abort() {
      lock.lock();
      try {
        if (!finished) {
          written.values().forEach(MemorySpace.this::forget);
          allocatedBlocks.forEach(MemorySpace.this::forgetBlock);
          finish();
        }
      } finally {
        lock.unlock();
      }
    }

    private void finish() {
      finished = true;
      openBatch = null;
      openBatchThread = null;
      batchPermit.release();
    }

    private void checkOpen() {
      if (finished) {
        throw new AssertionError("batch " + birth + " is finished");
      }
    }
  }
}
