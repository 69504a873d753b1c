package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.inode.InodeException.Reason;
import dev.capsa.repo.Durability;
import dev.capsa.repo.View;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MapConcurrencyTest extends ConcurrencyContract {
  @Override
  Rig newRig(Durability durability) {
    return Rig.of(new MapHead(durability));
  }

  @Test
  void a_cut_at_any_moment_is_sound() throws Exception {
    MapHead head = new MapHead();
    CatalogFileTree busy = CatalogFileTree.create(head, head, clock(), HOW_DIRECTORY);
    AtomicInteger left = new AtomicInteger(4);
    together(
        5,
        (thread, random) -> {
          if (thread == 0) {
            while (left.get() > 0) {
              try (View view = head.cut().view()) {
                assertThat(faults(view)).isEmpty();
              }
            }
            return;
          }
          for (int i = 0; i < 2000; i++) {
            byte[] x = name("n" + random.nextInt(5));
            byte[] y = name("n" + random.nextInt(5));
            Entry there = busy.lookup(ROOT, x);
            long inner =
                there != null && there.kind() == FileKind.DIRECTORY ? there.inode() : ROOT;
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
