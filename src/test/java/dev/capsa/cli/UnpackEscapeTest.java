package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.InodeValues;
import dev.capsa.raw.FileRawStorage;
import dev.capsa.repo.RootRecord;
import dev.capsa.store.Batch;
import dev.capsa.store.MultiStore;
import dev.capsa.tree.Changes;
import dev.capsa.tree.ItemKey;
import dev.capsa.tree.NodeCache;
import dev.capsa.tree.Tree;
import dev.capsa.tree.TreeRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container made with intent cannot write outside the directory that it is unpacked into. */
class UnpackEscapeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "../evil", "/evil", "a/../../evil"})
  void a_name_that_leads_out_is_not_followed(String name) throws IOException {
    Path container = folder.resolve("c.capsa");
    long inode;
    try (CapsaFileSystem fs = Capsa.create(container)) {
      Files.writeString(fs.getPath("/good"), "good");
      inode = (Long) Files.getAttribute(fs.getPath("/good"), "unix:ino");
    }
    plantEntry(container, name, inode);

    Path target = folder.resolve("below").resolve("target");
    CommandRun unpack = CommandRun.of("unpack", container, target);
    assertThat(target.resolve("good")).hasContent("good");
    try (Stream<Path> all = Files.walk(folder.resolve("below"))) {
      assertThat(all.filter(Files::isRegularFile))
          .as(unpack.err())
          .allMatch(it -> it.startsWith(target));
    }
    assertThat(Path.of("/evil")).doesNotExist();
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  private static void plantEntry(Path container, String name, long inode) throws IOException {
    try (MultiStore store = MultiStore.open(FileRawStorage.open(container, false), false, 0);
        Batch batch = store.begin()) {
      TreeRoot tree = RootRecord.decode(store.root()).tree();
      Changes changes = new Changes();
      changes.put(
          ItemKey.of(1, ItemKey.ENTRY, name.getBytes(StandardCharsets.UTF_8)),
          InodeValues.entry(inode, FileKind.FILE));
      byte[] root = store.root();
      Tree.apply(store, new NodeCache(1 << 20), batch, tree, changes)
          .encode(root, root.length - TreeRoot.BYTES);
      batch.commit(root, true);
    }
  }
}
