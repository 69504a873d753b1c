package dev.capsa.tck;

import static dev.capsa.tck.Capability.WRITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Making directories and listing them: {@code createDirectory}, {@code DirectoryStream}. */
@Needs(WRITING)
public abstract class DirectoryContract extends Contract {
  protected DirectoryContract(Subject subject) {
    super(subject);
  }

  @Statement(67)
  @Test
  void a_directory_is_made_once() throws IOException {
    Path directory = directory("d");
    assertThat(directory).isEmptyDirectory();
    refused(FileAlreadyExistsException.class, () -> Files.createDirectory(directory));
    Path file = file("f", "x");
    refused(FileAlreadyExistsException.class, () -> Files.createDirectory(file));
    refusedNaming(file, () -> Files.createDirectory(file));
    thrown(FileAlreadyExistsException.class, () -> Files.createDirectory(fs.getPath("/")));
  }

  @Statement(67)
  @Test
  void the_parent_must_be_a_directory() throws IOException {
    refused(NoSuchFileException.class, () -> Files.createDirectory(at("missing/d")));
    file("f", "x");
    refused(FileSystemException.class, () -> Files.createDirectory(at("f/d")));
    refusedNaming(at("f/d"), () -> Files.createDirectory(at("f/d")));
  }

  @Statement(46)
  @Test
  void an_unsupported_attribute_leaves_no_directory() throws IOException {
    refused(
        UnsupportedOperationException.class,
        () -> Files.createDirectory(at("d"), OpenContract.attribute("none:of-this-name", "x")));
    refused(NullPointerException.class, () -> Files.createDirectory(null));
  }

  @Statement(67)
  @Test
  void createDirectories_makes_what_is_missing() throws IOException {
    Files.createDirectories(at("a/b/c"));
    Files.createDirectories(at("a/b/c"));
    assertThat(at("a/b/c")).isEmptyDirectory();
    file("f", "x");
    refused(FileAlreadyExistsException.class, () -> Files.createDirectories(at("f")));
    assertThat(catchThrowable(() -> Files.createDirectories(at("f/d"))))
        .isInstanceOf(FileSystemException.class);
  }

  @Statement({16, 67})
  @Test
  void threads_make_the_same_directories() throws Exception {
    for (int round = 0; round < 10; round++) {
      Path deep = at("a" + round + "/b/c/d");
      inThreads(4, () -> Files.createDirectories(deep));
      assertThat(deep).isEmptyDirectory();
    }
  }

