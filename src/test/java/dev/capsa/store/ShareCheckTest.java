package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check finds what is wrong with share counts; batches refuse what would make it so. */
class ShareCheckTest {
  private final MultiStoreSpaceTest.KeptStorage raw =
      new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
  private MultiStore store;

  /** References to blocks that the head has: start, number, birth. */
  private final List<long[]> head = new ArrayList<>();

  private interface Step {
    void run(Batch batch) throws IOException;
  }

  private long commit(Step step) throws IOException {
    try (Batch batch = store.begin()) {
      step.run(batch);
      batch.commit(new byte[0], true);
      return batch.sequence();
    }
  }

  /** A store with 40 blocks, 20 of them shared, and the first of them. */
  private long shared() throws IOException {
    store = MultiStore.create(raw, 0, 0);
    long[] start = new long[1];
    long first =
        commit(
            batch -> {
              start[0] = batch.allocateBlocks(16).start();
              batch.writeBlocks(start[0], ByteBuffer.allocate(16 * 4096));
            });
    long second = commit(batch -> assertThat(batch.shareBlocks(start[0] + 2, 8)).isTrue());
    head.add(new long[] {start[0], 16, first});
    head.add(new long[] {start[0] + 2, 8, second});
    return start[0];
  }

  private List<String> faults() throws IOException {
    List<String> faults = new ArrayList<>();
    StoreCheck check = store.check((where, what) -> faults.add(where + ": " + what));
    check.checkSegments();
    head.forEach(each -> check.blocks(each[0], each[1], each[2], "head"));
    assertThat(check.checkKept()).isNotNull();
    check.finishHeld();
    check.finish();
    return faults;
  }

  @Test
  void nothing_is_wrong_if_counts_and_references_agree() throws IOException {
    shared();
    assertThat(faults()).isEmpty();
  }

  @Test
  void a_count_that_is_too_high_is_found() throws IOException {
    long start = shared();
    commit(batch -> batch.shareBlocks(start + 4, 2));
    assertThat(faults())
        .singleElement()
        .asString()
        .contains("2 units have fewer references")
        .contains("has 2 and should have 3");
  }

  @Test
  void a_count_that_nobody_needs_is_found() throws IOException {
    long start = shared();
    commit(batch -> batch.shareBlocks(start + 12, 1));
    assertThat(faults()).singleElement().asString().contains("has 1 and should have 2");
  }

  @Test
  void a_count_that_is_too_low_is_found() throws IOException {
    shared();
    head.add(head.get(1));
    assertThat(faults()).singleElement().asString().contains("something else refers to, too");
  }

  @Test
  void a_block_in_no_item_may_have_one_reference_only() throws IOException {
    long start = shared();
    head.add(new long[] {start + 10, 1, 1});
    assertThat(faults()).singleElement().asString().contains("something else refers to, too");
  }

  @Test
  void references_of_kept_revisions_are_compared_as_often_as_they_are() throws IOException {
    shared();
    commit(batch -> batch.keep("a"));
    List<String> faults = new ArrayList<>();
    StoreCheck check = store.check((where, what) -> faults.add(where + ": " + what));
    check.checkSegments();
    head.forEach(each -> check.blocks(each[0], each[1], each[2], "head"));
    check.checkKept();
    check.heldBlocks(head.get(0)[0], head.get(0)[1], "a");
    assertThat(faults).isEmpty();
    check.finishHeld();
    assertThat(faults).singleElement().asString().contains("8 units are referred to since");
    faults.clear();
    check.heldBlocks(head.get(1)[0], 8, "a");
    check.finishHeld();
    assertThat(faults).isEmpty();
    check.heldBlocks(head.get(1)[0], 8, "a");
    assertThat(faults).singleElement().asString().contains("more references to units");
  }

