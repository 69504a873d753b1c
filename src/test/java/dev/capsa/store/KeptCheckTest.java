package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check finds what is wrong with kept revisions. */
class KeptCheckTest {
  private final MultiStoreSpaceTest.KeptStorage raw =
      new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
  private final SpaceModel model = new SpaceModel(new Random(3));

  @BeforeEach
  void keep() throws IOException {
    MultiStore store = MultiStore.create(raw, 0, 0);
    model.commit(store, 40, true, batch -> batch.keep("a"));
    model.commit(store, 40, true);
    model.commit(store, 40, true, batch -> batch.keep("b"));
    model.commit(store, 40, true, batch -> batch.keep("c"));
    model.commit(store, 40, true, batch -> batch.drop("b"));
    model.commit(store, 40, true);
    store.close();
  }

  @Test
  void nothing_is_wrong_after_keeping_and_dropping() throws IOException {
    assertThat(faults(true)).isEmpty();
  }

  @Test
  void a_damaged_index_is_found() throws IOException {
    KeptState state = state();
    damage(state.index(), 20);
    assertThat(faults(false)).anyMatch(it -> it.contains("revision index cannot be read"));
  }

  @Test
  void a_damaged_dead_list_is_found() throws IOException {
    damage(state().tail(), 90);
    assertThat(faults(false)).anyMatch(it -> it.contains("dead list of revision"));
  }

  @Test
  void what_a_kept_revision_alone_holds_is_read() throws IOException {
    MultiStore store = MultiStore.open(raw, true, 0);
    List<Long> places = new ArrayList<>();
    new KeptWalk(
            StateObjects.of(store),
            store.base().record().kept(),
            store.sequence(),
            new Dead(store, places))
        .run();
    store.close();
    assertThat(places).isNotEmpty();
    flip(places.get(0));
    assertThat(faults(true)).isNotEmpty().allMatch(it -> it.startsWith("kept: "));
  }

  @Test
  void what_no_kept_revision_reaches_may_not_be_on_a_dead_list() throws IOException {
    MultiStore store = MultiStore.open(raw, true, 0);
    List<String> faults = new ArrayList<>();
    StoreCheck check = store.check((where, what) -> faults.add(where + ": " + what));
    check.checkSegments();
    model.reach(check, 0, true);
    assertThat(check.checkKept()).hasSize(2);
    check.finish();
    assertThat(faults).isEmpty();
    check.finishHeld();
    assertThat(faults).isNotEmpty().allMatch(it -> it.contains("no kept revision reaches them"));
    faults.clear();
    SpaceModel other = new SpaceModel(new Random(1));
    KeptRevision kept = store.keptRevision("c").orElseThrow();
    other.adoptAndVerify(store, kept.root(), kept.sequence());
    StoreCheck headless = store.check((where, what) -> faults.add(where + ": " + what));
    headless.checkSegments();
    headless.checkKept();
    faults.clear();
    other.reach(headless, 0, false);
    assertThat(faults).as("shared with the head, which was not counted").isNotEmpty();
  }

  /** Notes where dead objects in grains lie. */
  private record Dead(MultiStore store, List<Long> places) implements KeptWalk.Visitor {
    @Override
    public void object(Link link) {}

    @Override
    public void revision(KeptRevision revision) {}

    @Override
    public void dead(long list, long birth, long run) {
      try {
        Segment segment = store.table().get(DeadRuns.segment(run));
        if (birth <= list && segment.kind() == SegmentKind.GRAIN) {
          places.add(segment.physicalOffset + DeadRuns.from(run) * 64L);
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void fault(String what) {
      throw new AssertionError(what);
    }
  }

  private KeptState state() throws IOException {
    MultiStore store = MultiStore.open(raw, true, 0);
    return store.base().record().kept();
  }

  private void damage(Link link, int offset) throws IOException {
    MultiStore store = MultiStore.open(raw, true, 0);
    ObjectId id = new ObjectId(link.pointer().id());
    flip(store.table().get(id.segment()).physicalOffset + id.slot() * 64L + offset);
  }

  private void flip(long place) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    raw.read(place, one);
    raw.write(place, ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}));
  }

  private List<String> faults(boolean readable) throws IOException {
    MultiStore store = MultiStore.open(raw, true, 0);
    List<String> faults = new ArrayList<>();
    StoreCheck check = store.check((where, what) -> faults.add(where + ": " + what));
    check.checkState();
    model.reach(check, 0, true);
    List<KeptRevision> kept = check.checkKept();
    assertThat(kept != null).isEqualTo(readable);
    if (kept != null) {
      long before = 0;
      for (KeptRevision each : kept) {
        SpaceModel other = new SpaceModel(new Random(1));
        try {
          other.adoptAndVerify(store, each.root(), each.sequence());
        } catch (dev.capsa.CapsaCorruptException e) {
          // The check is to find that itself.
        }
        other.reach(check, before, false);
        before = each.sequence();
      }
      check.finishHeld();
      check.finish();
    }
    return faults;
  }
}
