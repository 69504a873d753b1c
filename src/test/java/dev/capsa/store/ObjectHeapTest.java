package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** Heap that a store holds per object, measured over all that it reaches (M13). */
class ObjectHeapTest {
  /** Bytes of any store, however many objects it has: counters of pins, caches of fixed size. */
  private static final long MOST_FIXED_BYTES = 256 << 10;

  @Test
  void an_object_costs_less_than_two_bytes_of_heap_after_reopening() throws IOException {
    long small = heapOfReopened(1000);
    long heap10k = heapOfReopened(10_000);
    long heap40k = heapOfReopened(40_000);
    long heap100k = heapOfReopened(100_000);
    System.out.printf(
        "heap of a store of 64-byte objects: 1k %d, 10k %d, 40k %d, 100k %d bytes%n",
        small, heap10k, heap40k, heap100k);
    assertThat(small).isLessThan(MOST_FIXED_BYTES);
    assertThat(heap100k / 100_000.0).isLessThan(2.0);
    assertThat((heap100k - small) / 99_000.0).isLessThan(1.0);
    assertThat((heap40k - heap10k) / 30_000.0).isLessThan(1.0);
  }

  private static long heapOfReopened(int objects) throws IOException {
    MemoryRawStorage raw = new MemoryRawStorage();
    MultiStore store = MultiStore.create(raw, 0, 0);
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < objects; i++) {
      ids.add(StoredValues.put(store, SpaceModel.bytes(i, 64).array()));
    }
    store.close();
    Shallow.medium = raw.reopen();
    store = MultiStore.open(new Shallow(), false, 0);
    for (int i = 0; i < objects; i += 97) {
      assertThat(StoredValues.bytes(store, ids.get(i))).isEqualTo(SpaceModel.bytes(i, 64).array());
    }
    long heap = GraphLayout.parseInstance(store).totalSize();
    store.close();
    return heap;
  }

  /** A medium that does not lead the measurement to its bytes. */
  private static final class Shallow implements RawStorage {
    static RawStorage medium;

    @Override
    public long length() throws IOException {
      return medium.length();
    }

    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
      medium.read(offset, destination);
    }

    @Override
    public void write(long offset, ByteBuffer... sources) throws IOException {
      medium.write(offset, sources);
    }

    @Override
    public void resize(long length) throws IOException {
      medium.resize(length);
    }

    @Override
    public void force() throws IOException {
      medium.force();
    }

    @Override
    public void close() throws IOException {
      medium.close();
    }
  }
}
