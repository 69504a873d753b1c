package dev.capsa.tck;

import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code Files.copy}. */
@Needs(WRITING)
public abstract class CopyContract extends Contract {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

  protected CopyContract(Subject subject) {
    super(subject);
  }

  /** Not a standard option. */
  enum UnknownOption implements CopyOption {
    UNKNOWN
  }

  @Statement(62)
  @Test
  void a_copy_has_the_content_and_a_life_of_its_own() throws IOException {
    Path source = file("f", "content");
    Path target = at("g");
    assertThat((Object) Files.copy(source, target)).isEqualTo(target);
    assertThat(content(target)).isEqualTo("content");
    Files.write(target, new byte[1]);
    assertThat(content(source)).isEqualTo("content");
    assertThat(Files.isSameFile(source, target)).isFalse();
  }

  @Statement(62)
  @Test
  void a_large_file_is_copied_whole() throws IOException {
    byte[] large = new byte[3_000_001];
    new Random(1).nextBytes(large);
    Files.write(at("f"), large);
    Files.copy(at("f"), at("g"));
    assertThat(Files.readAllBytes(at("g"))).isEqualTo(large);
  }

  @Statement(62)
  @Test
  void an_existing_target_is_not_replaced_unasked() throws IOException {
    Path source = file("f", "content");
    Path target = file("g", "old");
    Path directory = directory("d");
    refused(FileAlreadyExistsException.class, () -> Files.copy(source, target));
    refused(FileAlreadyExistsException.class, () -> Files.copy(source, target, COPY_ATTRIBUTES));
    refused(FileAlreadyExistsException.class, () -> Files.copy(source, directory));
    refused(FileAlreadyExistsException.class, () -> Files.copy(directory, target));
    FileAlreadyExistsException e =
        refused(FileAlreadyExistsException.class, () -> Files.copy(source, target));
    assertThat(e.getFile()).isEqualTo(target.toString());
  }

  @Statement(62)
  @Test
  void a_target_is_replaced_when_asked() throws IOException {
    Path source = file("f", "content");
    Path target = file("g", "a longer old content");
    Files.copy(source, target, REPLACE_EXISTING);
    assertThat(content(target)).isEqualTo("content");
    Path directory = directory("d");
    Files.copy(source, directory, REPLACE_EXISTING);
    assertThat(content(directory)).isEqualTo("content");
    Path another = directory("e");
    Files.copy(another, target, REPLACE_EXISTING);
    assertThat(target).isEmptyDirectory();
  }

  @Statement(62)
  @Test
  void a_directory_with_entries_is_not_replaced() throws IOException {
    Path source = file("f", "content");
    Path directory = directory("d");
    file("d/entry", "x");
    Path empty = directory("e");
    refused(
        DirectoryNotEmptyException.class, () -> Files.copy(source, directory, REPLACE_EXISTING));
    refused(DirectoryNotEmptyException.class, () -> Files.copy(empty, directory, REPLACE_EXISTING));
  }

  @Statement(62)
  @Test
  void a_directory_is_copied_without_its_entries() throws IOException {
    Path directory = directory("d");
    file("d/entry", "x");
    Files.copy(directory, at("e"));
    assertThat(at("e")).isEmptyDirectory();
    assertThat(names(directory)).containsExactly("entry");
  }

  @Statement(62)
  @Test
  void a_directory_may_be_copied_into_itself() throws IOException {
    Path directory = directory("d");
    Files.copy(directory, directory.resolve("copy"));
    assertThat(names(directory)).containsExactly("copy");
  }

  @Statement(62)
  @Test
  void a_missing_source_or_parent_is_told() throws IOException {
    Path source = file("f", "content");
    Path missing = at("missing");
    Path target = at("g");
    refused(NoSuchFileException.class, () -> Files.copy(missing, target));
    refused(NoSuchFileException.class, () -> Files.copy(missing, source, REPLACE_EXISTING));
    refused(NoSuchFileException.class, () -> Files.copy(source, missing.resolve("g")));
    refusedNaming(missing, () -> Files.copy(missing, target));
    refusedNaming(missing, () -> Files.copy(missing, missing));
  }

  @Statement(62)
  @Test
  void a_file_is_no_parent() throws IOException {
    Path source = file("f", "content");
    Path inside = file("g", "x").resolve("h");
    refusedNaming(inside, () -> Files.copy(inside, at("new")));
    refused(FileSystemException.class, () -> Files.copy(source, inside));
  }

  @Statement(61)
  @Test
  void copying_a_file_to_itself_does_nothing() throws IOException {
    Path file = file("f", "content");
    Files.setLastModifiedTime(file, LONG_AGO);
    Files.copy(file, file);
    Files.copy(file, file, REPLACE_EXISTING);
    Files.copy(file, dir.resolve("./f"), REPLACE_EXISTING);
    assertThat(content(file)).isEqualTo("content");
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    Path directory = directory("d");
    file("d/entry", "x");
    Files.copy(directory, directory, REPLACE_EXISTING);
    assertThat(names(directory)).containsExactly("entry");
  }

