package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadListTest {
  private final MapObjects objects = new MapObjects();

  /** A list as it lies in the file, and what it holds: births by run. */
  private static final class Stored {
    Link heap = Link.NONE;
    Link tail = Link.NONE;
    TreeMap<Long, Long> model = new TreeMap<>();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void lists_hold_what_was_put_in_and_not_taken_out(long seed) throws IOException {
    Random random = new Random(seed);
    List<Stored> all = new ArrayList<>();
    int run = 0;
    for (int step = 0; step < 400; step++) {
      if (all.isEmpty() || random.nextInt(8) == 0) {
        all.add(new Stored());
      }
      Stored one = all.get(random.nextInt(all.size()));
      DeadList list = new DeadList(objects, one.heap, one.tail);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          DeadRuns more = new DeadRuns(0);
          for (int i = random.nextInt(random.nextInt(5) == 0 ? 3000 : 40); i > 0; i--) {
            long birth = 1 + random.nextInt(1000);
            more.append(birth, place(run));
            one.model.put(place(run++), birth);
          }
          list.add(more);
        }
        case 2 -> {
          list.seal();
          long limit = random.nextInt(1001);
          int most = 1 + random.nextInt(600);
          int taken =
              list.takeAbove(
                  limit,
                  most,
                  (kind, segment, from, count) -> {
                    Long birth = one.model.remove(DeadRuns.run(kind, segment, from, count));
                    assertThat(birth).isGreaterThan(limit);
                  });
          boolean left = one.model.values().stream().anyMatch(birth -> birth > limit);
          assertThat(left).isEqualTo(list.highest() > limit);
          assertThat(taken).isLessThan(most + DeadLayout.MOST_REFERENCES);
          assertThat(left && taken < most).isFalse();
        }
        default -> {
          Stored other = all.get(random.nextInt(all.size()));
          if (other != one) {
            DeadList more = new DeadList(objects, other.heap, other.tail);
            more.seal();
            list.join(more);
            one.model.putAll(other.model);
            all.remove(other);
          }
        }
      }
      one.tail = list.writeTail();
      one.heap = list.write();
      assertThat(runs(one)).isEqualTo(one.model);
    }
    int pages = 0;
    for (Stored each : all) {
      pages += pages(each.heap) + pages(each.tail);
    }
    assertThat(objects.stored).as("no page leaks").hasSize(pages);
  }

  @Test
  void taking_out_little_of_a_long_list_touches_few_pages() throws IOException {
    Random random = new Random(7);
    DeadList list = new DeadList(objects, Link.NONE, Link.NONE);
    DeadRuns many = new DeadRuns(0);
    for (int i = 0; i < 250_000; i++) {
      many.append(1 + random.nextInt(1000), place(i));
    }
    for (int i = 0; i < 500; i++) {
      many.append(2000, place(300_000 + i));
    }
    list.add(many);
    list.seal();
    Link heap = list.write();
    assertThat(objects.stored.size()).isBetween(1000, 1010);
    objects.reads = 0;
    objects.writes = 0;
    DeadList again = new DeadList(objects, heap, Link.NONE);
    assertThat(again.takeAbove(1999, 10_000, (kind, segment, from, count) -> {})).isEqualTo(500);
    again.write();
    assertThat(objects.reads).isLessThan(60);
    assertThat(objects.writes).isLessThan(60);
    DeadList other = new DeadList(objects, Link.NONE, Link.NONE);
    other.add(many);
    other.seal();
    other.write();
    objects.writes = 0;
    again.join(other);
    again.write();
    assertThat(objects.writes).as("joining two lists of 1,000 pages").isLessThan(30);
  }

  private static long place(int number) {
    return DeadRuns.run(SegmentKind.NODE, number / 100, number % 100, 1);
  }

  private TreeMap<Long, Long> runs(Stored list) throws IOException {
    TreeMap<Long, Long> found = new TreeMap<>();
    collect(list.heap, found);
    collect(list.tail, found);
    return found;
  }

  private void collect(Link link, TreeMap<Long, Long> into) throws IOException {
    if (!link.isNone()) {
      DeadPage page = DeadPage.decode(objects.read(link.pointer()), link);
      for (int i = 0; i < page.runs().size(); i++) {
        into.put(page.runs().run(i), page.runs().birth(i));
      }
      collect(page.left(), into);
      collect(page.right(), into);
    }
  }

  private int pages(Link link) throws IOException {
    if (link.isNone()) {
      return 0;
    }
    DeadPage page = DeadPage.decode(objects.read(link.pointer()), link);
    return 1 + pages(page.left()) + pages(page.right());
  }
}
