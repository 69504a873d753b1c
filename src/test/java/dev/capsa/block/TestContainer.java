package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.store.Batch;
import dev.capsa.store.MemorySpace;
import dev.capsa.store.ObjectPointer;
import dev.capsa.store.Pin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A catalog and a space in memory, changed batch by batch: the view is the committed one and does
 * not show what the open batch puts.
 */
final class TestContainer implements AutoCloseable {
  final MemorySpace space = new MemorySpace();
  MemoryItems committed = new MemoryItems();
  MemoryItems next;
  Batch batch;
  private Pin pin;

  TestContainer() throws IOException {
    begin();
  }

  private void begin() throws IOException {
    pin = space.pin();
    batch = space.begin();
    next = committed.copy();
  }

  /** Makes the changes the committed state and begins the next batch. */
  void commit() throws IOException {
    batch.commit(new byte[0], true);
    committed = next;
    pin.close();
    begin();
  }

  /** Throws the changes away and begins the next batch. */
  void abort() throws IOException {
    batch.abort();
    pin.close();
    begin();
  }

  /** Checks files of the committed state and that they reach all that is allocated, once. */
  void check(Map<Long, Long> sizes) throws IOException {
    List<String> faults = new ArrayList<>();
    Set<ObjectPointer> objects = new HashSet<>();
    Map<Long, Integer> owners = new TreeMap<>();
    ContentCheck check = new ContentCheck(committed, space, true);
    for (Map.Entry<Long, Long> file : sizes.entrySet()) {
      check.check(
          file.getKey(),
          file.getValue(),
          new ContentCheck.Visitor() {
            @Override
            public void object(long inode, ObjectPointer pointer, long birth) {
              assertThat(objects.add(pointer)).as("first reference to %s", pointer).isTrue();
            }

            @Override
            public void blocks(long inode, long start, long length, long birth) {
              for (long block = start; block < start + length; block++) {
                owners.merge(block, 1, Integer::sum);
              }
            }

            @Override
            public void fault(long inode, String what) {
              faults.add(inode + ": " + what);
            }
          });
    }
    assertThat(faults).isEmpty();
    assertThat(objects).as("objects that are reached").isEqualTo(space.objects());
    assertThat(owners.keySet()).as("blocks that are reached").isEqualTo(space.blocks());
    StoreCowStore cow = new StoreCowStore(committed, new MemoryItems(), space, batch);
    for (Map.Entry<Long, Integer> each : owners.entrySet()) {
      assertThat(cow.shareCount(each.getKey()))
          .as("owners of block %d", each.getKey())
          .isEqualTo(each.getValue());
    }
  }

  @Override
  public void close() {
    batch.close();
    pin.close();
  }
}
