package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaRevisionGoneException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.raw.ContainerAccess;
import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One opening writes a container while others, as if in other processes, read old states of it. */
class OtherReadersTest {
  private static final StoreOptions WRITE = StoreOptions.defaults();
  private static final StoreOptions READ = WRITE.withReadOnly(true);

  private final MultiStoreSpaceTest.KeptStorage raw =
      new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
  private final SharedContainer shared = new SharedContainer();

  /** A reader with what its state must be. */
  private record Reader(MultiStore store, ContainerAccess access, SpaceModel expected) {
    void verify() throws IOException {
      expected.verify(store);
    }

    /** Reads everything anew, as a reader does that has read nothing yet. */
    void close() throws IOException {
      verify();
      access.close();
    }
  }

  private Reader open(ContainerAccess access) throws IOException {
    MultiStore store = MultiStore.open(raw, READ, access);
    SpaceModel expected = new SpaceModel(new Random(0));
    expected.adoptAndVerify(store);
    return new Reader(store, access, expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void readers_keep_their_states_over_commits_and_over_new_writers(long seed) throws IOException {
    Random random = new Random(seed);
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    SpaceModel model = new SpaceModel(random);
    List<Reader> readers = new ArrayList<>();
    for (int round = 0; round < 120; round++) {
      model.commit(writer, 1 + random.nextInt(25), random.nextInt(4) > 0);
      model.assertNoLeak(writer);
      if (random.nextInt(6) == 0) {
        readers.add(open(shared.reader()));
      }
      if (!readers.isEmpty() && random.nextInt(8) == 0) {
        readers.remove(random.nextInt(readers.size())).close();
      }
      if (!readers.isEmpty()) {
        readers.get(random.nextInt(readers.size())).verify();
      }
      int end = random.nextInt(20);
      if (end < 2) {
        if (end == 0) {
          writer.close();
        }
        writer = MultiStore.open(raw, WRITE, shared.writer());
        model.verify(writer);
      }
    }
    for (Reader reader : readers) {
      reader.close();
    }
    model.verify(writer);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void readers_find_the_revisions_that_were_kept_when_they_opened(long seed) throws IOException {
    Random random = new Random(seed);
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    SpaceModel model = new SpaceModel(random).shortening();
    List<String> names = new ArrayList<>();
    List<Reader> readers = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      boolean force = random.nextInt(4) > 0;
      model.commit(writer, random.nextInt(15), force, batch -> keepOrDrop(batch, names, random));
      if (random.nextInt(6) == 0) {
        readers.add(open(shared.reader()));
      }
      if (!readers.isEmpty()) {
        Reader reader = readers.get(random.nextInt(readers.size()));
        for (KeptRevision kept : reader.store.keptRevisions()) {
          new SpaceModel(random).adoptAndVerify(reader.store, kept.root(), kept.sequence());
        }
        if (random.nextInt(4) == 0) {
          reader.close();
          readers.remove(reader);
        }
      }
      if (random.nextInt(10) == 0) {
        writer = MultiStore.open(raw, WRITE, shared.writer());
        model.adoptAndVerify(writer);
        names.clear();
        writer.keptRevisions().forEach(kept -> names.add(kept.name()));
      }
      new KeptModel(random).verify(writer, null);
    }
  }

  private static void keepOrDrop(Batch batch, List<String> names, Random random)
      throws IOException {
    int dice = random.nextInt(4);
    if (dice == 0 && names.size() < 8) {
      String name = "revision " + batch.sequence();
      batch.keep(name);
      names.add(name);
    } else if (dice == 1 && !names.isEmpty()) {
      batch.drop(names.remove(random.nextInt(names.size())));
    } else if (dice == 2) {
      batch.reclaim(30);
    }
  }

  @Test
  void a_reader_that_reads_late_finds_all_bytes_of_its_state() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    MultiStore reader = MultiStore.open(raw, READ, shared.reader());
    for (int i = 1; i < 40; i++) {
      run = overwrite(writer, run, i);
    }
    assertThat(read(reader)).isEqualTo(SpaceModel.bytes(0, BYTES));
  }

  private static final int BYTES = 100 * 4096;

  /** Replaces the one run of blocks; the root says where it is. */
  private static BlockRun overwrite(MultiStore writer, BlockRun old, long seed) throws IOException {
    try (Batch batch = writer.begin()) {
      if (old != null) {
        batch.freeBlocks(old.start(), old.length(), 1);
      }
      BlockRun run = batch.allocateBlocks(BYTES / 4096);
      assertThat(run.length()).isEqualTo(BYTES / 4096);
      batch.writeBlocks(run.start(), SpaceModel.bytes(seed, BYTES));
      batch.commit(ByteBuffer.allocate(8).putLong(run.start()).array(), true);
      return run;
    }
  }

  private static ByteBuffer read(MultiStore reader) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    reader.readBlocks(ByteBuffer.wrap(reader.root()).getLong(), 0, bytes);
    return bytes.flip();
  }

