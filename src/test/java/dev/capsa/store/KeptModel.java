package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the kept revisions of a store must be: each reads as it was; just what the head, they, and
 * the kept state reach is allocated; each dead list names just what its revision reaches and the
 * next one does not, and besides only garbage; and the count of each block is the number of its
 * references in the head and on dead lists.
 */
final class KeptModel {
  private final Random random;

  KeptModel(Random random) {
    this.random = random;
  }

  /** What a walk of the kept state finds. */
  private static final class Found implements KeptWalk.Visitor {
    final Set<List<Integer>> objects = new HashSet<>();
    final List<KeptRevision> revisions = new ArrayList<>();
    final Map<Long, Map<List<Integer>, List<Long>>> dead = new HashMap<>();
    final Set<List<Integer>> garbage = new HashSet<>();

    /** References to blocks on all dead lists. */
    final Map<List<Integer>, Integer> references = new HashMap<>();

    @Override
    public void object(Link link) {
      ObjectId id = new ObjectId(link.pointer().id());
      for (int i = 0; i < MultiStore.grains(link.pointer().length()); i++) {
        List<Integer> unit = List.of(SegmentKind.GRAIN.ordinal(), id.segment(), id.slot() + i);
        assertThat(objects.add(unit)).as("%s comes once", link).isTrue();
      }
    }

    @Override
    public void revision(KeptRevision revision) {
      revisions.add(revision);
    }

    @Override
    public void dead(long list, long birth, long run) {
      for (int i = 0; i < DeadRuns.count(run); i++) {
        List<Integer> unit =
            List.of(DeadRuns.kind(run), DeadRuns.segment(run), DeadRuns.from(run) + i);
        references.merge(unit, 1, Integer::sum);
        if (birth > list) {
          garbage.add(unit);
        } else {
          dead.computeIfAbsent(list, it -> new HashMap<>())
              .merge(unit, List.of(birth), KeptModel::sum);
        }
      }
    }

    @Override
    public void fault(String what) {
      throw new AssertionError(what);
    }
  }

  /**
   * Compares everything.
   *
   * @param expected sequences of the kept revisions by name; null: whatever there is
   * @return the kept revisions that were found
   */
  List<KeptRevision> verify(MultiStore store, Map<String, Long> expected) throws IOException {
    CommitRecord record = store.base().record();
    Found found = new Found();
    new KeptWalk(StateObjects.of(store), record.kept(), record.sequence(), found).run();
    if (expected != null) {
      Map<String, Long> names = new TreeMap<>();
      found.revisions.forEach(each -> names.put(each.name(), each.sequence()));
      assertThat(names).isEqualTo(new TreeMap<>(expected));
    }
    assertThat(record.kept().count()).isEqualTo(found.revisions.size());
    assertThat(store.isReclaimable()).isEqualTo(!found.garbage.isEmpty());
    ShareWalk shares = ShareWalk.of(store);
    Set<List<Integer>> reached = new HashSet<>(found.objects);
    assertThat(Collections.disjoint(shares.objects, reached)).isTrue();
    reached.addAll(shares.objects);
    assertThat(Collections.disjoint(found.garbage, reached)).isTrue();
    Map<List<Integer>, List<Long>> later = units(store, store.root(), store.sequence());
    assertThat(Collections.disjoint(later.keySet(), reached)).isTrue();
    reached.addAll(found.garbage);
    reached.addAll(later.keySet());
    later.forEach((unit, births) -> found.references.merge(unit, births.size(), Integer::sum));
    Map<List<Integer>, Integer> shared = new HashMap<>(found.references);
    shared.values().removeIf(count -> count == 1);
    assertThat(shares.counts).isEqualTo(shared);
    for (int i = found.revisions.size() - 1; i >= 0; i--) {
      KeptRevision revision = found.revisions.get(i);
      Map<List<Integer>, List<Long>> here = units(store, revision.root(), revision.sequence());
      Map<List<Integer>, List<Long>> alone = without(here, later);
      assertThat(found.dead.getOrDefault(revision.sequence(), Map.of()))
          .as("dead list of %s", revision)
          .isEqualTo(alone);
      reached.addAll(here.keySet());
      later = here;
    }
    assertThat(allocated(store)).isEqualTo(reached);
    return found.revisions;
  }

  private static List<Long> sum(List<Long> one, List<Long> other) {
    return Stream.concat(one.stream(), other.stream()).sorted().toList();
  }

  /** References of one state that another one does not have. */
  private static Map<List<Integer>, List<Long>> without(
      Map<List<Integer>, List<Long>> state, Map<List<Integer>, List<Long>> later) {
    Map<List<Integer>, List<Long>> alone = new HashMap<>();
    state.forEach(
        (unit, births) -> {
          List<Long> left = new ArrayList<>(births);
          later.getOrDefault(unit, List.of()).forEach(left::remove);
          if (!left.isEmpty()) {
            alone.put(unit, left);
          }
        });
    return alone;
  }

  private Map<List<Integer>, List<Long>> units(MultiStore store, byte[] root, long sequence)
      throws IOException {
    SpaceModel model = new SpaceModel(random);
    model.adoptAndVerify(store, root, sequence);
    return model.units();
  }

  private static Set<List<Integer>> allocated(MultiStore store) throws IOException {
    Set<List<Integer>> units = new HashSet<>();
    for (int number = 0; number < store.table().count(); number++) {
      Segment segment = store.table().get(number);
      boolean holdsUnits = segment.kind() != SegmentKind.META && segment.kind() != SegmentKind.HOST;
      if (holdsUnits && segment.used() > 0) {
        long[] live = store.table().withPage(segment).allocator().live();
        for (int at = Bitmaps.nextSet(live, 0, segment.units());
            at < segment.units();
            at = Bitmaps.nextSet(live, at + 1, segment.units())) {
          units.add(List.of(segment.kind().ordinal(), number, at));
        }
      }
    }
    return units;
  }
}
