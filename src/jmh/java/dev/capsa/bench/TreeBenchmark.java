package dev.capsa.bench;

import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.store.Batch;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeRoot;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The catalog tree in a container in memory, all nodes cached; values of 90 bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TreeBenchmark {
  private static final int SCANNED = 1000;
  private static final int CHANGED = 1000;

  /** Items of the tree. */
  @Param({"10000", "1000000"})
  public int items;

  private final SplittableRandom random = new SplittableRandom(1);
  private final NodeCache cache = new NodeCache(512L << 20);
  private MultiStore store;
  private TreeRoot root = TreeRoot.EMPTY;
  private Tree tree;

  @Setup
  public void fill() throws IOException {
    store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    Changes changes = new Changes();
    for (int i = 0; i < items; i++) {
      changes.put(ItemKey.of(i, ItemKey.INODE), new byte[90]);
    }
    apply(changes);
    tree = new Tree(store, cache, root);
  }

  @TearDown
  public void close() throws IOException {
    store.close();
  }

  /** One item that is present. */
  @Benchmark
  public byte[] get() throws IOException {
    return tree.get(ItemKey.of(random.nextInt(items), ItemKey.INODE));
  }

  /** One item that is absent. */
  @Benchmark
  public byte[] getAbsent() throws IOException {
    return tree.get(ItemKey.of(random.nextInt(items), ItemKey.CONTENT));
  }

  /** The next item of a cursor. */
  @Benchmark
  @OperationsPerInvocation(SCANNED)
  public void scan(Blackhole hole) throws IOException {
    int from = random.nextInt(items - SCANNED);
    ItemCursor cursor = tree.cursor(ItemKey.of(from, ItemKey.INODE), null);
    for (int i = 0; i < SCANNED && cursor.next(); i++) {
      hole.consume(cursor.key());
      hole.consume(cursor.value());
    }
  }

  /** One random overwrite in a batch of 1,000, with the commit to memory. */
  @Benchmark
  @OperationsPerInvocation(CHANGED)
  public void overwrite() throws IOException {
    Changes changes = new Changes();
    for (int i = 0; i < CHANGED; i++) {
      byte[] value = new byte[90];
      value[random.nextInt(90)] = (byte) random.nextInt();
      changes.put(ItemKey.of(random.nextInt(items), ItemKey.INODE), value);
    }
    apply(changes);
  }

  private void apply(Changes changes) throws IOException {
    try (Batch batch = store.begin()) {
      root = Tree.apply(store, cache, batch, root, changes);
      byte[] encoded = new byte[TreeRoot.BYTES];
      root.encode(encoded, 0);
      batch.commit(encoded, true);
    }
  }
}
