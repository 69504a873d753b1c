package dev.capsa.inode;

import static dev.capsa.inode.FileTree.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.block.StoreContentStore.Layout;
import dev.capsa.repo.Durability;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A large directory; {@code -Dcapsa.entries=1000000} makes it as large as promised. */
class LargeTreeTest extends TreeTestBase {
  private static final int ENTRIES = Integer.getInteger("capsa.entries", 20_000);

  @Override
  Rig newRig(Durability durability) throws IOException {
    return new RepositoryRig(durability, Layout.EXTENTS);
  }

  @Test
  void a_large_directory_is_listed_searched_and_emptied() throws IOException {
    long d = directory(ROOT, "d");
    for (int i = 0; i < ENTRIES; i++) {
      tree.createFile(d, name("file" + i), HOW);
    }
    byte[] after = null;
    int seen = 0;
    List<Entry> some = tree.list(d, null, 1000);
    while (!some.isEmpty()) {
      for (Entry each : some) {
        assertThat(after == null || Arrays.compareUnsigned(after, each.name()) < 0).isTrue();
        after = each.name();
      }
      seen += some.size();
      some = tree.list(d, after, 1000);
    }
    assertThat(seen).isEqualTo(ENTRIES);
    assertThat(tree.lookup(d, name("file" + (ENTRIES - 1)))).isNotNull();
    assertThat(tree.lookup(d, name("file" + ENTRIES))).isNull();
    assertRefused(InodeException.Reason.DIRECTORY_NOT_EMPTY, () -> tree.remove(ROOT, name("d")));
    tree.rename(ROOT, name("d"), ROOT, name("e"), false);
    for (int i = 0; i < ENTRIES; i++) {
      tree.remove(d, name("file" + i));
    }
    assertThat(tree.list(d, null, 1)).isEmpty();
    tree.remove(ROOT, name("e"));
    assertThat(names(ROOT)).isEmpty();
  }
}
