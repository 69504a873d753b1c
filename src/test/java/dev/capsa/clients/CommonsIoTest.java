package dev.capsa.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.file.Counters;
import org.apache.commons.io.file.PathUtils;
import org.apache.commons.io.file.StandardDeleteOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commons IO works on trees in a container, and between a container and the default file system.
 */
class CommonsIoTest {
  @TempDir Path folder;
  private FileSystem fs;
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    fs = Capsa.open(folder.resolve("tree.capsa"), Capsa.options().create(true));
    tree = Files.createDirectory(fs.getPath("/tree"));
    for (int i = 0; i < 5; i++) {
      Path directory = Files.createDirectories(tree.resolve("d" + i + "/deep/er"));
      for (int j = 0; j < 20; j++) {
        Files.write(directory.resolve("f" + j), new byte[i * 1000 + j]);
      }
    }
    Files.createDirectory(tree.resolve("empty"));
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void a_tree_is_copied_out_and_in_and_is_the_same() throws IOException {
    Path outside = folder.resolve("outside");
    Counters.PathCounters out = PathUtils.copyDirectory(tree, outside);
    assertThat(out.getFileCounter().get()).isEqualTo(100);
    assertThat(PathUtils.directoryAndFileContentEquals(tree, outside)).isTrue();
    Path again = fs.getPath("/again");
    PathUtils.copyDirectory(outside, again);
    assertThat(PathUtils.directoryAndFileContentEquals(tree, again)).isTrue();
    Files.write(again.resolve("d1/deep/er/f3"), new byte[] {1});
    assertThat(PathUtils.directoryAndFileContentEquals(tree, again)).isFalse();
  }

  @Test
  void a_tree_is_counted_and_deleted() throws IOException {
    Counters.PathCounters counted = PathUtils.countDirectory(tree);
    assertThat(counted.getFileCounter().get()).isEqualTo(100);
    assertThat(counted.getByteCounter().get()).isEqualTo(5 * 190 + 20 * 10_000);
    Counters.PathCounters deleted = PathUtils.delete(tree, StandardDeleteOption.OVERRIDE_READ_ONLY);
    assertThat(deleted.getFileCounter().get()).isEqualTo(100);
    assertThat(tree).doesNotExist();
  }

  @Test
  void a_tree_is_cleaned_of_its_files() throws IOException {
    PathUtils.cleanDirectory(tree);
    Counters.PathCounters left = PathUtils.countDirectory(tree);
    assertThat(left.getFileCounter().get()).isZero();
    assertThat(left.getDirectoryCounter().get()).isEqualTo(17);
    assertThat(PathUtils.isEmptyDirectory(tree.resolve("d1/deep/er"))).isTrue();
  }
}
