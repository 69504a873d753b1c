package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateIndexTest {
  private final MapObjects objects = new MapObjects();
  private final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
  private Link root = Link.NONE;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void an_index_is_a_sorted_map_and_leaks_nothing(long seed) throws IOException {
    Random random = new Random(seed);
    for (int session = 0; session < 300; session++) {
      StateIndex index = new StateIndex(objects, IndexLayout.KEPT_MAGIC, root);
      boolean growing = session < 150;
      for (int i = random.nextInt(60); i >= 0; i--) {
        byte[] key = key(random);
        if (random.nextInt(4) > (growing ? 1 : 0)) {
          Map.Entry<byte[], byte[]> near = model.ceilingEntry(key);
          if (!growing && near != null) {
            index.remove(near.getKey());
            model.remove(near.getKey());
            continue;
          }
          byte[] value = new byte[random.nextInt(500)];
          random.nextBytes(value);
          index.put(key, value);
          model.put(key, value);
        }
        assertSame(index.floor(key), model.floorEntry(key));
        assertSame(index.ceiling(key), model.ceilingEntry(key));
        index.remove(key);
        model.remove(key);
        assertThat(index.get(key)).isNull();
        if (growing) {
          index.put(key, key);
          model.put(key, key);
        }
      }
      root = index.write();
      verify();
    }
    StateIndex index = new StateIndex(objects, IndexLayout.KEPT_MAGIC, root);
    for (byte[] key : model.keySet()) {
      index.remove(key);
    }
    assertThat(index.write()).isEqualTo(Link.NONE);
    assertThat(objects.stored).isEmpty();
  }

  private static byte[] key(Random random) {
    return random.nextBoolean()
        ? KeptEntry.key(KeptEntry.REVISION, random.nextInt(100_000))
        : KeptEntry.nameKey(
            ("name " + random.nextInt(100_000)).repeat(1 + random.nextInt(20)).getBytes());
  }

  private static void assertSame(StateIndex.Item found, Map.Entry<byte[], byte[]> expected) {
    assertThat(found == null).isEqualTo(expected == null);
    if (found != null) {
      assertThat(found.key).isEqualTo(expected.getKey());
      assertThat(found.value).isEqualTo(expected.getValue());
    }
  }

  private void verify() {
    TreeMap<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
    int[] nodes = new int[1];
    new StateIndex(objects, IndexLayout.KEPT_MAGIC, root)
        .visit(
            new StateIndex.Visitor() {
              @Override
              public void node(Link link) {
                nodes[0]++;
                ByteBuffer node = objects.read(link.pointer());
                assertThat(node.remaining()).isLessThanOrEqualTo(IndexLayout.MOST_BYTES);
              }

              @Override
              public void item(byte[] key, byte[] value) {
                found.put(key, value);
              }

              @Override
              public void fault(Link link, IOException cause) {
                throw new AssertionError(cause);
              }
            });
    assertThat(found.keySet()).containsExactlyElementsOf(model.keySet());
    found.forEach((key, value) -> assertThat(value).isEqualTo(model.get(key)));
    assertThat(objects.stored).hasSize(nodes[0]);
  }
}
