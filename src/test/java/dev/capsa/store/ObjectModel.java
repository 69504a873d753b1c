package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A model of what a {@link Store} holds: changes it at random, and says what each committed state
 * must be.
 */
final class ObjectModel {
  private static final int[] SIZES = {0, 1, 63, 64, 65, 100, 500, 4096, 4097, 9000, 65_504, 65_505};

  private final Random random;
  private Map<ObjectId, byte[]> objects = new HashMap<>();
  private final Set<ObjectId> gone = new HashSet<>();
  private final Map<Long, Map<ObjectId, byte[]>> states = new HashMap<>();

  ObjectModel(Random random) {
    this.random = random;
  }

  /** A model for what an opening found, which knows all states of another one. */
  ObjectModel at(long sequence, Random dice) {
    ObjectModel copy = new ObjectModel(dice);
    copy.states.putAll(states);
    assertThat(states).containsKey(sequence);
    copy.objects = new HashMap<>(states.get(sequence));
    Set<ObjectId> ever = new HashSet<>(gone);
    ever.addAll(objects.keySet());
    states.values().forEach(state -> ever.addAll(state.keySet()));
    ever.removeAll(copy.objects.keySet());
    copy.gone.addAll(ever);
    return copy;
  }

  /**
   * Ids of commits that a crash undid may be given out again, so they are no longer known as gone.
   */
  void forgetGone() {
    gone.clear();
  }

  Map<ObjectId, byte[]> objects() {
    return objects;
  }

  /** One random change. */
  void change(Store store) throws IOException {
    switch (objects.isEmpty() ? random.nextInt(3) : random.nextInt(10)) {
      case 0 -> {
        int size = size();
        objects.put(store.newObject(size), new byte[size]);
      }
      case 1, 2 -> {
        byte[] content = bytes(size());
        try (SectionWriter writer = store.create(content.length)) {
          objects.put(writer.id(), content);
          writer.write(content);
        }
      }
      case 3 -> batch(store);
      case 4 -> {
        ObjectId id = any();
        store.delete(id);
        objects.remove(id);
        gone.add(id);
      }
      default -> overwrite(store);
    }
  }

  private void overwrite(Store store) throws IOException {
    ObjectId id = any();
    byte[] content = objects.get(id).clone();
    try (SectionWriter writer = store.openWriter(id)) {
      int offset = random.nextInt(content.length + 1);
      byte[] part = bytes(random.nextInt(content.length - offset + 1));
      writer.writeAt(offset, ByteBuffer.wrap(part));
      System.arraycopy(part, 0, content, offset, part.length);
    }
    objects.put(id, content);
  }

  private void batch(Store store) throws IOException {
    int size = random.nextInt(20) == 0 ? 70_000 : random.nextInt(5000);
    List<ObjectId> ids = ((RunAllocator) store).allocateRun(size, 1 + random.nextInt(5));
    byte[] all = bytes(size * ids.size());
    int[] sizes = new int[ids.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size;
      byte[] content = new byte[size];
      System.arraycopy(all, i * size, content, 0, size);
      objects.put(ids.get(i), content);
    }
    store.writeBatch(ids, ByteBuffer.wrap(all), sizes);
  }

  private ObjectId any() {
    return new ArrayList<>(objects.keySet()).get(random.nextInt(objects.size()));
  }

  private int size() {
    return switch (random.nextInt(40)) {
      case 0 -> 300_000 + random.nextInt(400_000);
      case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> SIZES[random.nextInt(SIZES.length)];
      default -> random.nextInt(3000);
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  void commit(Store store) throws IOException {
    states.put(store.commit(), new HashMap<>(objects));
  }

  /** What a store must go back to when a commit fails. */
  void giveUpTo(long sequence) {
    gone.addAll(objects.keySet());
    objects = new HashMap<>(states.get(sequence));
    gone.removeAll(objects.keySet());
  }

  /** Reads everything, and what must not be there any more. */
  void verify(Store store) throws IOException {
    assertThat(store.objectCount()).isEqualTo(objects.size());
    for (Map.Entry<ObjectId, byte[]> entry : objects.entrySet()) {
      ObjectId id = entry.getKey();
      assertThat(store.info(id).orElseThrow().size()).isEqualTo(entry.getValue().length);
      try (SectionReader reader = store.openReader(id)) {
        assertThat(reader.readAll()).as("%s", id).isEqualTo(entry.getValue());
      }
    }
    for (ObjectId id : gone) {
      assertThat(store.info(id)).as("%s is gone", id).isEmpty();
      assertThatThrownBy(() -> store.openReader(id)).isInstanceOf(ObjectNotFoundException.class);
    }
  }

  /** Asserts that a store without pending changes has allocated just what its objects need. */
  void assertNoLeak(MultiStore store) throws IOException {
    Map<SegmentKind, Long> expected = new HashMap<>();
    SizeClasses classes = new SizeClasses(List.of());
    Map<ObjectId, Integer> sizes = new HashMap<>();
    objects.forEach((id, content) -> sizes.put(id, content.length));
    List<Integer> all = new ArrayList<>(sizes.values());
    for (CommitRecord.Redirect redirect : store.base().record().redirects()) {
      all.add(sizes.get(new ObjectId(redirect.id())));
    }
    for (int size : all) {
      SizeClasses.Route route = classes.route(size);
      expected.merge(route.kind(), (long) route.units(), Long::sum);
    }
    for (SegmentKind kind : List.of(SegmentKind.SLOT, SegmentKind.GRAIN, SegmentKind.BLOCK)) {
      assertThat(store.unitsUsed(kind)).as("%s", kind).isEqualTo(expected.getOrDefault(kind, 0L));
    }
    MultiStoreSpaceTest.assertMetaExact(store);
  }
}