  @Statement(79)
  @Test
  void a_stream_has_each_entry_once_and_no_dots() throws IOException {
    file("f", "x");
    directory("d");
    file("d/inner", "x");
    List<Path> seen = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
      stream.forEach(seen::add);
    }
    assertThat(seen).containsExactlyInAnyOrder(at("f"), at("d"));
  }

  @Statement(79)
  @Test
  void entries_are_resolved_against_the_path_as_it_was_given() throws IOException {
    file("f", "x");
    Path relative = fs.getPath("").toAbsolutePath().relativize(dir);
    for (Path given : List.of(dir, dir.resolve("."), relative)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(given)) {
        assertThat((Object) stream.iterator().next()).isEqualTo(given.resolve("f"));
      }
    }
  }

  @Statement(79)
  @Test
  void an_empty_directory_has_no_entries() throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
      Iterator<Path> iterator = stream.iterator();
      assertThat(iterator.hasNext()).isFalse();
      thrown(NoSuchElementException.class, iterator::next);
    }
  }

  @Statement(79)
  @Test
  void there_is_one_iterator() throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
      stream.iterator();
      thrown(IllegalStateException.class, stream::iterator);
    }
  }

  @Statement(79)
  @Test
  void a_closed_stream_gives_no_iterator() throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(dir);
    stream.close();
    stream.close();
    thrown(IllegalStateException.class, stream::iterator);
  }

  @Statement(79)
  @Test
  void a_running_iterator_ends_when_the_stream_is_closed() throws IOException {
    for (int i = 0; i < 10; i++) {
      file("f" + i, "x");
    }
    DirectoryStream<Path> stream = Files.newDirectoryStream(dir);
    Iterator<Path> iterator = stream.iterator();
    iterator.next();
    stream.close();
    int more = 0;
    while (iterator.hasNext()) {
      iterator.next();
      more++;
    }
    assertThat(more).isLessThanOrEqualTo(1);
    thrown(NoSuchElementException.class, iterator::next);
  }

  @Statement(79)
  @Test
  void an_entry_that_hasNext_promised_is_given() throws IOException {
    file("f", "x");
    DirectoryStream<Path> stream = Files.newDirectoryStream(dir);
    Iterator<Path> iterator = stream.iterator();
    assertThat(iterator.hasNext()).isTrue();
    stream.close();
    assertThat((Object) iterator.next()).isEqualTo(at("f"));
  }

  @Statement(79)
  @Test
  void entries_are_not_removed_by_the_iterator() throws IOException {
    file("f", "x");
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
      Iterator<Path> iterator = stream.iterator();
      iterator.next();
      refused(UnsupportedOperationException.class, iterator::remove);
    }
  }

  @Statement(80)
  @Test
  void what_is_no_directory_is_told() throws IOException {
    Path file = file("f", "x");
    refused(NotDirectoryException.class, () -> Files.newDirectoryStream(file).close());
    refused(NoSuchFileException.class, () -> Files.newDirectoryStream(at("missing")).close());
    refusedNaming(file, () -> Files.newDirectoryStream(file).close());
  }

  @Statement(27)
  @Test
  void null_is_refused() {
    thrown(NullPointerException.class, () -> Files.newDirectoryStream(null));
    thrown(NullPointerException.class, () -> Files.newDirectoryStream(dir, (String) null));
    thrown(
        NullPointerException.class,
        () -> Files.newDirectoryStream(dir, (DirectoryStream.Filter<Path>) null));
  }

  @Statement(79)
  @Test
  void a_filter_chooses() throws IOException {
    file("a.txt", "x");
    file("b.bin", "x");
    List<Path> seen = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir, "*.txt")) {
      stream.forEach(seen::add);
    }
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(dir, it -> it.toString().endsWith(".bin"))) {
      stream.forEach(seen::add);
    }
    assertThat(seen).containsExactly(at("a.txt"), at("b.bin"));
  }

  @Statement(80)
  @Test
  void an_exception_of_the_filter_comes_out_of_the_iterator() throws IOException {
    file("f", "x");
    IOException cause = new IOException("the filter's");
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(
            dir,
            it -> {
              throw cause;
            })) {
      Iterator<Path> iterator = stream.iterator();
      DirectoryIteratorException e = thrown(DirectoryIteratorException.class, iterator::hasNext);
      assertThat(e.getCause()).isSameAs(cause);
    }
  }

  @Statement(79)
  @Test
  void a_filter_may_use_the_file_system() throws IOException {
    file("f", "content");
    directory("d");
    List<Path> seen = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir, Files::isRegularFile)) {
      stream.forEach(seen::add);
    }
    assertThat(seen).containsExactly(at("f"));
  }

  @Statement(81)
  @Test
  void a_big_directory_is_listed_whole() throws IOException {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 1500; i++) {
      expected.add("file-" + i);
      Files.createFile(at("file-" + i));
    }
    assertThat(names(dir)).hasSize(1500).containsAll(expected);
  }

  @Statement(81)
  @Test
  void deleting_while_listing_deletes_all() throws IOException {
    for (int i = 0; i < 700; i++) {
      Files.createFile(at("file-" + i));
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
      for (Path path : stream) {
        Files.delete(path);
      }
    }
    assertThat(names(dir)).isEmpty();
  }

  @Statement(81)
  @Test
  void an_entry_that_stays_is_seen_exactly_once_among_changes() throws Exception {
    Set<String> staying = new HashSet<>();
    for (int i = 0; i < 600; i++) {
      staying.add("stays-" + i);
      Files.createFile(at("stays-" + i));
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread changer =
        new Thread(
            () -> {
              try {
                for (int i = 0; !done.get(); i = (i + 7) % 600) {
                  Path path = at("stays-" + i + "-x");
                  Files.createFile(path);
                  Files.delete(path);
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    changer.start();
    try {
      for (int round = 0; round < 10; round++) {
        List<String> seen = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
          stream.forEach(it -> seen.add(it.getFileName().toString()));
        }
        seen.removeIf(it -> !staying.contains(it));
        assertThat(seen).hasSize(600).doesNotHaveDuplicates();
      }
    } finally {
      done.set(true);
      changer.join();
    }
    assertThat(failure.get()).isNull();
  }

  @Statement(81)
  @Test
  void a_directory_deleted_while_listed_ends_the_listing() throws IOException {
    Path directory = directory("d");
    file("d/f", "x");
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      Files.delete(at("d/f"));
      Files.delete(directory);
      int seen = 0;
      for (Path ignored : stream) {
        seen++;
      }
      assertThat(seen).isLessThanOrEqualTo(1);
    }
  }

  @Statement(79)
  @Test
  void walking_goes_through_the_whole_tree() throws IOException {
    Files.createDirectories(at("a/b/c"));
    file("a/f", "x");
    file("a/b/g", "x");
    try (Stream<Path> walk = Files.walk(dir)) {
      assertThat(walk)
          .containsExactlyInAnyOrder(dir, at("a"), at("a/b"), at("a/b/c"), at("a/f"), at("a/b/g"));
    }
    try (Stream<Path> found = Files.find(dir, 9, (path, it) -> it.isRegularFile())) {
      assertThat(found).containsExactlyInAnyOrder(at("a/f"), at("a/b/g"));
    }
    List<Path> bottomUp = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(at("a"))) {
      walk.forEach(bottomUp::add);
    }
    Collections.reverse(bottomUp);
    for (Path path : bottomUp) {
      Files.delete(path);
    }
    assertThat(names(dir)).isEmpty();
  }

  @Statement(80)
  @Test
  void a_stream_or_walk_of_a_file_is_refused_or_is_the_file() throws IOException {
    Path file = file("f", "x");
    refused(NotDirectoryException.class, () -> Files.list(file).close());
    try (Stream<Path> walk = Files.walk(file)) {
      assertThat(walk).containsExactly(file);
    }
  }

  @Statement(79)
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|.h a.txt b.bin c d.tar.gz",
        "*.txt|a.txt",
        "*.{txt,bin}|a.txt b.bin",
        "?|c",
        "[ab]*|a.txt b.bin",
        "[!.]*|a.txt b.bin c d.tar.gz",
        ".*|.h",
        "*.*|.h a.txt b.bin d.tar.gz",
        "**|.h a.txt b.bin c d.tar.gz",
        "d.*|d.tar.gz",
        "c|c",
        "x*|"
      })
  void a_glob_chooses_names(String glob, String names) throws IOException {
    for (String each : List.of(".h", "a.txt", "b.bin", "d.tar.gz")) {
      file(each, "x");
    }
    directory("c");
    file("c/a.txt", "x");
    List<String> seen = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir, glob)) {
      stream.forEach(it -> seen.add(it.getFileName().toString()));
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(names == null ? List.of() : List.of(names.split(" ")));
  }

  @Statement(67)
  @ParameterizedTest
  @CsvSource({
    "d,missing,made",
    "d,file,AlreadyExists",
    "d,directory,AlreadyExists",
    "d/e,missing,NoSuchFile",
    "d/e,file,Refused",
    "d/e,directory,made",
    "d/e/f,directory,NoSuchFile"
  })
  void a_directory_is_made_where(String path, String parent, String result) throws IOException {
    switch (parent) {
      case "file" -> file("d", "x");
      case "directory" -> directory("d");
      default -> assertThat(isThere(at("d"))).isFalse();
    }
    switch (result) {
      case "made" -> assertThat(Files.createDirectory(at(path))).isEmptyDirectory();
      case "AlreadyExists" ->
          refused(FileAlreadyExistsException.class, () -> Files.createDirectory(at(path)));
      case "NoSuchFile" ->
          refused(NoSuchFileException.class, () -> Files.createDirectory(at(path)));
      default -> refusedNaming(at(path), () -> Files.createDirectory(at(path)));
    }
  }

  @Statement(81)
  @Test
  void what_stays_is_listed_once_while_others_are_renamed_and_deleted() throws IOException {
    for (int i = 0; i < 300; i++) {
      file("stays-" + i, "");
      file("goes-" + i, "");
    }
    List<String> seen = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
      int step = 0;
      for (Path path : stream) {
        seen.add(path.getFileName().toString());
        if (step < 300) {
          if (step % 2 == 0) {
            Files.delete(at("goes-" + step));
          } else {
            Files.move(at("goes-" + step), at("renamed-" + step));
          }
          file("new-" + step, "");
          step++;
        }
      }
    }
    seen.removeIf(it -> !it.startsWith("stays-"));
    assertThat(seen).hasSize(300).doesNotHaveDuplicates();
  }
}
