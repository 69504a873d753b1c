package dev.capsa.repo;

import dev.capsa.store.MemorySpace;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Items behave as a map under any interleaving of changes, reads and commits. All runs share one
 * repository, and have an inode each: a repository has a thread, and there are thousands of runs.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
public class RepositoryLincheckTest {
  private static final Repository REPOSITORY = open();

  private final long inode = REPOSITORY.newInode();

  private static Repository open() {
    MemorySpace space = new MemorySpace();
    try {
      return Repository.open(space, new PlainContentStore(space), Rig.WHEN_ASKED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void close() {
    REPOSITORY.abandon();
  }

  @Operation
  public void put(@Param(name = "key") int key, @Param(gen = IntGen.class) int value)
      throws IOException {
    byte[] bytes = ByteBuffer.allocate(4).putInt(value).array();
    REPOSITORY.change(mutation -> mutation.put(item(key), bytes));
  }

  @Operation
  public void remove(@Param(name = "key") int key) throws IOException {
    REPOSITORY.change(mutation -> mutation.remove(item(key)));
  }

  @Operation
  public @Nullable Integer get(@Param(name = "key") int key) throws IOException {
    try (View view = REPOSITORY.view()) {
      byte[] value = view.get(item(key));
      return value == null ? null : ByteBuffer.wrap(value).getInt();
    }
  }

  @Operation
  public void commit() throws IOException {
    REPOSITORY.force();
  }

  private byte[] item(int key) {
    return ItemKey.of(inode, ItemKey.ENTRY, key);
  }

  /** What it must be equivalent to. */
  public static final class Plain {
    private final Map<Integer, Integer> items = new HashMap<>();

    public void put(int key, int value) {
      items.put(key, value);
    }

    public void remove(int key) {
      items.remove(key);
    }

    public @Nullable Integer get(int key) {
      return items.get(key);
    }

    public void commit() {}
  }

  @Test
  void items_are_linearizable_over_commits() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(100)
        .threads(3)
        .actorsPerThread(4)
        .actorsBefore(1)
        .actorsAfter(1)
        .sequentialSpecification(Plain.class)
        .check(RepositoryLincheckTest.class);
  }
}
