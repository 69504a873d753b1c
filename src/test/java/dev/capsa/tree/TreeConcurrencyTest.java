package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.Pin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Readers while batches are applied. All items of a root hold the number of the same batch. */
class TreeConcurrencyTest {
  private static final int ITEMS = 3000;
  private static final int BATCHES = 150;

  private final ModelTree tree = new ModelTree();

  @Test
  void a_pinned_reader_sees_one_root_while_batches_are_applied() throws Exception {
    commitBatch(0);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        long seed = t;
        readers.add(
            threads.submit(
                () -> {
                  SplittableRandom random = new SplittableRandom(seed);
                  int passes = 0;
                  while (!done.get() || passes == 0) {
                    readOnce(random);
                    passes++;
                  }
                  return passes;
                }));
      }
      for (int batch = 1; batch < BATCHES; batch++) {
        commitBatch(batch);
      }
      done.set(true);
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    assertThat(tree.space.openPins()).isZero();
    tree.check("end");
  }

  private void readOnce(SplittableRandom random) throws IOException {
    try (Pin pin = tree.space.pin()) {
      assertThat(pin).isNotNull();
      Tree view = new Tree(tree.space, tree.cache, TreeRoot.decode(tree.space.root(), 0));
      byte[] expected = view.get(key(0));
      ItemCursor cursor = view.cursor(new byte[0], null);
      int items = 0;
      while (cursor.next()) {
        if (items++ % 500 == 0) {
          assertThat(cursor.value()).isEqualTo(expected);
          assertThat(view.get(key(random.nextInt(ITEMS)))).isEqualTo(expected);
        }
      }
      assertThat(items).isEqualTo(view.root().items());
    }
  }

  private void commitBatch(int batch) throws IOException {
    byte[] value = new byte[40 + batch];
    value[0] = (byte) batch;
    for (int i = 0; i < ITEMS; i++) {
      tree.put(key(i), value);
    }
    if (batch > 0) {
      tree.remove(key(ITEMS + batch - 1));
    }
    for (int i = 0; i < 200; i++) {
      tree.put(key(ITEMS + i + batch), value);
    }
    tree.commit();
  }

  private static byte[] key(int number) {
    return ItemKey.of(number, ItemKey.INODE);
  }
}