  @Statement(63)
  @Test
  void COPY_ATTRIBUTES_takes_the_time_along() throws IOException {
    Path source = file("f", "content");
    Files.setLastModifiedTime(source, LONG_AGO);
    Files.copy(source, at("with"), COPY_ATTRIBUTES);
    Files.copy(source, at("without"));
    assertThat(Files.getLastModifiedTime(at("with"))).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(at("without"))).isNotEqualTo(LONG_AGO);
    Path directory = directory("d");
    Files.setLastModifiedTime(directory, LONG_AGO);
    Files.copy(directory, at("e"), COPY_ATTRIBUTES);
    assertThat(Files.getLastModifiedTime(at("e"))).isEqualTo(LONG_AGO);
  }

  @Statement(63)
  @Test
  void COPY_ATTRIBUTES_takes_each_time_along_as_what_it_is() throws IOException {
    Path source = file("f", "content");
    FileTime access = FileTime.from(Instant.parse("2002-03-04T05:06:07Z"));
    Files.setLastModifiedTime(source, LONG_AGO);
    Files.setAttribute(source, "lastAccessTime", access);
    Files.copy(source, at("g"), COPY_ATTRIBUTES);
    assertThat(Files.getLastModifiedTime(at("g"))).isEqualTo(LONG_AGO);
    assertThat(Files.getAttribute(at("g"), "lastAccessTime")).isEqualTo(access);
  }

  @Statement(63)
  @Test
  void options_that_copies_do_not_have_are_not_supported() throws IOException {
    Path source = file("f", "content");
    refused(UnsupportedOperationException.class, () -> Files.copy(source, at("g"), ATOMIC_MOVE));
    refused(
        UnsupportedOperationException.class,
        () -> Files.copy(source, at("g"), UnknownOption.UNKNOWN));
  }

  @Statement(27)
  @Test
  void null_is_refused() throws IOException {
    Path source = file("f", "content");
    refused(NullPointerException.class, () -> Files.copy(source, (Path) null));
    refused(NullPointerException.class, () -> Files.copy((Path) null, source));
    refused(NullPointerException.class, () -> Files.copy(source, at("g"), (CopyOption) null));
    refused(NullPointerException.class, () -> Files.copy(source, at("g"), (CopyOption[]) null));
  }

  @Statement(28)
  @Test
  void the_provider_refuses_paths_of_another_one() throws IOException {
    Path source = file("f", "content");
    Path foreign = ForeignPaths.of(fs, "f");
    refused(ProviderMismatchException.class, () -> fs.provider().copy(source, foreign));
    refused(ProviderMismatchException.class, () -> fs.provider().copy(foreign, source));
    refused(ProviderMismatchException.class, () -> fs.provider().move(source, foreign));
    refused(ProviderMismatchException.class, () -> fs.provider().move(foreign, source));
  }

  @Statement(62)
  @Test
  void streams_are_copied_in_and_out() throws IOException {
    Path file = at("f");
    assertThat(Files.copy(new ByteArrayInputStream(new byte[] {'a', 'b'}), file)).isEqualTo(2);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(Files.copy(file, out)).isEqualTo(2);
    assertThat(out.toByteArray()).containsExactly('a', 'b');
    refused(
        FileAlreadyExistsException.class,
        () -> Files.copy(new ByteArrayInputStream(new byte[1]), file));
    Files.copy(new ByteArrayInputStream(new byte[1]), file, REPLACE_EXISTING);
    assertThat(Files.size(file)).isEqualTo(1);
  }

  @Statement(63)
  @Test
  void NOFOLLOW_LINKS_copies_what_is_no_link() throws IOException {
    Path source = file("f", "content");
    Files.copy(source, at("g"), NOFOLLOW_LINKS);
    assertThat(content(at("g"))).isEqualTo("content");
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

  @Statement({62})
  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_is_copied_to_every_kind(String source, String target, boolean replace)
      throws IOException {
    Path from = make("from", source);
    Path to = make("to", target);
    CopyOption[] options = replace ? new CopyOption[] {REPLACE_EXISTING} : new CopyOption[0];
    if (source.equals("missing")) {
      refused(NoSuchFileException.class, () -> Files.copy(from, to, options));
      refusedNaming(from, () -> Files.copy(from, to, options));
    } else if (!target.equals("missing") && !replace) {
      refused(FileAlreadyExistsException.class, () -> Files.copy(from, to, options));
      refusedNaming(to, () -> Files.copy(from, to, options));
    } else if (target.equals("full")) {
      refused(DirectoryNotEmptyException.class, () -> Files.copy(from, to, options));
      refusedNaming(to, () -> Files.copy(from, to, options));
    } else {
      assertThat((Object) Files.copy(from, to, options)).isEqualTo(to);
      assertThat(isThere(from)).isTrue();
      if (source.equals("file")) {
        assertThat(content(to)).isEqualTo("content of from");
      } else {
        assertThat(to).isEmptyDirectory();
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
}
