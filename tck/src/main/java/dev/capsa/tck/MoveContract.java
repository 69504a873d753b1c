package dev.capsa.tck;

import static dev.capsa.tck.Capability.FILE_KEYS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code Files.move}. */
@Needs(WRITING)
public abstract class MoveContract extends Contract {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

  protected MoveContract(Subject subject) {
    super(subject);
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, "fileKey", LinkOption.NOFOLLOW_LINKS).get("fileKey");
  }

  @Statement(64)
  @Test
  void a_file_moves_with_its_content_and_time() throws IOException {
    Path source = file("f", "content");
    Files.setLastModifiedTime(source, LONG_AGO);
    Path target = directory("d").resolve("g");
    assertThat((Object) Files.move(source, target)).isEqualTo(target);
    assertThat(isThere(source)).isFalse();
    assertThat(content(target)).isEqualTo("content");
    assertThat(Files.getLastModifiedTime(target)).isEqualTo(LONG_AGO);
  }

  @Statement({64, 74})
  @Needs(FILE_KEYS)
  @Test
  void a_moved_file_is_the_same_file() throws IOException {
    Object file = key(file("f", "content"));
    Object directory = key(directory("d"));
    Files.move(at("f"), at("g"));
    Files.move(at("d"), at("e"));
    assertThat(key(at("g"))).isNotNull().isEqualTo(file);
    assertThat(key(at("e"))).isNotNull().isEqualTo(directory);
  }

  @Statement(64)
  @Test
  void a_directory_moves_with_all_that_is_below() throws IOException {
    directory("d");
    directory("d/sub");
    file("d/sub/f", "content");
    directory("other");
    Files.move(at("d"), at("other/e"));
    assertThat(isThere(at("d"))).isFalse();
    assertThat(content(at("other/e/sub/f"))).isEqualTo("content");
  }

  @Statement(64)
  @Test
  void an_existing_target_is_not_replaced_unasked() throws IOException {
    Path source = file("f", "content");
    Path target = file("g", "old");
    Path directory = directory("d");
    refused(FileAlreadyExistsException.class, () -> Files.move(source, target));
    refused(FileAlreadyExistsException.class, () -> Files.move(source, directory));
    refused(FileAlreadyExistsException.class, () -> Files.move(directory, target));
    FileAlreadyExistsException e =
        refused(FileAlreadyExistsException.class, () -> Files.move(source, target));
    assertThat(e.getFile()).isEqualTo(target.toString());
  }

  @Statement(64)
  @Test
  void a_target_is_replaced_when_asked() throws IOException {
    file("f", "content");
    Files.move(at("f"), file("g", "old"), REPLACE_EXISTING);
    assertThat(content(at("g"))).isEqualTo("content");
    Files.move(at("g"), directory("d"), REPLACE_EXISTING);
    assertThat(content(at("d"))).isEqualTo("content");
    Files.move(directory("e"), at("d"), REPLACE_EXISTING);
    assertThat(at("d")).isEmptyDirectory();
    Files.move(directory("e"), at("d"), REPLACE_EXISTING);
    assertThat(names(dir)).containsExactly("d");
  }

  @Statement(64)
  @Test
  void a_directory_with_entries_is_not_replaced() throws IOException {
    Path source = file("f", "content");
    Path directory = directory("d");
    file("d/entry", "x");
    Path other = directory("e");
    refused(
        DirectoryNotEmptyException.class, () -> Files.move(source, directory, REPLACE_EXISTING));
    refused(DirectoryNotEmptyException.class, () -> Files.move(other, directory, REPLACE_EXISTING));
    assertThat(catchThrowable(() -> Files.move(other, directory, ATOMIC_MOVE)))
        .isInstanceOf(FileSystemException.class);
    assertThat(names(directory)).containsExactly("entry");
  }

  @Statement(65)
  @Test
  void ATOMIC_MOVE_replaces_a_file_without_being_asked() throws IOException {
    Path source = file("f", "content");
    Path target = file("g", "old");
    Files.move(source, target, ATOMIC_MOVE);
    assertThat(content(target)).isEqualTo("content");
    assertThat(names(dir)).containsExactly("g");
  }

  @Statement(65)
  @Test
  void ATOMIC_MOVE_ignores_the_other_options() throws IOException {
    file("f", "content");
    Files.move(at("f"), file("g", "old"), ATOMIC_MOVE, REPLACE_EXISTING);
    assertThat(content(at("g"))).isEqualTo("content");
  }

  @Statement(61)
  @Test
  void moving_a_file_to_itself_does_nothing() throws IOException {
    Path file = file("f", "content");
    Files.move(file, file);
    Files.move(file, file, REPLACE_EXISTING);
    Files.move(file, file, ATOMIC_MOVE);
    Files.move(file, dir.resolve("./f"), REPLACE_EXISTING);
    Path directory = directory("d");
    file("d/entry", "x");
    Files.move(directory, directory);
    assertThat(content(file)).isEqualTo("content");
    assertThat(names(directory)).containsExactly("entry");
  }

  @Statement(64)
  @Test
  void a_directory_does_not_move_into_itself() throws IOException {
    Path directory = directory("d");
    directory("d/sub");
    refused(FileSystemException.class, () -> Files.move(directory, at("d/new")));
    refused(FileSystemException.class, () -> Files.move(directory, at("d/sub/new")));
    refused(FileSystemException.class, () -> Files.move(directory, at("d/sub/new"), ATOMIC_MOVE));
    refused(FileAlreadyExistsException.class, () -> Files.move(directory, at("d/sub")));
  }

  @Statement(64)
  @Test
  void the_parent_is_not_replaced_by_what_lies_in_it() throws IOException {
    directory("d");
    Path inside = file("d/f", "x");
    refused(DirectoryNotEmptyException.class, () -> Files.move(inside, at("d"), REPLACE_EXISTING));
  }

  @Statement(64)
  @Test
  void a_missing_source_or_parent_is_told() throws IOException {
    Path file = file("f", "content");
    Path missing = at("missing");
    refused(NoSuchFileException.class, () -> Files.move(missing, at("g")));
    refused(NoSuchFileException.class, () -> Files.move(missing, at("g"), ATOMIC_MOVE));
    refused(NoSuchFileException.class, () -> Files.move(missing, file, REPLACE_EXISTING));
    refused(NoSuchFileException.class, () -> Files.move(file, missing.resolve("g")));
    refused(NoSuchFileException.class, () -> Files.move(file, missing.resolve("g"), ATOMIC_MOVE));
    refusedNaming(missing, () -> Files.move(missing, at("g")));
    refused(NoSuchFileException.class, () -> Files.move(missing, missing));
  }

  @Statement(64)
  @Test
  void a_file_is_no_parent() throws IOException {
    Path source = file("f", "content");
    Path inside = file("g", "x").resolve("h");
    refused(FileSystemException.class, () -> Files.move(source, inside));
    refusedNaming(inside, () -> Files.move(inside, at("new")));
  }

  @Statement(64)
  @Test
  void the_root_does_not_move() throws IOException {
    Path root = fs.getPath("/");
    Throwable thrown = catchThrowable(() -> Files.move(root, at("new")));
    assertThat(thrown).isInstanceOf(IOException.class);
    assertThat(names(dir)).isEmpty();
  }

  @Statement(63)
  @Test
  void options_that_moves_do_not_have_are_not_supported() throws IOException {
    Path source = file("f", "content");
    refused(
        UnsupportedOperationException.class, () -> Files.move(source, at("g"), COPY_ATTRIBUTES));
    refused(
        UnsupportedOperationException.class,
        () -> Files.move(source, at("g"), CopyContract.UnknownOption.UNKNOWN));
  }

  @Statement(27)
  @Test
  void null_is_refused() throws IOException {
    Path source = file("f", "content");
    refused(NullPointerException.class, () -> Files.move(source, null));
    refused(NullPointerException.class, () -> Files.move(null, source));
    refused(NullPointerException.class, () -> Files.move(source, at("g"), (CopyOption) null));
    refused(NullPointerException.class, () -> Files.move(source, at("g"), (CopyOption[]) null));
  }

  @Statement({16, 64})
  @Test
  void two_threads_move_a_file_once() throws Exception {
    for (int round = 0; round < 20; round++) {
      file("f", "content");
      AtomicInteger number = new AtomicInteger();
      var moved =
          inThreads(
              3,
              () -> {
                try {
                  Files.move(at("f"), at("to" + number.incrementAndGet()));
                  return true;
                } catch (NoSuchFileException e) {
                  return false;
                }
              });
      assertThat(moved).containsOnlyOnce(true);
      assertThat(names(dir)).hasSize(1);
      Files.delete(at(names(dir).get(0)));
    }
  }

  static Stream<Arguments> kinds() {
    List<String> kinds = List.of("missing", "file", "empty", "full");
    return kinds.stream()
        .flatMap(
            source ->
                kinds.stream()
                    .flatMap(
                        target ->
                            Stream.of(true, false)
                                .map(replace -> Arguments.of(source, target, replace))));
  }

  @Statement({64})
  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_is_moved_to_every_kind(String source, String target, boolean replace)
      throws IOException {
    Path from = make("from", source);
    Path to = make("to", target);
    CopyOption[] options = replace ? new CopyOption[] {REPLACE_EXISTING} : new CopyOption[0];
    if (source.equals("missing")) {
      refused(NoSuchFileException.class, () -> Files.move(from, to, options));
      refusedNaming(from, () -> Files.move(from, to, options));
    } else if (!target.equals("missing") && !replace) {
      refused(FileAlreadyExistsException.class, () -> Files.move(from, to, options));
      refusedNaming(to, () -> Files.move(from, to, options));
    } else if (target.equals("full")) {
      refused(DirectoryNotEmptyException.class, () -> Files.move(from, to, options));
      refusedNaming(to, () -> Files.move(from, to, options));
    } else {
      assertThat((Object) Files.move(from, to, options)).isEqualTo(to);
      assertThat(isThere(from)).isFalse();
      if (source.equals("file")) {
        assertThat(content(to)).isEqualTo("content of from");
      } else {
        assertThat(names(to)).isEqualTo(source.equals("full") ? List.of("inner") : List.of());
      }
    }
  }

  private Path make(String name, String kind) throws IOException {
    switch (kind) {
      case "file" -> file(name, "content of " + name);
      case "empty" -> directory(name);
      case "full" -> {
        directory(name);
        file(name + "/inner", "x");
      }
      default -> assertThat(isThere(at(name))).isFalse();
    }
    return at(name);
  }

  /** Whether a file replaces a directory, or the other way round, is left to the provider. */
  @Statement(65)
  @ParameterizedTest
  @CsvSource({
    "file,missing,done",
    "empty,missing,done",
    "full,missing,done",
    "file,file,done",
    "empty,empty,done",
    "full,empty,done",
    "file,empty,either",
    "file,full,refused",
    "empty,file,either",
    "full,file,either",
    "empty,full,refused",
    "full,full,refused",
    "missing,missing,refused",
    "missing,file,refused"
  })
  void an_atomic_move_is_done_whole_or_not_at_all(String source, String target, String result)
      throws IOException {
    Path from = make("from", source);
    Path to = make("to", target);
    Map<String, String> before = everything();
    Throwable refusal = catchThrowable(() -> Files.move(from, to, ATOMIC_MOVE));
    if (!result.equals("either")) {
      assertThat(refusal == null).isEqualTo(result.equals("done"));
    }
    if (refusal == null) {
      assertThat(isThere(from)).isFalse();
      assertThat(Files.isDirectory(to)).isEqualTo(!source.equals("file"));
    } else {
      assertThat(refusal).isInstanceOf(FileSystemException.class);
      assertThat(everything()).isEqualTo(before);
    }
  }
}
