package dev.capsa.store;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The dead list of a revision as a batch changes it: a heap of pages, by the highest birth of each,
 * and a tail, which is filled. The heap is a leftist tree: of two heaps below a page the left one's
 * rank is not lower, so a way to the right has at most log2(pages) pages, and that is what joining
 * costs. A page that is loaded is to be changed, so its place is freed at once; {@link #write}
 * writes all loaded ones.
 *
 * <p>Invariant: a page's highest birth is not below that of any page under it; a tail has none
 * under it. Confined to the thread of the batch.
 */
final class DeadList {
  private final StateObjects objects;
  private @Nullable Heap top;
  private @Nullable Heap tail;

  /** A heap: a link, or the topmost page, loaded. */
  private static final class Heap {
    Link link;
    long highest;
    int rank;
    @Nullable DeadRuns runs;
    @Nullable Heap left;
    @Nullable Heap right;

    Heap(Link link) {
      this.link = link;
      this.highest = link.highest();
      this.rank = link.rank();
    }

    Heap(DeadRuns runs) {
      this(Link.NONE);
      this.runs = runs;
      this.highest = runs.highestBirth();
      this.rank = 1;
    }

    static @Nullable Heap of(Link link) {
      return link.isNone() ? null : new Heap(link);
    }

    static int rank(@Nullable Heap heap) {
      return heap == null ? 0 : heap.rank;
    }
  }

  DeadList(StateObjects objects, Link heap, Link tail) {
    this.objects = objects;
    this.top = Heap.of(heap);
    this.tail = Heap.of(tail);
  }

  boolean isEmpty() {
    return top == null && tail == null;
  }

  /** Highest birth outside of the tail; 0 if there is none. */
  long highest() {
    return top == null ? 0 : top.highest;
  }

  /** Adds references: fills the tail, and puts what is full into the heap. */
  void add(DeadRuns more) throws IOException {
    if (more.isEmpty()) {
      return;
    }
    DeadRuns filling = tail == null ? new DeadRuns(16) : load(tail);
    Heap full = null;
    for (int i = 0; i < more.size(); i++) {
      if (filling.size() == DeadLayout.MOST_REFERENCES) {
        full = meld(full, new Heap(filling));
        filling = new DeadRuns(16);
      }
      filling.append(more.birth(i), more.run(i));
    }
    tail = new Heap(filling);
    top = meld(top, full);
  }

  /** Puts the tail into the heap. */
  void seal() throws IOException {
    top = meld(top, tail);
    tail = null;
  }

  /** Takes over the heap of another list, which is not used any more; it was sealed. */
  void join(DeadList other) throws IOException {
    top = meld(top, other.top);
    other.top = null;
  }

  /**
   * Takes out references born after a commit, page by page, until there are none or so many.
   *
   * @return how many
   */
  int takeAbove(long birth, int most, DeadRuns.Action action) throws IOException {
    int taken = 0;
    Heap kept = null;
    DeadRuns rest = new DeadRuns(16);
    while (top != null && top.highest > birth && taken < most) {
      Heap page = top;
      DeadRuns runs = load(page);
      top = meld(page.left, page.right);
      for (int i = 0; i < runs.size(); i++) {
        if (runs.birth(i) > birth) {
          DeadRuns.apply(runs.run(i), action);
          taken++;
        } else {
          if (rest.size() == DeadLayout.MOST_REFERENCES) {
            kept = meld(kept, new Heap(rest));
            rest = new DeadRuns(16);
          }
          rest.append(runs.birth(i), runs.run(i));
        }
      }
    }
    if (!rest.isEmpty()) {
      kept = meld(kept, new Heap(rest));
    }
    top = meld(top, kept);
    return taken;
  }

  /** Writes the heap's changed pages; where it is. */
  Link write() throws IOException {
    return write(top);
  }

  /** Writes the tail, if it was changed; where it is. */
  Link writeTail() throws IOException {
    return write(tail);
  }

  private @Nullable Heap meld(@Nullable Heap one, @Nullable Heap other) throws IOException {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    Heap upper = one.highest < other.highest ? other : one;
    Heap lower = upper == one ? other : one;
    load(upper);
    upper.right = meld(upper.right, lower);
    if (Heap.rank(upper.left) < Heap.rank(upper.right)) {
      Heap left = upper.left;
      upper.left = upper.right;
      upper.right = left;
    }
    upper.rank = Heap.rank(upper.right) + 1;
    return upper;
  }

  private DeadRuns load(Heap heap) throws IOException {
    DeadRuns loaded = heap.runs;
    if (loaded == null) {
      DeadPage page = DeadPage.decode(objects.read(heap.link.pointer()), heap.link);
      objects.free(heap.link.pointer());
      loaded = page.runs();
      heap.runs = loaded;
      heap.left = Heap.of(page.left());
      heap.right = Heap.of(page.right());
      heap.link = Link.NONE;
    }
    return loaded;
  }

  /** Without recursion, for ways to the left may be long. */
  private Link write(@Nullable Heap root) throws IOException {
    if (root == null) {
      return Link.NONE;
    }
    ArrayDeque<Heap> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      Heap heap = open.element();
      DeadRuns runs = heap.runs;
      Heap below = changedBelow(heap);
      if (below != null) {
        open.push(below);
      } else {
        open.pop();
        if (runs != null) {
          DeadPage page = new DeadPage(runs, linkOf(heap.left), linkOf(heap.right));
          heap.link = new Link(objects.put(page.encode()), heap.rank, heap.highest);
          heap.runs = null;
          heap.left = null;
          heap.right = null;
        }
      }
    }
    return root.link;
  }

  private static @Nullable Heap changedBelow(Heap heap) {
    if (heap.left != null && heap.left.runs != null) {
      return heap.left;
    }
    return heap.right != null && heap.right.runs != null ? heap.right : null;
  }

  private static Link linkOf(@Nullable Heap heap) {
    return heap == null ? Link.NONE : heap.link;
  }
}
