package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.CapsaFullException;
import dev.capsa.block.StoreContentStore;
import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.store.Batch;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.MemorySpace;
import dev.capsa.tree.Items;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeRoot;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept and dropped by rule, batch by batch; what happens when a batch cannot. */
class RetainingTest {
  private final MemorySpace space = new MemorySpace();
  private final NodeCache cache = new NodeCache(0);
  private final Items nothing = new Tree(space, cache, TreeRoot.EMPTY);
  private final Retaining retaining =
      new Retaining(space, new Holds(space, cache, new StoreContentStore(space, Layout.EXTENTS)));

  private final List<String> asked = new ArrayList<>();
  private IOException failure;
  private long sequence;

  @BeforeEach
  void keepTwo() {
    retaining.set(new RetentionRule(2, 0, 0));
    retaining.begin();
  }

  /** A batch that notes what it is asked for, and fails if that is said. */
  private Batch batch() {
    sequence++;
    asked.clear();
    return (Batch)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Batch.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("sequence")) {
                return sequence;
              }
              asked.add(method.getName() + " " + ((String) arguments[0]).substring(1));
              if (failure != null) {
                throw failure;
              }
              return null;
            });
  }

  private void apply(boolean changed) throws IOException {
    retaining.apply(batch(), nothing, changed, false);
  }

  private boolean commit(boolean changed) throws IOException {
    apply(changed);
    return retaining.committed(new KeptRevision("", sequence, 0, new byte[0]));
  }

  @Test
  void the_oldest_goes_with_the_commit_that_keeps_one_more() throws IOException {
    assertThat(commit(true)).isFalse();
    assertThat(asked).containsExactly("keep 1");
    commit(true);
    assertThat(asked).containsExactly("keep 2");
    assertThat(commit(true)).isTrue();
    assertThat(asked).containsExactly("keep 3", "drop 1");
    commit(false);
    assertThat(asked).isEmpty();
    assertThat(retaining.isDue(nothing)).isFalse();
  }

  @Test
  void without_room_a_commit_is_made_without_keeping_then_without_dropping() throws IOException {
    commit(true);
    commit(true);
    failure = new CapsaFullException("no room");
    assertThatThrownBy(() -> apply(true)).isSameAs(failure);
    assertThat(retaining.failed()).as("it is not to blame").isFalse();
    assertThat(retaining.shrink()).isTrue();
    failure = null;
    retaining.set(new RetentionRule(1, 0, 0));
    apply(true);
    assertThat(asked).as("no keeping").containsExactly("drop 1");
    retaining.failed();
    assertThat(retaining.shrink()).isTrue();
    apply(true);
    assertThat(asked).as("no dropping").isEmpty();
    retaining.failed();
    assertThat(retaining.shrink()).as("nothing is left to leave out").isFalse();
    assertThat(commit(true)).isFalse();
    assertThat(retaining.isDue(nothing)).as("later it is tried again").isTrue();
    retaining.rest();
    assertThat(retaining.isDue(nothing)).as("but not by itself").isFalse();
    commit(false);
    assertThat(asked).containsExactly("keep " + sequence, "drop 1", "drop 2");
  }

  @Test
  void damage_ends_it_and_the_commit_is_made_without() throws IOException {
    failure = new CapsaCorruptException("the index");
    assertThatThrownBy(() -> apply(true)).isInstanceOf(CapsaCorruptException.class);
    assertThat(retaining.failed()).as("another attempt will not meet it").isTrue();
    commit(true);
    assertThat(asked).isEmpty();
    assertThat(retaining.isDue(nothing)).isFalse();
    assertThat(retaining.failed()).isFalse();
  }

  @Test
  void what_was_dropped_by_a_commit_that_failed_is_dropped_again() throws IOException {
    commit(true);
    commit(true);
    apply(true);
    assertThat(asked).contains("drop 1");
    assertThat(retaining.failed()).isFalse();
    commit(true);
    assertThat(asked).containsExactly("keep " + sequence, "drop 1");
  }

  @Test
  void a_commit_drops_no_more_than_some() throws IOException {
    retaining.set(new RetentionRule(1000, 0, 0));
    for (int i = 0; i < Retaining.MOST_DROPS + 5; i++) {
      commit(true);
    }
    retaining.set(RetentionRule.NONE);
    assertThat(retaining.isDue(nothing)).isTrue();
    commit(false);
    assertThat(asked).hasSize(Retaining.MOST_DROPS);
    assertThat(retaining.isDue(nothing)).isTrue();
    commit(false);
    assertThat(asked).hasSize(5);
    assertThat(retaining.isDue(nothing)).isFalse();
  }

  @Test
  void a_state_that_has_a_name_is_not_kept_twice() throws IOException {
    retaining.apply(batch(), nothing, true, true);
    retaining.committed(new KeptRevision("", sequence, 0, new byte[0]));
    assertThat(asked).isEmpty();
    assertThat(retaining.isDue(nothing)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 1, 99, true",
    "2, 0, 2, 0, false",
    "0, 10, 50, 9, true",
    "0, 10, 0, 10, false",
    "2, 10, 2, 9, true",
    "2, 10, 1, 10, true",
    "2, 10, 2, 10, false"
  })
  void one_stays_if_it_is_among_the_last_or_young(
      long last, long age, long newer, long old, boolean stays) {
    assertThat(new RetentionRule(last, age, 0).keeps(newer, old)).isEqualTo(stays);
  }

  @Test
  void a_rule_is_read_as_it_was_written_and_others_are_damage() throws IOException {
    RetentionRule rule = new RetentionRule(3, 1L << 50, 7);
    assertThat(RetentionRule.decode(rule.encode())).isEqualTo(rule);
    assertThat(RetentionRule.decode(null)).isEqualTo(RetentionRule.NONE);
    for (byte[] bad : new byte[][] {{}, new byte[23], new byte[25]}) {
      assertThatThrownBy(() -> RetentionRule.decode(bad)).isInstanceOf(CapsaCorruptException.class);
    }
    byte[] negative = rule.encode();
    negative[7] = -1;
    assertThatThrownBy(() -> RetentionRule.decode(negative))
        .isInstanceOf(CapsaCorruptException.class);
  }
}
