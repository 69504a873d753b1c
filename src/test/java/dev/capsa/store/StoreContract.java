package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Store} does. */
abstract class StoreContract {
  Store store;

  /** A new, empty store. */
  abstract Store create() throws IOException;

  @BeforeEach
  void open() throws IOException {
    store = create();
  }

  static byte[] bytes(long seed, int length) {
    return SpaceModel.bytes(seed, length).array();
  }

  final void assertHolds(ObjectId id, byte[] content) throws IOException {
    assertThat(StoredValues.bytes(store, id)).isEqualTo(content);
  }

  @Test
  void an_object_that_is_not_written_reads_as_zeros() throws IOException {
    for (int size : new int[] {0, 1, 64, 5000, 100_000}) {
      ObjectId id = store.newObject(size);
      assertHolds(id, new byte[size]);
      store.commit();
      assertHolds(id, new byte[size]);
    }
  }

  @Test
  void what_is_not_written_of_an_object_stays_zero() throws IOException {
    ObjectId id = store.newObject(10);
    StoredValues.write(store, id, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    assertHolds(id, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 0}); // B2
    try (SectionReader reader = store.openReader(id)) {
      ByteBuffer prefix = ByteBuffer.allocate(8);
      assertThat(reader.read(prefix)).isEqualTo(8);
      assertThat(reader.read(prefix.clear())).isEqualTo(2);
      assertThat(reader.read(prefix)).isEqualTo(-1);
    }
  }

