package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.store.Batch;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class NodeCacheTest {
  private final MemorySpace space = new MemorySpace();

  @Test
  void a_node_is_read_once_while_it_fits() throws IOException {
    NodeCache cache = new NodeCache(1 << 20);
    List<ObjectPointer> leaves = leaves(50);
    for (int round = 0; round < 3; round++) {
      for (ObjectPointer leaf : leaves) {
        assertThat(cache.load(space, leaf, 0).length()).isEqualTo(leaf.length());
      }
    }
    assertThat(space.nodeReads()).isEqualTo(50);
    assertThat(cache.nodes()).isEqualTo(50);
  }

  @Test
  void the_bound_holds_whatever_is_read() throws IOException {
    for (long maxBytes : new long[] {0, 1, 20_000, 100_000, 9 << 20}) {
      NodeCache cache = new NodeCache(maxBytes);
      List<ObjectPointer> leaves = leaves(1000);
      SplittableRandom random = new SplittableRandom(maxBytes);
      for (int i = 0; i < 5_000; i++) {
        cache.load(space, leaves.get(random.nextInt(leaves.size())), 0);
        assertThat(cache.bytes()).isBetween(0L, maxBytes);
      }
      long fits = maxBytes / (leaves.get(0).length() + 200);
      assertThat(cache.nodes()).isBetween((int) (fits * 0.8), (int) (maxBytes / 10_000));
    }
  }

  @Test
  void inner_nodes_and_nodes_in_use_survive_a_scan() throws IOException {
    NodeCache cache = new NodeCache(400_000);
    List<ObjectPointer> leaves = leaves(300);
    ObjectPointer inner = inner(leaves);
    ObjectPointer used = leaves.get(0);
    cache.load(space, inner, 1);
    cache.load(space, used, 0);
    for (ObjectPointer leaf : leaves) {
      cache.load(space, leaf, 0);
      cache.load(space, inner, 1);
      cache.load(space, used, 0);
    }
    assertThat(space.nodeReads()).isEqualTo(301);
  }

  @Test
  void a_reused_id_is_another_node() throws IOException {
    NodeCache cache = new NodeCache(1 << 20);
    ObjectPointer aborted;
    try (Batch batch = space.begin()) {
      byte[] content = leaf(1);
      aborted = batch.putNode(ByteBuffer.wrap(content));
      cache.put(aborted, Node.trusted(content));
    }
    ObjectPointer made;
    try (Batch batch = space.begin()) {
      made = batch.putNode(ByteBuffer.wrap(leaf(2)));
      batch.commit(new byte[0], true);
    }
    assertThat(made.id()).isEqualTo(aborted.id());
    assertThat(made.birth()).isEqualTo(aborted.birth());
    assertThat(cache.load(space, made, 0).value(0)).containsOnly(2);
  }

  @Test
  void a_node_of_another_level_is_damage() throws IOException {
    NodeCache cache = new NodeCache(1 << 20);
    ObjectPointer leaf = leaves(1).get(0);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.load(space, leaf, 1))
          .hasMessageContaining("level is 0, expected 1");
      cache.load(space, leaf, 0);
    }
  }

  @Test
  void threads_get_the_right_nodes_while_others_drop_them() throws Exception {
    NodeCache cache = new NodeCache(300_000);
    List<ObjectPointer> leaves = leaves(200);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        long seed = t;
        tasks.add(
            () -> {
              SplittableRandom random = new SplittableRandom(seed);
              long wrong = 0;
              for (int i = 0; i < 30_000; i++) {
                int at = random.nextInt(leaves.size());
                Node node = cache.load(space, leaves.get(at), 0);
                wrong += node.value(0)[0] == (byte) at ? 0 : 1;
                wrong += cache.bytes() <= cache.maxBytes() ? 0 : 1;
              }
              return wrong;
            });
      }
      for (Future<Long> each : threads.invokeAll(tasks)) {
        assertThat(each.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(cache.bytes()).isGreaterThan(200_000);
  }

  private List<ObjectPointer> leaves(int count) throws IOException {
    List<ObjectPointer> leaves = new ArrayList<>();
    try (Batch batch = space.begin()) {
      for (int i = 0; i < count; i++) {
        leaves.add(batch.putNode(ByteBuffer.wrap(leaf(i))));
      }
      batch.commit(new byte[0], true);
    }
    return leaves;
  }

  private ObjectPointer inner(List<ObjectPointer> leaves) throws IOException {
    NodeRun run = new NodeRun(1);
    run.open(new byte[0]);
    for (int i = 0; i < leaves.size(); i++) {
      run.add(ItemKey.of(i, ItemKey.INODE), leaves.get(i));
    }
    try (Batch batch = space.begin()) {
      ObjectPointer made = batch.putNode(ByteBuffer.wrap(run.encode(0, run.count())));
      batch.commit(new byte[0], true);
      return made;
    }
  }

  private static byte[] leaf(int number) {
    NodeRun run = new NodeRun(0);
    run.open(new byte[0]);
    for (int i = 0; i < 4; i++) {
      byte[] value = new byte[2500];
      Arrays.fill(value, (byte) number);
      run.add(ItemKey.of(number, ItemKey.EXTENT, i), value);
    }
    return run.encode(0, 4);
  }
}
