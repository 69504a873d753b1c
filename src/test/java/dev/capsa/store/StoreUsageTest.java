package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The figures of what takes the space are those of a walk over all of it. */
class StoreUsageTest {

  @Test
  void after_each_step_the_figures_are_those_of_a_full_walk() throws IOException {
    for (long seed = 1; seed <= 8; seed++) {
      Random random = new Random(seed);
      MultiStoreSpaceTest.KeptStorage raw =
          new MultiStoreSpaceTest.KeptStorage(new MemoryRawStorage());
      MultiStore store = MultiStore.create(raw, 0, 0);
      SpaceModel model = new SpaceModel(random).shortening();
      boolean sharing = seed % 2 == 0;
      if (sharing) {
        model.sharing();
      }
      Map<String, Long> names = new TreeMap<>();
      for (int i = 0; i < 40; i++) {
        model.freeing(random.nextInt(5));
        if (sharing) {
          model.shareFrom(anyOf(store, random));
        }
        int dice = random.nextInt(5);
        model.commit(
            store,
            random.nextInt(20),
            random.nextBoolean(),
            batch -> {
              if (dice == 0) {
                batch.reclaim(1 + random.nextInt(20));
              } else if (dice == 1 && !names.isEmpty()) {
                String gone = new ArrayList<>(names.keySet()).get(random.nextInt(names.size()));
                batch.drop(gone);
                names.remove(gone);
              } else if (dice == 2 || dice == 3) {
                String name = "revision " + batch.sequence();
                batch.keep(name);
                names.put(name, batch.sequence());
              }
            });
        if (random.nextInt(8) == 0) {
          store.close();
          store = MultiStore.open(raw, false, 0);
        }
        compare(store, raw.length(), "seed " + seed + ", step " + i);
      }
      store.close();
    }
  }

  /** A kept revision, if there is one. */
  private static List<SpaceModel> anyOf(MultiStore store, Random random) throws IOException {
    List<KeptRevision> kept = store.keptRevisions();
    if (kept.isEmpty()) {
      return List.of();
    }
    KeptRevision one = kept.get(random.nextInt(kept.size()));
    SpaceModel model = new SpaceModel(new Random(1));
    model.adoptAndVerify(store, one.root(), one.sequence());
    return List.of(model);
  }

  private static void compare(MultiStore store, long length, String what) throws IOException {
    Map<String, Set<List<Integer>>> kept = new LinkedHashMap<>();
    for (KeptRevision revision : store.keptRevisions()) {
      kept.put(revision.name(), units(store, revision.root(), revision.sequence()));
    }
    Set<List<Integer>> head = units(store, store.root(), store.sequence());
    Set<List<Integer>> held = new HashSet<>();
    kept.values().forEach(held::addAll);
    held.removeAll(head);
    Map<String, Long> unique = new LinkedHashMap<>();
    kept.forEach(
        (name, units) -> {
          Set<List<Integer>> alone = new HashSet<>(units);
          alone.removeAll(head);
          kept.forEach((other, theirs) -> alone.removeAll(other.equals(name) ? Set.of() : theirs));
          unique.put(name, bytes(alone));
        });
    StoreUsage usage = store.usage();
    assertThat(usage.lengthBytes()).as(what).isEqualTo(length);
    assertThat(usage.liveBytes()).as(what).isEqualTo(bytes(head));
    assertThat(usage.keptBytes()).as(what).isEqualTo(bytes(held));
    assertThat(usage.uniqueBytes()).as(what).isEqualTo(unique);
    assertThat(usage.sharedBytes()).as(what).isEqualTo(sharedBytes(store));
    assertThat(usage.uniqueBytes().keySet()).as(what).containsExactlyElementsOf(unique.keySet());
    assertThat(usage.reclaimableBytes() > 0).as(what).isEqualTo(store.isReclaimable());
    long meta = 0;
    for (CommitRecord.MetaSegment each : store.base().record().metaSegments()) {
      meta += Bitmaps.count(each.bitmap()) * 4096L;
    }
    long rings = (64L << 10) + Math.min(64 << 10, Math.max(0, length - (1 << 20)));
    assertThat(usage.metadataBytes()).as(what).isEqualTo(meta + rings + objects(store));
    long used =
        16384 * store.unitsUsed(SegmentKind.NODE)
            + 64 * store.unitsUsed(SegmentKind.GRAIN)
            + 4096 * store.unitsUsed(SegmentKind.BLOCK);
    assertThat(usage.freeBytes()).as(what).isEqualTo(length - used - meta - rings);
    assertThat(usage.freeBytes()).as(what).isEqualTo(store.unusedBytes());
    assertThat(
            usage.liveBytes()
                + usage.keptBytes()
                + usage.reclaimableBytes()
                + usage.metadataBytes()
                + usage.freeBytes())
        .as(what)
        .isEqualTo(length);
  }

  /** Bytes of the objects of the kept state and of share counts. */
  private static long objects(MultiStore store) {
    long[] bytes = new long[1];
    CommitRecord record = store.base().record();
    KeptWalk.Visitor visitor =
        new KeptWalk.Visitor() {
          @Override
          public void object(Link link) {
            bytes[0] += MultiStore.grains(link.pointer().length()) * 64L;
          }

          @Override
          public void revision(KeptRevision revision) {}

          @Override
          public void dead(long list, long birth, long run) {}

          @Override
          public void fault(String what) {
            throw new AssertionError(what);
          }
        };
    new KeptWalk(StateObjects.of(store), record.kept(), record.sequence(), visitor).run();
    new StateIndex(StateObjects.of(store), IndexLayout.SHARE_MAGIC, record.shares().index())
        .visit(
            new StateIndex.Visitor() {
              @Override
              public void node(Link link) {
                visitor.object(link);
              }

              @Override
              public void item(byte[] key, byte[] value) {}

              @Override
              public void fault(Link link, IOException cause) {
                throw new AssertionError(cause);
              }
            });
    return bytes[0];
  }

  /** Of units to which the newest state leads several times. */
  private static long sharedBytes(MultiStore store) throws IOException {
    SpaceModel model = new SpaceModel(new Random(1));
    model.adoptAndVerify(store, store.root(), store.sequence());
    Map<List<Integer>, List<Long>> shared = model.units();
    shared.values().removeIf(births -> births.size() == 1);
    return bytes(shared.keySet());
  }

  private static Set<List<Integer>> units(MultiStore store, byte[] root, long sequence)
      throws IOException {
    SpaceModel model = new SpaceModel(new Random(1));
    model.adoptAndVerify(store, root, sequence);
    return model.units().keySet();
  }

  private static long bytes(Set<List<Integer>> units) {
    return units.stream().mapToLong(unit -> SegmentKind.values()[unit.get(0)].unitBytes()).sum();
  }
}