  @Test
  void objects_written_one_after_the_other_read_back() throws IOException {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (SectionWriter writer = store.create(100 * i + 7)) {
        writer.write(bytes(i, 100 * i + 7));
        ids.add(writer.id());
      }
    }
    for (int i = 0; i < 3; i++) {
      assertHolds(ids.get(i), bytes(i, 100 * i + 7)); // B3, B4
    }
  }

  @Test
  void overwriting_leaves_the_neighbours_alone() throws IOException {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(StoredValues.put(store, bytes(i, 64)));
    }
    for (int round = 0; round < 5; round++) { // B5, M5
      StoredValues.write(store, ids.get(1), ByteBuffer.wrap(bytes(100 + round, 64)));
      assertHolds(ids.get(0), bytes(0, 64));
      assertHolds(ids.get(1), bytes(100 + round, 64));
      assertHolds(ids.get(2), bytes(2, 64));
      store.commit();
    }
  }

  @Test
  void a_write_that_is_too_long_leaves_the_object_as_it_was() throws IOException {
    ObjectId id = StoredValues.put(store, bytes(1, 20));
    assertThatThrownBy(() -> StoredValues.write(store, id, ByteBuffer.allocate(21)))
        .isInstanceOf(WriteLimitExceededException.class); // B6
    assertHolds(id, bytes(1, 20));
  }

  @Test
  void a_writer_starts_with_the_old_bytes_and_shows_new_ones_when_it_closes() throws IOException {
    ObjectId id = StoredValues.put(store, new byte[] {1, 2, 3, 4});
    SectionWriter writer = store.openWriter(id);
    writer.writeAt(2, ByteBuffer.wrap(new byte[] {9}));
    writer.close();
    assertHolds(id, new byte[] {1, 2, 9, 4});
    SectionWriter abandoned = store.openWriter(id);
    abandoned.write(new byte[] {7, 7});
    abandoned.abandon();
    abandoned.close();
    assertHolds(id, new byte[] {1, 2, 9, 4});
  }

  @Test
  void reads_between_writes_disturb_nothing() throws IOException {
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 11; i++) { // B7
      ids.add(StoredValues.put(store, bytes(i, 50 * i)));
      assertHolds(ids.get(i / 2), bytes(i / 2, 50 * (i / 2)));
      if (i % 4 == 3) {
        store.commit();
      }
    }
    for (int i = 0; i < 11; i++) {
      assertHolds(ids.get(i), bytes(i, 50 * i));
    }
  }

  @Test
  void a_deleted_object_is_gone() throws IOException {
    ObjectId id = StoredValues.put(store, bytes(1, 100));
    ObjectId other = StoredValues.put(store, bytes(2, 100));
    store.delete(id); // B10, C10
    assertThatThrownBy(() -> store.openReader(id)).isInstanceOf(ObjectNotFoundException.class);
    assertThatThrownBy(() -> store.openWriter(id)).isInstanceOf(ObjectNotFoundException.class);
    assertThat(store.info(id)).isEmpty();
    assertThatThrownBy(() -> store.delete(id)).isInstanceOf(ObjectNotFoundException.class);
    assertHolds(other, bytes(2, 100));
    assertThat(store.objectCount()).isOne();
  }

  @Test
  void an_unknown_id_is_refused() {
    for (long value : new long[] {0, -1, 1, 5764642707406454784L, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ObjectId id = new ObjectId(value); // B11, M7
      assertThatThrownBy(() -> store.delete(id)).isInstanceOf(ObjectNotFoundException.class);
      assertThatThrownBy(() -> store.openReader(id))
          .isInstanceOf(ObjectNotFoundException.class)
          .hasMessageContaining(id.toString());
    }
  }

  @Test
  void a_reader_goes_on_with_the_bytes_of_its_opening() throws IOException {
    for (int size : new int[] {100, 9000, 300_000}) {
      ObjectId id = StoredValues.put(store, bytes(1, size));
      store.commit();
      try (SectionReader reader = store.openReader(id)) {
        ByteBuffer start = ByteBuffer.allocate(50);
        reader.read(start);
        store.delete(id);
        store.commit();
        for (int i = 0; i < 5; i++) {
          StoredValues.put(store, bytes(50 + i, size));
          store.commit();
        }
        assertThat(reader.readAll()).isEqualTo(bytes(1, size));
      }
    }
  }

  @Test
  void handles_close_twice_and_are_then_unusable() throws IOException {
    ObjectId id = StoredValues.put(store, bytes(1, 10));
    SectionReader reader = store.openReader(id);
    reader.close();
    reader.close();
    assertThatThrownBy(reader::readAll).isInstanceOf(ClosedChannelException.class);
    SectionWriter writer = store.openWriter(id);
    writer.close();
    writer.close();
    assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(ClosedChannelException.class);
    StoredValues.write(store, id, ByteBuffer.wrap(bytes(2, 10)));
    assertHolds(id, bytes(2, 10));
  }

  @Test
  void the_prime_object_is_the_same_at_every_call() throws IOException {
    StoredValues.put(store, bytes(1, 10));
    ObjectId prime = store.prime(100); // C4
    assertThat(store.prime(5000)).isEqualTo(prime);
    assertHolds(prime, new byte[100]);
    store.commit();
    assertThat(store.prime(0)).isEqualTo(prime);
    assertThat(store.newObject(100)).isNotEqualTo(prime);
  }

  @Test
  void numbers_of_all_widths_come_back() throws IOException {
    ObjectId id8 = StoredValues.put(store, (Object) (byte) -2); // B13
    ObjectId id16 = StoredValues.put(store, (Object) (short) -3);
    ObjectId id32 = StoredValues.put(store, (Object) (-4));
    ObjectId id64 = StoredValues.put(store, (Object) (-5L));
    assertThat(StoredValues.int8(store, id8)).isEqualTo((byte) -2);
    assertThat(StoredValues.unsigned8(store, id8)).isEqualTo(254);
    assertThat(StoredValues.int16(store, id16)).isEqualTo((short) -3);
    assertThat(StoredValues.unsigned16(store, id16)).isEqualTo(65_533);
    assertThat(StoredValues.int32(store, id32)).isEqualTo(-4);
    assertThat(StoredValues.unsigned32(store, id32)).isEqualTo(4_294_967_292L);
    assertThat(StoredValues.int64(store, id64)).isEqualTo(-5);
    assertThat(StoredValues.bytes(store, StoredValues.put(store, (Object) 0x01020304)))
        .containsExactly(4, 3, 2, 1);
    assertThat(StoredValues.text(store, StoredValues.put(store, (Object) "Grüße")))
        .isEqualTo("Grüße");
  }

  @Test
  void what_is_no_value_is_refused_and_leaves_nothing() throws IOException {
    assertThatThrownBy(() -> StoredValues.put(store, new StringBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("StringBuilder");
    assertThat(store.objectCount()).isZero();
    ObjectId empty = StoredValues.put(store, new byte[0]);
    assertThatThrownBy(() -> StoredValues.int64(store, empty)).isInstanceOf(EOFException.class);
  }

  /** A list node and its payload: the node holds the payload's id. */
  private static StoredValues.Composite pair(byte[] payload, int sizeOfPart) {
    return new StoredValues.Composite() {
      @Override
      public int[] partSizes() {
        return new int[] {8, payload.length};
      }

      @Override
      public List<ByteBuffer> parts(List<ObjectId> ids) {
        ByteBuffer node = ByteBuffer.allocate(sizeOfPart).order(ByteOrder.LITTLE_ENDIAN);
        node.putLong(0, ids.get(1).value());
        return List.of(node, ByteBuffer.wrap(payload));
      }
    };
  }

  @Test
  void a_composite_knows_the_ids_of_its_parts() throws IOException {
    ObjectId id = StoredValues.put(store, pair(bytes(1, 500), 8)); // B14
    store.commit();
    ObjectId payload = new ObjectId(StoredValues.int64(store, id));
    assertHolds(payload, bytes(1, 500));
    store.delete(id);
    assertHolds(payload, bytes(1, 500));
  }

  @Test
  void a_composite_that_fails_leaves_nothing() throws IOException {
    assertThatThrownBy(() -> StoredValues.put(store, pair(bytes(1, 500), 9)))
        .isInstanceOf(WriteLimitExceededException.class);
    assertThat(store.objectCount()).isZero();
  }

  @Test
  void commits_keep_what_was_written() throws IOException {
    Random random = new Random(5);
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) { // B12
      ids.add(StoredValues.put(store, bytes(i, random.nextInt(10_000))));
      store.commit();
    }
    random = new Random(5);
    for (int i = 0; i < 30; i++) {
      assertHolds(ids.get(i), bytes(i, random.nextInt(10_000)));
    }
  }
}
