package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything in the share index of a store, which must be as FORMAT.md says. */
final class ShareWalk {
  /** Grains of its nodes. */
  final Set<List<Integer>> objects = new HashSet<>();

  /** Count of each unit that has one. */
  final Map<List<Integer>, Integer> counts = new HashMap<>();

  private ShareWalk() {}

  static ShareWalk of(MultiStore store) {
    ShareWalk walk = new ShareWalk();
    ShareState state = store.base().record().shares();
    long[] nodes = new long[1];
    long[] end = new long[1];
    int[] last = new int[1];
    new StateIndex(StateObjects.of(store), IndexLayout.SHARE_MAGIC, state.index())
        .visit(
            new StateIndex.Visitor() {
              @Override
              public void node(Link link) {
                nodes[0]++;
                ObjectId id = new ObjectId(link.pointer().id());
                for (int i = 0; i < MultiStore.grains(link.pointer().length()); i++) {
                  walk.objects.add(
                      List.of(SegmentKind.GRAIN.ordinal(), id.segment(), id.slot() + i));
                }
              }

              @Override
              public void item(byte[] key, byte[] value) {
                UnitShare share;
                try {
                  share = UnitShare.decode(key, value);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
                assertThat(share.start()).isGreaterThanOrEqualTo(end[0]);
                assertThat(share.start() == end[0] && share.count() == last[0])
                    .as("%s is joined with the one before", share)
                    .isFalse();
                end[0] = share.end();
                last[0] = share.count();
                for (long unit = share.start(); unit < share.end(); unit++) {
                  walk.counts.put(SpaceModel.unit(unit), share.count());
                }
              }

              @Override
              public void fault(Link link, IOException cause) {
                throw new AssertionError(cause);
              }
            });
    assertThat(state.nodes()).isEqualTo(nodes[0]);
    return walk;
  }

  static long grains(MultiStore store) {
    return of(store).objects.size();
  }
}
