package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFormatException;
import dev.capsa.CapsaNoSuchSnapshotException;
import dev.capsa.CapsaSnapshotExistsException;
import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeptRevisionsTest {
  private static final int HISTORIES = Integer.getInteger("capsa.kept.histories", 30);

  @Test
  void after_each_step_kept_revisions_read_as_they_were_and_just_they_hold_space()
      throws IOException {
    for (long seed = 1; seed <= HISTORIES; seed++) {
      try {
        new History(seed, seed % 2 == 0).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
  }

  /** A random history. */
  private static final class History {
    private final Random random;
    private final MultiStoreSpaceTest.KeptStorage raw =
        new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
    private final SpaceModel model;
    private final boolean shares;
    private final KeptModel kept;
    private final Map<String, Long> names = new TreeMap<>();
    private MultiStore store;
    private int made;

    History(long seed, boolean shares) throws IOException {
      random = new Random(seed);
      model = new SpaceModel(random).shortening();
      this.shares = shares;
      if (shares) {
        model.sharing();
      }
      kept = new KeptModel(random);
      store = MultiStore.create(raw, 0, 0);
    }

    void run() throws IOException {
      int steps = 10 + random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        step();
        kept.verify(store, names);
        MultiStoreSpaceTest.assertMetaExact(store);
      }
      while (!names.isEmpty()) {
        model.commit(store, 0, true, this::drop);
        kept.verify(store, names);
      }
      while (store.isReclaimable()) {
        model.commit(store, 0, true, batch -> batch.reclaim(1 + random.nextInt(200)));
        kept.verify(store, names);
      }
      assertThat(store.base().record().kept()).isEqualTo(KeptState.NONE);
      model.assertNoLeak(store);
      model.clear(store);
      assertThat(store.base().record().shares()).isEqualTo(ShareState.NONE);
      model.assertNoLeak(store);
      store.close();
    }

    private void step() throws IOException {
      model.shareFrom(shares ? revisions() : List.of());
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> model.commit(store, random.nextInt(30), true);
        case 3, 4 -> model.commit(store, random.nextInt(20), true, this::keep);
        case 5 -> model.commit(store, random.nextInt(20), true, this::drop);
        case 6 -> model.commit(store, 0, true, this::drop);
        case 7 -> model.commit(store, random.nextInt(4), true, batch -> reclaim(batch));
        case 8 ->
            model.commit(
                store,
                random.nextInt(20),
                true,
                batch -> {
                  drop(batch);
                  reclaim(batch);
                  keep(batch);
                  drop(batch);
                });
        case 9 -> dropFirst();
        case 10 -> abort();
        default -> {
          store.close();
          store = MultiStore.open(raw, false, 0);
          model.adoptAndVerify(store);
        }
      }
    }

    /** The kept revisions: what one of them alone has may be shared, too. */
    private List<SpaceModel> revisions() throws IOException {
      List<SpaceModel> revisions = new ArrayList<>();
      for (KeptRevision each : store.keptRevisions()) {
        SpaceModel revision = new SpaceModel(random);
        revision.adoptAndVerify(store, each.root(), each.sequence());
        revisions.add(revision);
      }
      return revisions;
    }

    private void keep(Batch batch) throws IOException {
      String name = "revision " + made++ + "x".repeat(random.nextInt(200));
      batch.keep(name);
      names.put(name, batch.sequence());
    }

    private void drop(Batch batch) throws IOException {
      List<String> droppable = new ArrayList<>(names.keySet());
      droppable.removeIf(name -> names.get(name) == batch.sequence());
      if (!droppable.isEmpty()) {
        String name = droppable.get(random.nextInt(droppable.size()));
        batch.drop(name);
        names.remove(name);
      }
    }

    private void reclaim(Batch batch) throws IOException {
      batch.reclaim(1 + random.nextInt(40));
    }

    /** A drop before the batch frees anything. */
    private void dropFirst() throws IOException {
      try (Batch batch = store.begin()) {
        drop(batch);
        batch.commit(store.root(), true);
      }
      // The root says its own sequence, so write it again.
      model.shareFrom(shares ? revisions() : List.of());
      model.commit(store, random.nextInt(10), true);
    }

    private void abort() throws IOException {
      try (Batch batch = store.begin()) {
        batch.putObject(SpaceModel.bytes(1, 5000));
        batch.keep("given up");
        if (!names.isEmpty()) {
          batch.drop(names.keySet().iterator().next());
        }
        batch.reclaim(10);
      }
    }
  }

  @Test
  void a_name_is_given_once_and_must_be_one() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    try (Batch batch = store.begin()) {
      for (String bad : List.of("", "x".repeat(256), "ä".repeat(128), "a\0b", "\ud800")) {
        assertThatThrownBy(() -> batch.keep(bad)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> batch.drop("a")).isInstanceOf(CapsaNoSuchSnapshotException.class);
      batch.keep("ä".repeat(127) + "a");
      assertThatThrownBy(() -> batch.keep("b")).isInstanceOf(IllegalStateException.class);
      batch.commit(new byte[] {7}, true);
    }
    try (Batch batch = store.begin()) {
      assertThatThrownBy(() -> batch.keep("ä".repeat(127) + "a"))
          .isInstanceOf(CapsaSnapshotExistsException.class);
      batch.keep("A");
      batch.commit(new byte[] {8}, true);
    }
    assertThat(store.keptRevisions()).hasSize(2);
    assertThat(store.keptRevision("A").orElseThrow().root()).containsExactly(8);
    assertThat(store.keptRevision("a")).isEmpty();
  }

  @Test
  void who_keeps_and_drops_again_has_a_container_as_if_he_never_had() throws IOException {
    MultiStoreSpaceTest.KeptStorage raw =
        new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
    MultiStore store = MultiStore.create(raw, 0, 0);
    SpaceModel model = new SpaceModel(new Random(5));
    model.commit(store, 20, true);
    assertThat(features(raw)).isZero();
    model.commit(store, 20, true, batch -> batch.keep("a"));
    assertThat(features(raw)).isEqualTo(KeptState.FEATURE);
    model.commit(store, 20, true);
    model.commit(store, 0, true, batch -> batch.drop("a"));
    while (store.isReclaimable()) {
      model.commit(store, 0, true, batch -> assertThat(batch.reclaim(1)).isPositive());
    }
    model.assertNoLeak(store);
    int withoutKeptState =
        CommitRecord.encodedBytes(
            store.root().length,
            store.base().record().metaSegments(),
            0,
            store.base().record().manifest().size(),
            0);
    assertThat(store.base().recordPointer().length()).isEqualTo(withoutKeptState);
    store.close();
    assertThat(features(raw)).isZero();
  }

  @Test
  void a_container_whose_newest_slot_needs_what_is_unknown_is_refused() throws IOException {
    MultiStoreSpaceTest.KeptStorage raw =
        new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
    MultiStore store = MultiStore.create(raw, 0, 0);
    new SpaceModel(new Random(1)).commit(store, 5, true);
    int place = store.base().slotIndex();
    for (int ring : new int[] {SlotLayout.RING_A_SECTOR, SlotLayout.RING_B_SECTOR}) {
      ByteBuffer sector = ByteBuffer.allocate(Geometry.PAGE_BYTES);
      raw.read((ring + place) * (long) Geometry.PAGE_BYTES, sector);
      RootSlot slot = RootSlot.decode(sector.flip(), store.uuid());
      RootSlot newer =
          new RootSlot(
              slot.epoch(),
              slot.sequence(),
              slot.lastForced(),
              slot.leastLength(),
              slot.forced(),
              slot.record(),
              KeptState.FEATURE | 8);
      raw.write((ring + place) * (long) Geometry.PAGE_BYTES, newer.encode(store.uuid()));
    }
    assertThatThrownBy(() -> MultiStore.open(raw, true, 0))
        .isInstanceOf(CapsaFormatException.class)
        .hasMessageContaining("bits 1000");
  }

  private static long features(MultiStoreSpaceTest.KeptStorage raw) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(raw.bytes()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    long newest = 0;
    long features = 0;
    for (int i = 0; i < SlotLayout.RING_SLOTS; i++) {
      int at = (SlotLayout.RING_A_SECTOR + i) * Geometry.PAGE_BYTES;
      long sequence = bytes.getLong(at + SlotLayout.SEQUENCE);
      if (sequence > newest) {
        newest = sequence;
        features = bytes.getLong(at + SlotLayout.INCOMPATIBLE_FEATURES);
      }
    }
    return features;
  }

  @Test
  void the_ten_thousandth_revision_costs_what_the_first_did() throws IOException {
    Counting raw = new Counting();
    MultiStore store = MultiStore.create(raw, 0, 0);
    long first = 0;
    for (int i = 1; i <= 10_000; i++) {
      long before = raw.written;
      try (Batch batch = store.begin()) {
        batch.keep("revision " + i);
        batch.commit(new byte[64], i % 100 == 0);
      }
      first = i == 100 ? raw.written - before : first;
      if (i == 10_000) {
        // A table page more, since the container is larger by now; and two levels of the index.
        assertThat(raw.written - before).isLessThan(first + 10 * 4096);
      }
    }
    assertThat(store.keptRevisions()).hasSize(10_000);
    for (int i = 1; i <= 10_000; i += 100) {
      try (Batch batch = store.begin()) {
        for (int j = i; j < i + 100; j++) {
          batch.drop("revision " + (j * 7919L % 10_000 == 0 ? 10_000 : j * 7919L % 10_000));
        }
        batch.commit(new byte[64], false);
      }
    }
    assertThat(store.keptRevisions()).isEmpty();
    assertThat(store.base().record().kept()).isEqualTo(KeptState.NONE);
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isZero();
  }

  @Test
  void opening_reads_nothing_of_the_index() throws IOException {
    Counting raw = new Counting();
    MultiStore store = MultiStore.create(raw, 0, 0);
    for (int i = 0; i < 500; i++) {
      try (Batch batch = store.begin()) {
        batch.keep("revision " + i);
        batch.commit(new byte[] {1}, true);
      }
    }
    store.close();
    List<Long> grains = new ArrayList<>();
    raw.reads = grains;
    store = MultiStore.open(raw, false, 0);
    store.root();
    long index = store.table().count();
    for (int i = 0; i < index; i++) {
      Segment segment = store.table().get(i);
      if (segment.kind() == SegmentKind.GRAIN) {
        long start = segment.physicalOffset;
        assertThat(grains)
            .noneMatch(at -> at >= start && at < start + Geometry.bytesOf(segment.number));
      }
    }
    raw.reads = null;
    assertThat(store.keptRevisions()).hasSize(500);
  }

  @Test
  void a_commit_that_drops_nothing_kept_writes_no_page_more() throws IOException {
    long[] written = new long[2];
    for (int keep = 0; keep < 2; keep++) {
      Counting raw = new Counting();
      MultiStore store = MultiStore.create(raw, 0, 0);
      int kept = keep;
      ObjectPointer[] object = new ObjectPointer[1];
      for (int i = 0; i < 4; i++) {
        boolean last = i == 3;
        long before = raw.written;
        try (Batch batch = store.begin()) {
          if (i == 1 && kept == 1) {
            batch.keep("a");
          }
          if (last) {
            batch.freeObject(object[0]);
          }
          object[0] = batch.putObject(SpaceModel.bytes(i, 3000));
          batch.commit(new byte[] {1}, true);
        }
        written[keep] = raw.written - before;
      }
    }
    assertThat(written[1]).isBetween(written[0], written[0] + KeptLayout.KEPT_STATE_BYTES);
  }

  @Test
  void a_pinned_reader_goes_on_in_a_revision_that_is_dropped() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    ObjectPointer object;
    try (Batch batch = store.begin()) {
      object = batch.putObject(SpaceModel.bytes(7, 5000));
      batch.keep("a");
      batch.commit(new byte[0], true);
    }
    try (Batch batch = store.begin()) {
      batch.freeObject(object);
      batch.commit(new byte[0], true);
    }
    Pin pin = store.pin();
    assertThat(store.keptRevision("a")).isPresent();
    for (int i = 0; i < 200; i++) {
      try (Batch batch = store.begin()) {
        if (i == 0) {
          batch.drop("a");
        }
        assertThat(batch.reclaim(10)).isEqualTo(i == 0 ? 1 : 0);
        batch.freeObject(batch.putObject(SpaceModel.bytes(i, 5000)));
        batch.commit(new byte[0], true);
      }
      ByteBuffer read = ByteBuffer.allocate(5000);
      store.readObject(object, 0, read);
      assertThat(read.flip()).isEqualTo(SpaceModel.bytes(7, 5000));
    }
    pin.close();
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isZero();
  }

  @Test
  void what_is_freed_twice_is_refused_also_if_it_is_kept() throws IOException {
    MultiStore store = MultiStore.create(new MemoryRawStorage(), 0, 0);
    ObjectPointer node;
    try (Batch batch = store.begin()) {
      node = batch.putNode(SpaceModel.bytes(1, 100));
      batch.keep("a");
      batch.commit(new byte[0], true);
    }
    try (Batch batch = store.begin()) {
      batch.freeNode(node);
      batch.freeNode(node);
      assertThatThrownBy(() -> batch.commit(new byte[0], true)).hasMessageContaining("twice");
    }
    assertThat(store.readNode(node)).hasSize(100);
    assertThat(store.unitsUsed(SegmentKind.NODE)).isOne();
  }

  /** Counts bytes written, and notes reads. */
  private static final class Counting extends MultiStoreSpaceTest.KeptStorage {
    long written;
    List<Long> reads;

    Counting() {
      super(new MemoryRawStorage());
    }

    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
      if (reads != null) {
        reads.add(offset);
      }
      super.read(offset, destination);
    }

    @Override
    public void write(long offset, ByteBuffer... sources) throws IOException {
      for (ByteBuffer source : sources) {
        written += source.remaining();
      }
      super.write(offset, sources);
    }
  }
}
