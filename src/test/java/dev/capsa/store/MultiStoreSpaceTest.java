package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.raw.MemoryRawStorage;
import dev.capsa.raw.PassingStorage;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultiStoreSpaceTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void random_batches_read_back_and_leak_nothing_over_reopenings(long seed) throws IOException {
    Random random = new Random(seed);
    KeptStorage raw = new KeptStorage(new MemoryRawStorage());
    MultiStore store = MultiStore.create(raw, 0, 0);
    SpaceModel model = new SpaceModel(random);
    for (int session = 0; session < 4; session++) {
      for (int round = 0; round < 12; round++) {
        model.commit(store, 1 + random.nextInt(40), random.nextInt(4) > 0);
        model.assertNoLeak(store);
        assertMetaExact(store);
      }
      model.verify(store);
      store.close();
      store = MultiStore.open(raw, false, 0);
      model.adoptAndVerify(store);
      model.assertNoLeak(store);
    }
    store.close();
  }

  @Test
  void an_empty_container_has_192_KiB_and_idle_openings_change_nothing() throws IOException {
    KeptStorage raw = new KeptStorage(new MemoryRawStorage());
    MultiStore.create(raw, 0, 0).close();
    assertThat(raw.length()).isEqualTo(192 << 10);
    byte[] before = raw.bytes();
    for (int i = 0; i < 10; i++) {
      MultiStore.open(raw, false, 0).close();
    }
    assertThat(raw.bytes()).isEqualTo(before);
  }

  @Test
  void freed_space_is_reused() throws IOException {
    KeptStorage raw = new KeptStorage(new MemoryRawStorage());
    MultiStore store = MultiStore.create(raw, 0, 0);
    ObjectPointer last = null;
    for (int i = 0; i < 500; i++) {
      try (Batch batch = store.begin()) {
        if (last != null) {
          batch.freeObject(last);
        }
        last = batch.putObject(SpaceModel.bytes(i, 60_000));
        batch.commit(new byte[] {1}, true);
      }
    }
    store.close();
    assertThat(raw.length()).isLessThan(1 << 20);
  }

  @Test
  void a_batch_that_is_given_up_leaves_no_trace() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    long sequence = store.sequence();
    try (Batch batch = store.begin()) {
      batch.putNode(SpaceModel.bytes(1, 100));
      batch.putObject(SpaceModel.bytes(1, 100));
      batch.allocateBlocks(700);
    }
    assertThat(store.sequence()).isEqualTo(sequence);
    assertThat(store.unitsUsed(SegmentKind.NODE)).isZero();
    try (Batch batch = store.begin()) {
      batch.commit(new byte[0], true);
    }
    assertThat(store.unitsUsed(SegmentKind.BLOCK)).isZero();
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isZero();
  }

  @Test
  void freeing_twice_is_refused_and_changes_nothing() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    ObjectPointer node;
    try (Batch batch = store.begin()) {
      node = batch.putNode(SpaceModel.bytes(1, 100));
      batch.commit(new byte[0], true);
    }
    try (Batch batch = store.begin()) {
      batch.freeNode(node);
      batch.freeNode(node);
      assertThatThrownBy(() -> batch.commit(new byte[0], true))
          .isInstanceOf(CapsaCorruptException.class)
          .hasMessageContaining("twice");
    }
    assertThat(store.readNode(node)).hasSize(100);
    assertThat(store.unitsUsed(SegmentKind.NODE)).isOne();
  }

  @Test
  void a_pinned_reader_keeps_what_was_freed() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    ObjectPointer object;
    try (Batch batch = store.begin()) {
      object = batch.putObject(SpaceModel.bytes(7, 5000));
      batch.commit(new byte[0], true);
    }
    Pin pin = store.pin();
    try (Batch batch = store.begin()) {
      batch.freeObject(object);
      batch.commit(new byte[0], true);
    }
    for (int i = 0; i < 200; i++) {
      try (Batch batch = store.begin()) {
        batch.freeObject(batch.putObject(SpaceModel.bytes(i, 5000)));
        batch.commit(new byte[0], true);
      }
      ByteBuffer read = ByteBuffer.allocate(5000);
      store.readObject(object, 0, read);
      assertThat(read.flip()).isEqualTo(SpaceModel.bytes(7, 5000));
    }
    pin.close();
  }

  @Test
  void a_full_container_refuses_and_recovers_when_space_is_freed() throws IOException {
    long most = 4 << 20;
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, most);
    java.util.List<ObjectPointer> kept = new java.util.ArrayList<>();
    CapsaFullException full = null;
    while (full == null) {
      try (Batch batch = store.begin()) {
        ObjectPointer object = batch.putObject(SpaceModel.bytes(kept.size(), 60_000));
        batch.commit(new byte[0], true);
        kept.add(object);
      } catch (CapsaFullException e) {
        full = e;
      }
    }
    assertThat(kept.size()).isGreaterThan(40);
    for (int round = 0; round < 3; round++) {
      try (Batch batch = store.begin()) {
        batch.freeObject(kept.remove(0));
        batch.freeObject(kept.remove(0));
        batch.freeObject(kept.remove(0));
        batch.commit(new byte[0], true);
      }
      try (Batch batch = store.begin()) {
        kept.add(batch.putObject(SpaceModel.bytes(99, 60_000)));
        batch.commit(new byte[0], true);
      }
    }
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isEqualTo(938L * kept.size());
  }

  @Test
  void damage_is_reported_with_its_place_and_never_read() throws IOException {
    RawStorage raw = new MemoryRawStorage();
    MultiStore store = MultiStore.create(raw, 0, 0);
    BlockRun run;
    ObjectPointer object;
    try (Batch batch = store.begin()) {
      run = batch.allocateBlocks(3);
      batch.writeBlocks(run.start(), SpaceModel.bytes(3, 3 * 4096));
      object = batch.putObject(SpaceModel.bytes(4, 3000));
      batch.commit(new byte[0], true);
    }
    long place = (run.start() + 1) * 4096;
    ByteBuffer one = ByteBuffer.allocate(1);
    raw.read(place + 17, one);
    raw.write(place + 17, ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}));
    store.readBlocks(run.start(), 0, ByteBuffer.allocate(4096));
    store.readBlocks(run.start() + 2, 100, ByteBuffer.allocate(10));
    assertThatThrownBy(() -> store.readBlocks(run.start(), 4090, ByteBuffer.allocate(100)))
        .isInstanceOf(CapsaCorruptException.class)
        .hasMessageContaining(Long.toString(place));
    ObjectPointer other =
        new ObjectPointer(object.id(), object.birth() + 1, object.length(), object.checksum());
    assertThatThrownBy(() -> store.readObject(other, 0, ByteBuffer.allocate(3000)))
        .isInstanceOf(CapsaCorruptException.class);
  }

  @Test
  void large_containers_have_a_table_of_height_one() throws IOException {
    KeptStorage raw = new KeptStorage(new MemoryRawStorage());
    MultiStore store = MultiStore.create(raw, 0, 0);
    BlockRun run;
    try (Batch batch = store.begin()) {
      run = batch.allocateBlocks(16 * 1024);
      for (long done = 0; done < run.length(); done += 256) {
        batch.writeBlocks(run.start() + done, SpaceModel.bytes(done, 256 * 4096));
      }
      batch.commit(new byte[0], true);
    }
    assertThat(run.length()).isGreaterThan(4096);
    store.close();
    store = MultiStore.open(raw, false, 0);
    assertThat(store.base().record().table().height()).isOne();
    for (long done = 0; done < run.length(); done += 256) {
      ByteBuffer read = ByteBuffer.allocate(256 * 4096);
      store.readBlocks(run.start() + done, 0, read);
      assertThat(read.flip().equals(SpaceModel.bytes(done, 256 * 4096))).isTrue();
    }
    try (Batch batch = store.begin()) {
      batch.freeBlocks(run.start(), run.length(), 1);
      batch.commit(new byte[0], true);
    }
    store.close();
    assertThat(raw.length()).isLessThan(2 << 20);
  }

  /** META pages in use are those of the record, the table and the segment pages. */
  static void assertMetaExact(MultiStore store) throws IOException {
    long used = 0;
    for (CommitRecord.MetaSegment meta : store.base().record().metaSegments()) {
      used += Bitmaps.count(meta.bitmap());
    }
    long reached = Geometry.pages(store.base().recordPointer().length());
    for (int at = 0; at < store.table().count(); at++) {
      reached += Geometry.pages(store.table().get(at).page().length());
    }
    reached += store.table().pages();
    assertThat(used).as("META pages").isBetween(reached, reached + 2);
  }

  /** Survives closing, so that a test can open it again. */
  static class KeptStorage extends PassingStorage {
    KeptStorage(RawStorage inner) {
      super(inner);
    }

    byte[] bytes() throws IOException {
      ByteBuffer all = ByteBuffer.allocate((int) length());
      read(0, all);
      return all.array();
    }

    @Override
    public void close() {}
  }
}
