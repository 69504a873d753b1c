package dev.capsa.tck;

import static dev.capsa.tck.Capability.WRITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Files.delete} and {@code deleteIfExists}. */
@Needs(WRITING)
public abstract class DeleteContract extends Contract {
  protected DeleteContract(Subject subject) {
    super(subject);
  }

  @Statement(66)
  @Test
  void files_and_empty_directories_go() throws IOException {
    Files.delete(file("f", "content"));
    Files.delete(directory("d"));
    assertThat(names(dir)).isEmpty();
  }

  @Statement(66)
  @Test
  void a_missing_file_is_told() throws IOException {
    refused(NoSuchFileException.class, () -> Files.delete(at("missing")));
    refused(NoSuchFileException.class, () -> Files.delete(at("missing/f")));
    refusedNaming(at("missing"), () -> Files.delete(at("missing")));
  }

  @Statement(66)
  @Test
  void deleteIfExists_says_whether_it_did() throws IOException {
    file("f", "content");
    assertThat(Files.deleteIfExists(at("f"))).isTrue();
    assertThat(Files.deleteIfExists(at("f"))).isFalse();
    assertThat(Files.deleteIfExists(at("missing/f"))).isFalse();
  }

  @Statement(66)
  @Test
  void a_directory_with_entries_stays() throws IOException {
    Path directory = directory("d");
    file("d/entry", "x");
    refused(DirectoryNotEmptyException.class, () -> Files.delete(directory));
    refused(DirectoryNotEmptyException.class, () -> Files.deleteIfExists(directory));
    Files.delete(at("d/entry"));
    Files.delete(directory);
  }

  @Statement(66)
  @Test
  void a_file_has_nothing_in_it_to_delete() throws IOException {
    file("f", "content");
    refusedNaming(at("f/g"), () -> Files.delete(at("f/g")));
  }

  @Statement(66)
  @Test
  void the_root_stays() {
    assertThat(catchThrowable(() -> Files.delete(fs.getPath("/"))))
        .isInstanceOf(FileSystemException.class);
    assertThat(Files.isDirectory(fs.getPath("/"))).isTrue();
  }

  @Statement(66)
  @Test
  void a_path_that_ends_in_dots_is_not_deleted() throws IOException {
    directory("d");
    directory("d/sub");
    for (String path : new String[] {"d/.", "d/sub/.."}) {
      assertThat(catchThrowable(() -> Files.delete(dir.resolve(path))))
          .isInstanceOf(FileSystemException.class);
    }
    assertThat(names(dir)).containsExactly("d");
  }

  @Statement(27)
  @Test
  void null_is_refused() {
    thrown(NullPointerException.class, () -> Files.delete(null));
    thrown(NullPointerException.class, () -> Files.deleteIfExists(null));
    thrown(NullPointerException.class, () -> fs.provider().delete(null));
  }

  @Statement(66)
  @Test
  void a_name_is_free_again() throws IOException {
    Files.delete(file("x", "content"));
    directory("x");
    file("x/y", "content");
    Files.delete(at("x/y"));
    Files.delete(at("x"));
    file("x", "new");
    assertThat(content(at("x"))).isEqualTo("new");
  }

  @Statement({16, 66})
  @Test
  void threads_delete_a_file_once() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path file = file("f", "content");
      assertThat(inThreads(4, () -> Files.deleteIfExists(file))).containsOnlyOnce(true);
    }
  }

  @Statement({16, 66})
  @Test
  void a_directory_is_not_deleted_while_it_gets_an_entry() throws Exception {
    for (int round = 0; round < 30; round++) {
      Path directory = directory("d" + round);
      AtomicInteger turn = new AtomicInteger();
      var done =
          inThreads(
              2, () -> turn.getAndIncrement() == 0 ? makeIn(directory) : deleteEmpty(directory));
      assertThat(done).as("one of making and deleting wins").containsOnlyOnce(true);
    }
  }

  private static boolean makeIn(Path directory) throws IOException {
    try {
      Files.createFile(directory.resolve("f"));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean deleteEmpty(Path directory) throws IOException {
    try {
      Files.delete(directory);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  @Statement(66)
  @ParameterizedTest
  @CsvSource({
    "missing,NoSuchFile",
    "file,gone",
    "empty,gone",
    "full,NotEmpty",
    "below,Refused",
  })
  void every_kind_is_deleted_or_not(String kind, String result) throws IOException {
    Path path = at(kind.equals("below") ? "x/y" : "x");
    switch (kind) {
      case "file", "below" -> file("x", "content");
      case "empty" -> directory("x");
      case "full" -> {
        directory("x");
        file("x/inner", "");
      }
      default -> assertThat(isThere(path)).isFalse();
    }
    switch (result) {
      case "NoSuchFile" -> {
        refused(NoSuchFileException.class, () -> Files.delete(path));
        assertThat(Files.deleteIfExists(path)).isFalse();
      }
      case "NotEmpty" -> {
        refused(DirectoryNotEmptyException.class, () -> Files.delete(path));
        refusedNaming(path, () -> Files.deleteIfExists(path));
      }
      case "Refused" -> refusedNaming(path, () -> Files.delete(path));
      default -> {
        Files.delete(path);
        assertThat(isThere(path)).isFalse();
      }
    }
  }
}
