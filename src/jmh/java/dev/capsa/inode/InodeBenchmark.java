package dev.capsa.inode;

import dev.capsa.CapsaCorruptException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.repo.Repository;
import dev.capsa.repo.RepositoryOptions;
import dev.capsa.store.MultiStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an operation of the file tree costs over committed files of 64 bytes, in memory; and, once
 * at the start, how many bytes of the container each file takes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InodeBenchmark {
  private static final int PER_DIRECTORY = 1000;
  private static final int BYTES = 64;
  private static final NewFile HOW = new NewFile(0644, "ada", "staff");

  @Param({"10000", "100000"})
  private int files;

  private MultiStore store;
  private StoreContentStore content;
  private Repository head;
  private CatalogFileTree tree;
  private long[] directories;
  private long[] numbers;
  private byte[] value;

  @Setup(Level.Trial)
  public void fill() throws IOException {
    MemoryRawStorage raw = new MemoryRawStorage();
    open(MultiStore.create(raw, 0, Long.MAX_VALUE));
    tree = CatalogFileTree.create(head, content, TimeSource.system(), HOW);
    directories = new long[files / PER_DIRECTORY];
    numbers = new long[files];
    for (int i = 0; i < files; i++) {
      if (i % PER_DIRECTORY == 0) {
        directories[i / PER_DIRECTORY] =
            tree.createDirectory(FileTree.ROOT, name(i / PER_DIRECTORY), HOW).number();
      }
      numbers[i] = tree.createFile(directories[i / PER_DIRECTORY], name(i), HOW).number();
      try (FileTree.FileHandle handle = tree.open(numbers[i])) {
        handle.write(0, ByteBuffer.allocate(BYTES));
      }
    }
    close();
    raw = raw.reopen();
    System.out.println(raw.length() / (double) files + " bytes a file of " + BYTES);
    open(MultiStore.open(raw, false, Long.MAX_VALUE));
    tree = CatalogFileTree.open(head, content, TimeSource.system());
    value = InodeCodec.encode(tree.inode(numbers[0]), 1);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    tree.close();
    head.close();
    store.close();
  }

  private void open(MultiStore opened) throws IOException {
    store = opened;
    content = new StoreContentStore(store, StoreContentStore.Layout.EXTENTS);
    head = Repository.open(store, content, RepositoryOptions.DEFAULT);
  }

  private static byte[] name(int i) {
    return ("file" + i).getBytes(StandardCharsets.UTF_8);
  }

  private int any() {
    return ThreadLocalRandom.current().nextInt(files);
  }

  /** The value of an INODE item to an inode. */
  @Benchmark
  public Inode decode() throws CapsaCorruptException {
    return InodeCodec.decode(17, value).with(new Profile(0644, "ada", "staff"));
  }

  /** Attributes by number. */
  @Benchmark
  public Inode inode() throws IOException {
    return tree.inode(numbers[any()]);
  }

  /** A name that is there. */
  @Benchmark
  public Entry lookup() throws IOException {
    int i = any();
    return tree.lookup(directories[i / PER_DIRECTORY], name(i));
  }

  /** A name that is not there. */
  @Benchmark
  public Entry lookupAbsent() throws IOException {
    int i = any();
    return tree.lookup(directories[i / PER_DIRECTORY], name(-i - 1));
  }

  /** A thousand entries. */
  @Benchmark
  public List<Entry> list() throws IOException {
    return tree.list(directories[any() / PER_DIRECTORY], null, PER_DIRECTORY);
  }

  /** Opening a file, reading it, closing it. */
  @Benchmark
  public int read() throws IOException {
    try (FileTree.FileHandle handle = tree.open(numbers[any()])) {
      return handle.read(0, ByteBuffer.allocate(BYTES));
    }
  }

  /** Setting the mode of a file. */
  @Benchmark
  public Inode setMode() throws IOException {
    return tree.setAttributes(
        numbers[any()], new AttributeChange(0600, null, null, null, null, null));
  }

  /** Creating and removing an empty file. */
  @Benchmark
  public long createAndRemove() throws IOException {
    long directory = directories[any() / PER_DIRECTORY];
    byte[] name = ("new" + Thread.currentThread().getName()).getBytes(StandardCharsets.UTF_8);
    tree.createFile(directory, name, HOW);
    return tree.remove(directory, name);
  }

  /** All inodes checked; memory and time of the check alone. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public long check() throws IOException {
    try (var view = head.view()) {
      return InodeCheck.check(
          view,
          fault -> {
            throw new AssertionError(fault);
          });
    }
  }
}