  @Test
  void space_is_reused_when_the_reader_has_gone() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    ContainerAccess access = shared.reader();
    MultiStore.open(raw, READ, access);
    for (int i = 1; i < 10; i++) {
      run = overwrite(writer, run, i);
    }
    long length = raw.length();
    assertThat(length).as("with nine states held").isGreaterThan(10 * BYTES);
    access.close();
    for (int i = 10; i < 60; i++) {
      run = overwrite(writer, run, i);
    }
    assertThat(raw.length()).as("after the reader").isLessThanOrEqualTo(length);
    writer.close();
    assertThat(raw.length()).as("trimmed").isLessThan(length);
  }

  @Test
  void a_writer_that_opens_later_keeps_just_what_the_reader_reaches() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    MultiStore reader = MultiStore.open(raw, READ, shared.reader());
    run = overwrite(writer, run, 1);
    for (int session = 0; session < 20; session++) {
      writer.close();
      writer = MultiStore.open(raw, WRITE, shared.writer());
      run = overwrite(writer, run, 2 + session);
    }
    assertThat(read(reader)).isEqualTo(SpaceModel.bytes(0, BYTES));
    assertThat(raw.length()).as("does not grow with each session").isLessThan(8 * BYTES);
  }

  @Test
  void a_writer_that_opens_while_a_reader_chooses_reuses_nothing() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    ContainerAccess slow = shared.reader();
    MultiStore reader = MultiStore.open(raw, READ, ContainerAccess.ALONE);
    run = overwrite(writer, run, 1);
    writer = MultiStore.open(raw, WRITE, shared.writer());
    for (int i = 2; i < 20; i++) {
      run = overwrite(writer, run, i);
    }
    assertThat(read(reader)).isEqualTo(SpaceModel.bytes(0, BYTES));
    slow.close();
    long length = raw.length();
    for (int i = 20; i < 60; i++) {
      run = overwrite(writer, run, i);
    }
    assertThat(raw.length()).as("once it has gone").isEqualTo(length);
  }

  @Test
  void closing_does_not_cut_off_what_a_reader_reaches() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    for (int i = 1; i < 4; i++) {
      run = overwrite(writer, run, i);
    }
    MultiStore reader = MultiStore.open(raw, READ, shared.reader());
    try (Batch batch = writer.begin()) {
      batch.freeBlocks(run.start(), run.length(), 1);
      batch.commit(new byte[0], true);
    }
    writer.close();
    assertThat(read(reader)).isEqualTo(SpaceModel.bytes(3, BYTES));
  }

  @Test
  void an_object_goes_home_only_when_no_reader_reads_it_there() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    ObjectId id;
    try (SectionWriter section = writer.create(1000)) {
      section.write(SpaceModel.bytes(0, 1000));
      id = section.id();
    }
    writer.commit();
    MultiStore reader = MultiStore.open(raw, READ, shared.reader());
    for (int i = 1; i < 20; i++) {
      try (SectionWriter section = writer.openWriter(id)) {
        section.write(SpaceModel.bytes(i, 1000));
      }
      writer.commit();
    }
    try (SectionReader section = reader.openReader(id)) {
      ByteBuffer bytes = ByteBuffer.allocate(1000);
      section.read(bytes);
      assertThat(bytes.flip()).isEqualTo(SpaceModel.bytes(0, 1000));
    }
  }

  @Test
  void an_unregistered_reader_is_told_that_its_revision_is_gone() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    MultiStore reader = MultiStore.open(raw, READ, ContainerAccess.UNREGISTERED);
    assertThat(read(reader)).isEqualTo(SpaceModel.bytes(0, BYTES));
    for (int i = 1; i < 10; i++) {
      run = overwrite(writer, run, i);
    }
    assertThatThrownBy(() -> read(reader))
        .isExactlyInstanceOf(CapsaRevisionGoneException.class)
        .hasMessageStartingWith("revision " + reader.sequence() + " is gone")
        .hasMessageContaining("open the container again");
  }

  @Test
  void to_an_unregistered_reader_damage_is_damage_while_nothing_can_be_reused() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, WRITE, shared.writer());
    BlockRun run = overwrite(writer, null, 0);
    MultiStore reader = MultiStore.open(raw, READ, ContainerAccess.UNREGISTERED);
    assertThat(read(reader)).isEqualTo(SpaceModel.bytes(0, BYTES));
    raw.write(run.start() * 4096, ByteBuffer.allocate(1));
    overwrite(writer, null, 1);
    assertThatThrownBy(() -> read(reader)).isExactlyInstanceOf(CapsaCorruptException.class);
  }

  @Test
  void a_second_writer_behind_the_lock_stops_the_first_before_its_slot() throws IOException {
    MultiStore first = MultiStore.create(raw, 0, WRITE, ContainerAccess.ALONE);
    BlockRun run = overwrite(first, null, 0);
    MultiStore second = MultiStore.open(raw, WRITE, ContainerAccess.ALONE);
    overwrite(second, null, 1);
    byte[] before = rings();
    assertThatThrownBy(() -> overwrite(first, run, 2))
        .isExactlyInstanceOf(CapsaStoppedException.class)
        .hasMessageContaining("another process has opened the container for writing")
        .hasMessageContaining("of epoch 2");
    assertThat(rings()).isEqualTo(before);
    assertThatThrownBy(first::begin).isInstanceOf(CapsaStoppedException.class);
    first.close();
    assertThat(rings()).isEqualTo(before);
    assertThat(read(MultiStore.open(raw, READ, ContainerAccess.ALONE)))
        .isEqualTo(SpaceModel.bytes(1, BYTES));
    overwrite(second, null, 3);
  }

  @Test
  void a_second_writer_that_comes_during_a_batch_stops_it_before_its_slot() throws IOException {
    MultiStore first = MultiStore.create(raw, 0, WRITE, ContainerAccess.ALONE);
    overwrite(first, null, 0);
    byte[] before;
    try (Batch batch = first.begin()) {
      batch.putObject(SpaceModel.bytes(1, 100));
      try (Batch other = MultiStore.open(raw, WRITE, ContainerAccess.ALONE).begin()) {
        other.putObject(SpaceModel.bytes(2, 100));
      }
      before = rings();
      assertThatThrownBy(() -> batch.commit(new byte[0], true))
          .isExactlyInstanceOf(CapsaStoppedException.class)
          .hasMessageContaining("of epoch 2");
    }
    assertThat(rings()).isEqualTo(before);
  }

  @Test
  void of_two_that_opened_the_same_state_only_one_may_write() throws IOException {
    MultiStore.create(raw, 0, WRITE, ContainerAccess.ALONE).close();
    MultiStore first = MultiStore.open(raw, WRITE, ContainerAccess.ALONE);
    MultiStore second = MultiStore.open(raw, WRITE, ContainerAccess.ALONE);
    BlockRun run = null;
    for (int i = 0; i < SlotLayout.RING_SLOTS; i++) {
      run = overwrite(second, run, i);
    }
    byte[] before = rings();
    assertThatThrownBy(first::begin).isExactlyInstanceOf(CapsaStoppedException.class);
    assertThat(rings()).isEqualTo(before);
  }

  private byte[] rings() throws IOException {
    ByteBuffer rings = ByteBuffer.allocate(64 << 10);
    raw.read(0, rings);
    return rings.array();
  }

  @Test
  void a_commit_that_found_room_at_the_last_moment_is_the_newest_state() throws IOException {
    MultiStore writer = MultiStore.create(raw, 0, 4 << 20);
    List<ObjectPointer> kept = new ArrayList<>();
    boolean full = false;
    while (!full) {
      try (Batch batch = writer.begin()) {
        ObjectPointer object = batch.putObject(SpaceModel.bytes(1, 60_000));
        batch.commit(new byte[] {1}, true);
        kept.add(object);
      } catch (CapsaFullException e) {
        full = true;
      }
    }
    for (int round = 0; round < 8; round++) {
      try (Batch batch = writer.begin()) {
        batch.freeObject(kept.remove(0));
        batch.commit(new byte[] {2}, true);
      }
      try (Batch batch = writer.begin()) {
        kept.add(batch.putObject(SpaceModel.bytes(2, 60_000)));
        assertThat(MultiStore.open(raw, READ, ContainerAccess.ALONE).base().slotIndex())
            .as("the next slot must not go over the one that states most as forced")
            .isEqualTo(writer.base().slotIndex());
        batch.commit(new byte[] {3}, true);
      }
      MultiStore found = MultiStore.open(raw, READ, ContainerAccess.ALONE);
      assertThat(found.sequence()).isEqualTo(writer.sequence());
      assertThat(found.root()).isEqualTo(new byte[] {3});
    }
  }
}
