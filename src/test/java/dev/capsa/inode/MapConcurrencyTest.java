package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.inode.FileTree.FileHandle;
import dev.capsa.inode.InodeException.Reason;
import dev.capsa.repo.Durability;
import dev.capsa.repo.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MapConcurrencyTest extends ConcurrencyContract {
  private MapHead head;

  @Override
  Rig newRig(Durability durability) {
    head = new MapHead(durability);
    return Rig.of(head);
  }

  @Test
  void a_read_at_the_moment_of_a_truncation_or_write_sees_one_or_the_other() throws Exception {
    long a = file(ROOT, "a");
    fill(a, "x".repeat(100));
    try (FileHandle writer = tree.open(a);
        FileHandle reader = tree.open(a)) {
      List<Integer> counts = new ArrayList<>();
      head.atTheEnd = () -> counts.add(readAll(reader));
      writer.truncate(60);
      writer.append(buffer("x".repeat(20)));
      writer.truncate(0);
      head.atTheEnd = () -> {};
      assertThat(counts).containsExactly(60, 80, 0);
    }
  }

  /** Bytes read, by two reads: one that surely is inside and one to the end. All are x. */
  private static int readAll(FileHandle handle) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(200).limit(70);
      int first = Math.max(0, handle.read(0, bytes));
      bytes.limit(200);
      int count = first + Math.max(0, handle.read(first, bytes));
      assertThat(new String(bytes.array(), 0, count)).isEqualTo("x".repeat(count));
      return count;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void names_that_change_before_they_are_locked_are_looked_up_again() throws Exception {
    file(ROOT, "a");
    long target = file(ROOT, "b");
    AtomicBoolean once = new AtomicBoolean();
    head.afterView =
        () -> {
          if (once.compareAndSet(false, true)) {
            swapBoth();
          }
        };
    tree.rename(ROOT, name("a"), ROOT, name("b"), true);
    head.afterView = () -> {};
    assertThat(once).isTrue();
    assertThat(names(ROOT)).containsExactly("b");
    assertThat(find("b")).isGreaterThan(target);
    once.set(false);
    head.afterView =
        () -> {
          if (once.compareAndSet(false, true)) {
            swap("b");
          }
        };
    tree.remove(ROOT, name("b"));
    assertThat(names(ROOT)).isEmpty();
  }

  private void swapBoth() {
    swap("a");
    swap("b");
  }

  private void swap(String name) {
    try {
      tree.remove(ROOT, name(name));
      file(ROOT, name);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void a_cut_at_any_moment_is_sound() throws Exception {
    MapHead cuts = new MapHead();
    CatalogFileTree busy = CatalogFileTree.create(cuts, cuts, clock(), HOW_DIRECTORY);
    AtomicInteger left = new AtomicInteger(4);
    together(
        5,
        (thread, random) -> {
          if (thread == 0) {
            while (left.get() > 0) {
              try (View view = cuts.cut().view()) {
                assertThat(faults(view)).isEmpty();
              }
            }
            return;
          }
          for (int i = 0; i < 2000; i++) {
            byte[] x = name("n" + random.nextInt(5));
            byte[] y = name("n" + random.nextInt(5));
            Entry there = busy.lookup(ROOT, x);
            long inner = there != null && there.kind() == FileKind.DIRECTORY ? there.inode() : ROOT;
            int what = random.nextInt(6);
            attempt(
                EnumSet.allOf(Reason.class),
                () -> {
                  switch (what) {
                    case 0 -> busy.createFile(inner, y, new NewFile(0, "o" + y[1], "g" + x[1]));
                    case 1 -> busy.createDirectory(inner, y, HOW_DIRECTORY);
                    case 2 -> busy.remove(inner, y);
                    case 3 -> busy.rename(ROOT, x, inner, y, true);
                    case 4 -> busy.rename(inner, x, ROOT, y, true);
                    default -> busy.createLink(inner, y, there == null ? 99 : there.inode());
                  }
                });
          }
          left.decrementAndGet();
        });
  }
}
