package dev.capsa.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy that replaces something does so when it is whole. */
class CopyReplacingTest {
  @TempDir Path folder;

  private static void fill(CapsaFileSystem fs) throws IOException {
    int size = 100_000;
    for (int i = 0; size > 0; i++) {
      try {
        Files.write(fs.getPath("/filler-" + i), new byte[size]);
      } catch (CapsaFullException e) {
        Files.deleteIfExists(fs.getPath("/filler-" + i));
        size = size == 1 ? 0 : size / 2;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"extents", "chain"})
  void without_room_for_the_copy_what_is_there_stays(String layout) throws IOException {
    Path container = folder.resolve("full.capsa");
    try (CapsaFileSystem other = Capsa.inMemory();
        CapsaFileSystem fs =
            Capsa.open(container, Capsa.options().create(true).layout(layout).maxSize(4_000_000))) {
      Path precious = fs.getPath("/precious");
      Files.writeString(precious, "precious");
      Path large = other.getPath("/large");
      Files.write(large, new byte[3_000_000]);
      fill(fs);
      fs.sync();
      assertThatThrownBy(() -> Files.copy(large, precious, REPLACE_EXISTING))
          .isInstanceOf(CapsaFullException.class);
      assertThatThrownBy(() -> Files.move(large, precious, REPLACE_EXISTING))
          .isInstanceOf(CapsaFullException.class);
      Path tree = Files.createDirectory(other.getPath("/tree"));
      Files.copy(large, tree.resolve("large"));
      for (Path source : new Path[] {large, tree}) {
        assertThatThrownBy(() -> fs.copyTree(source, precious, REPLACE_EXISTING))
            .isInstanceOf(CapsaFullException.class);
        assertThat(precious).hasContent("precious");
      }
      int refused = 0;
      Path tiny = other.getPath("/tiny");
      for (int size = 1; size < 60_000; size = size * 3 / 2 + 1) {
        Files.write(tiny, new byte[size]);
        try {
          Files.copy(tiny, precious, REPLACE_EXISTING);
          Files.writeString(precious, "precious");
        } catch (CapsaFullException e) {
          refused++;
          assertThat(precious).as("after a copy of %d bytes", size).hasContent("precious");
        }
      }
      assertThat(refused).isPositive();
      assertThat(large).exists();
      try (Stream<Path> all = Files.list(fs.getPath("/"))) {
        assertThat(all.map(Path::toString)).noneMatch(name -> name.startsWith("/.copied-"));
      }
    }
    assertThat(Capsa.check(container)).isEmpty();
  }

  @Test
  void files_links_and_empty_directories_replace_each_other() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path file = Files.writeString(fs.getPath("/file"), "text");
      Path link = Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("nowhere"));
      Path directory = Files.createDirectory(fs.getPath("/directory"));
      for (Path source : new Path[] {file, link, directory}) {
        for (Path replaced : new Path[] {file, link, directory}) {
          Path target = fs.getPath("/target");
          Files.copy(replaced, target, NOFOLLOW_LINKS);
          Files.copy(source, target, REPLACE_EXISTING, NOFOLLOW_LINKS);
          assertThat(Files.isSymbolicLink(target)).isEqualTo(source == link);
          assertThat(Files.isDirectory(target)).isEqualTo(source == directory);
          Files.delete(target);
        }
      }
      try (Stream<Path> all = Files.list(fs.getPath("/"))) {
        assertThat(all).hasSize(3);
      }
    }
  }

  @Test
  void a_directory_with_entries_is_not_replaced() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path file = Files.writeString(fs.getPath("/file"), "text");
      Files.createDirectories(fs.getPath("/directory/below"));
      assertThatThrownBy(() -> Files.copy(file, fs.getPath("/directory"), REPLACE_EXISTING))
          .isInstanceOf(DirectoryNotEmptyException.class)
          .hasMessage("/directory");
      assertThat(fs.getPath("/directory/below")).isDirectory();
    }
  }
}