  @Test
  void a_dead_reference_counts_as_one_of_the_head_does() throws IOException {
    long start = shared();
    commit(batch -> batch.keep("a"));
    long[] gone = head.remove(1);
    commit(batch -> batch.freeBlocks(gone[0], gone[1], gone[2]));
    assertThat(store.shared(start, 16)).containsExactly(new UnitShare(start + 2, 8, 2));
    assertThat(faults()).singleElement().asString().contains("no kept revision reaches them");
    commit(batch -> batch.drop("a"));
    commit(batch -> batch.reclaim(10));
    assertThat(store.shared(start, 16)).isEmpty();
    assertThat(faults()).isEmpty();
  }

  @Test
  void a_damaged_index_is_found() throws IOException {
    shared();
    Link index = store.base().record().shares().index();
    ObjectId id = new ObjectId(index.pointer().id());
    long place = store.table().get(id.segment()).physicalOffset + id.slot() * 64L + 10;
    store.close();
    ByteBuffer one = ByteBuffer.allocate(1);
    raw.read(place, one);
    raw.write(place, ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}));
    store = MultiStore.open(raw, true, 0);
    assertThat(faults())
        .singleElement()
        .asString()
        .contains("share counts: a node of the index cannot be read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "overlaps the one before",
        "goes on with the count of the one before",
        "nodes of the index, it has 1",
        "lies past the end",
        "the share index states",
      })
  void an_index_that_is_not_as_it_must_be_is_found(String what) throws IOException {
    MapObjects objects = new MapObjects();
    StateIndex index = new StateIndex(objects, IndexLayout.SHARE_MAGIC, Link.NONE);
    UnitShare first = new UnitShare(20, 10, 2);
    UnitShare second =
        switch (what.split(" ")[0]) {
          case "overlaps" -> new UnitShare(29, 5, 3);
          case "goes" -> new UnitShare(30, 5, 2);
          case "lies" -> new UnitShare(1 << 30, 5, 3);
          case "the" -> new UnitShare(40, 5, 1);
          default -> new UnitShare(40, 5, 2);
        };
    for (UnitShare each : List.of(first, second)) {
      index.put(UnitShare.key(each.start()), each.value());
    }
    List<String> faults = new ArrayList<>();
    ShareCheck check =
        new ShareCheck((where, fault) -> faults.add(fault), number -> SegmentKind.BLOCK);
    ShareState state = new ShareState(what.startsWith("nodes") ? 2 : 1, index.write());
    check.read(objects, state, 10, link -> {});
    assertThat(faults).singleElement().asString().contains(what);
  }

  @Test
  void what_was_freed_with_its_last_reference_cannot_be_shared_again() throws IOException {
    long start = shared();
    try (Batch batch = store.begin()) {
      batch.freeBlocks(start + 12, 1, head.get(0)[2]);
      assertThat(batch.shareBlocks(start + 11, 2)).isFalse();
      assertThat(batch.shareBlocks(start + 11, 1)).isTrue();
      batch.freeBlocks(start + 4, 1, head.get(0)[2]);
      assertThat(batch.shared(start + 4, 1)).isEmpty();
      assertThat(batch.shareBlocks(start + 4, 1)).isTrue();
      batch.freeBlocks(start + 4, 1, head.get(0)[2]);
      batch.freeBlocks(start + 4, 1, head.get(0)[2]);
      assertThat(batch.shareBlocks(start + 4, 1)).isFalse();
      BlockRun fresh = batch.allocateBlocks(1);
      assertThat(batch.shareBlocks(fresh.start(), 1)).isTrue();
      batch.freeBlocks(fresh.start(), 1, batch.sequence());
      batch.freeBlocks(fresh.start(), 1, batch.sequence());
      assertThat(batch.shareBlocks(fresh.start(), 1)).isFalse();
      batch.commit(new byte[0], true);
    }
    try (Batch batch = store.begin()) {
      assertThat(batch.shareBlocks(start + 12, 1)).isFalse();
      assertThat(batch.shareBlocks(1 << 30, 1)).isFalse();
    }
  }

  @Test
  void an_object_is_freed_with_its_last_reference() throws IOException {
    shared();
    ObjectPointer[] object = new ObjectPointer[1];
    long first = commit(batch -> object[0] = batch.putObject(ByteBuffer.allocate(1000)));
    long grains = store.unitsUsed(SegmentKind.GRAIN);
    long second = commit(batch -> assertThat(batch.shareObject(object[0])).isTrue());
    assertThat(objectFaults(object[0], first)).singleElement().asString().contains("should have 2");
    assertThat(objectFaults(object[0], first, second)).isEmpty();
    assertThat(objectFaults(object[0], first, second, second))
        .singleElement()
        .asString()
        .contains("something else refers to, too");
    commit(batch -> batch.freeObject(object[0], first));
    assertThat(objectFaults(object[0], second)).isEmpty();
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isEqualTo(grains);
    try (Batch batch = store.begin()) {
      batch.freeObject(object[0], second);
      assertThat(batch.shareObject(object[0])).as("freed by the batch").isFalse();
      ObjectPointer fresh = batch.putObject(ByteBuffer.allocate(10));
      assertThatThrownBy(() -> batch.shareObject(fresh))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of the batch itself");
      batch.freeObject(fresh);
      batch.commit(new byte[0], true);
    }
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isEqualTo(grains - 16);
    try (Batch batch = store.begin()) {
      assertThat(batch.shareObject(object[0])).as("freed before").isFalse();
    }
  }

  private List<String> objectFaults(ObjectPointer object, long... births) throws IOException {
    List<String> faults = new ArrayList<>();
    StoreCheck check = store.check((where, what) -> faults.add(where + ": " + what));
    check.checkSegments();
    head.forEach(each -> check.blocks(each[0], each[1], each[2], "head"));
    for (long birth : births) {
      check.object(object, birth, "head");
    }
    assertThat(check.checkKept()).isNotNull();
    check.finishHeld();
    check.finish();
    return faults;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void no_more_references_can_be_dropped_than_there_are(boolean kept) throws IOException {
    long start = shared();
    if (kept) {
      commit(batch -> batch.keep("a"));
    }
    try (Batch batch = store.begin()) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 3; i++) {
                  batch.freeBlocks(start + 3, 3 - i, 1);
                }
                batch.commit(new byte[0], true);
              })
          .hasMessageContaining("twice");
    }
    commit(
        batch -> {
          batch.freeBlocks(start + 3, 3, 1);
          batch.freeBlocks(start + 4, 2, 1);
        });
    assertThat(store.shared(start, 16).isEmpty()).isFalse();
  }

  @Test
  void who_shares_no_more_has_a_container_as_if_he_never_had() throws IOException {
    long start = shared();
    assertThat(store.base().record().shares().nodes()).isOne();
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isOne();
    commit(batch -> batch.freeBlocks(start + 2, 8, head.get(1)[2]));
    assertThat(store.base().record().shares()).isEqualTo(ShareState.NONE);
    assertThat(store.unitsUsed(SegmentKind.GRAIN)).isZero();
    assertThat(store.unitsUsed(SegmentKind.BLOCK)).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothing_is_wrong_after_random_sharing_and_keeping(long seed) throws IOException {
    Random random = new Random(seed);
    store = MultiStore.create(raw, 0, 0);
    SpaceModel model = new SpaceModel(random).shortening().sharing();
    for (int i = 0; i < 30; i++) {
      String name = "revision " + i;
      String old = "revision " + (i - 6);
      model.commit(
          store,
          20,
          true,
          batch -> {
            batch.keep(name);
            if (store.keptRevision(old).isPresent()) {
              batch.drop(old);
            }
            batch.reclaim(random.nextInt(50));
          });
      List<String> faults = new ArrayList<>();
      StoreCheck check = store.check((where, what) -> faults.add(where + ": " + what));
      check.checkState();
      model.reach(check, 0, true);
      long before = 0;
      for (KeptRevision each : check.checkKept()) {
        SpaceModel revision = new SpaceModel(random);
        revision.adoptAndVerify(store, each.root(), each.sequence());
        revision.reach(check, before, false);
        before = each.sequence();
      }
      check.finishHeld();
      check.finish();
      assertThat(faults).isEmpty();
    }
  }
}
