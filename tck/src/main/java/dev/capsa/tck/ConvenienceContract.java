package dev.capsa.tck;

import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code Files} builds out of channels, streams and attributes: text, comparison, walks. */
@Needs(WRITING)
public abstract class ConvenienceContract extends Contract {
  private static final String TEXT = "eins\nzwei\r\ndr\u00fcben\n\uD83D\uDE00";
  private static final List<String> LINES = List.of("eins", "zwei", "dr\u00fcben", "\uD83D\uDE00");

  protected ConvenienceContract(Subject subject) {
    super(subject);
  }

  @Statement(39)
  @Test
  void text_is_read_as_a_whole_and_by_lines() throws IOException {
    Path file = Files.writeString(at("f"), TEXT);
    assertThat(Files.readString(file)).isEqualTo(TEXT);
    assertThat(Files.readAllLines(file)).isEqualTo(LINES);
    try (Stream<String> lines = Files.lines(file)) {
      assertThat(lines).containsExactlyElementsOf(LINES);
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      assertThat(reader.lines()).containsExactlyElementsOf(LINES);
    }
  }

  @Statement(39)
  @Test
  void text_has_the_charset_that_is_asked_for() throws IOException {
    Path file = Files.writeString(at("f"), TEXT, UTF_16);
    assertThat(Files.readString(file, UTF_16)).isEqualTo(TEXT);
    assertThat(Files.readAllLines(file, UTF_16)).isEqualTo(LINES);
    try (Stream<String> lines = Files.lines(file, UTF_16)) {
      assertThat(lines).containsExactlyElementsOf(LINES);
    }
    try (BufferedReader reader = Files.newBufferedReader(file, UTF_16)) {
      assertThat(reader.readLine()).isEqualTo("eins");
    }
    Files.writeString(file, "\u00fc", ISO_8859_1);
    assertThat(Files.size(file)).isEqualTo(1);
    thrown(MalformedInputException.class, () -> Files.readString(file));
    thrown(MalformedInputException.class, () -> Files.readAllLines(file));
  }

  @Statement(39)
  @Test
  void lines_of_a_long_file_are_read_by_many_threads() throws IOException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      expected.add("line " + i);
    }
    Path file = Files.write(at("f"), expected);
    try (Stream<String> lines = Files.lines(file)) {
      assertThat(lines.parallel().collect(Collectors.toList())).isEqualTo(expected);
    }
  }

  @Statement(39)
  @Test
  void lines_are_written() throws IOException {
    Path file = Files.write(at("f"), LINES);
    Files.write(file, List.of("more"), StandardOpenOption.APPEND);
    assertThat(Files.readAllLines(file)).hasSize(5).endsWith("more");
    Files.write(file, LINES, UTF_16);
    assertThat(Files.readAllLines(file, UTF_16)).isEqualTo(LINES);
    refused(
        FileAlreadyExistsException.class,
        () -> Files.write(file, LINES, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Statement(39)
  @Test
  void text_is_written_by_a_writer() throws IOException {
    Path file = at("f");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      writer.write(TEXT);
    }
    try (BufferedWriter writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
      writer.write("end");
    }
    assertThat(Files.readString(file)).isEqualTo(TEXT + "end");
    try (BufferedWriter writer =
        Files.newBufferedWriter(file, ISO_8859_1, StandardOpenOption.TRUNCATE_EXISTING)) {
      writer.write("\u00fc");
    }
    assertThat(Files.size(file)).isEqualTo(1);
  }

  @Statement(31)
  @Test
  void the_first_difference_of_two_files_is_found() throws IOException {
    byte[] content = new byte[100_000];
    Path one = Files.write(at("one"), content);
    Path two = Files.write(at("two"), content);
    assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    content[77_777] = 1;
    Files.write(two, content);
    assertThat(Files.mismatch(one, two)).isEqualTo(77_777);
    Files.write(two, new byte[50_000]);
    assertThat(Files.mismatch(one, two)).isEqualTo(50_000);
    assertThat(Files.mismatch(one, one)).isEqualTo(-1);
    thrown(NoSuchFileException.class, () -> Files.mismatch(one, at("none")));
  }

  @Statement(77)
  @Test
  void a_file_may_be_executed_as_its_permissions_say() throws IOException {
    Path file = file("f", "");
    assertThat(Files.isExecutable(file)).isFalse();
    assertThat(Files.isExecutable(directory("d"))).isTrue();
    assertThat(Files.isExecutable(at("none"))).isFalse();
  }

  @Statement(79)
  @Test
  void the_type_of_a_file_is_told_by_its_name() throws IOException {
    assertThat(Files.probeContentType(file("page.html", "x"))).isEqualTo("text/html");
    assertThat(Files.probeContentType(file("noextension", "x"))).isNull();
  }

  @Statement(79)
  @Test
  void a_walk_goes_as_deep_as_it_is_told() throws IOException {
    Files.createDirectories(at("a/b/c"));
    file("a/f", "");
    assertThat(walked(Files.walk(at("a"), 0))).containsExactly("a");
    assertThat(walked(Files.walk(at("a"), 1))).containsExactly("a", "a/b", "a/f");
    assertThat(walked(Files.walk(at("a")))).containsExactly("a", "a/b", "a/b/c", "a/f");
    thrown(IllegalArgumentException.class, () -> Files.walk(at("a"), -1));
  }

  private Set<String> walked(Stream<Path> walk) {
    try (walk) {
      return walk.map(it -> dir.relativize(it).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Statement(79)
  @Test
  void a_tree_is_visited_in_order_and_can_be_pruned() throws IOException {
    Files.createDirectories(at("a/b"));
    Files.createDirectories(at("a/skip"));
    file("a/b/f", "");
    file("a/skip/g", "");
    List<String> visits = new ArrayList<>();
    Files.walkFileTree(
        at("a"),
        Set.of(),
        3,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path it, BasicFileAttributes attributes) {
            visits.add("into " + it.getFileName());
            return it.endsWith("skip") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path it, BasicFileAttributes attributes) {
            visits.add("file " + it.getFileName());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path it, IOException problem) {
            visits.add("out of " + it.getFileName());
            return FileVisitResult.CONTINUE;
          }
        });
    assertThat(visits)
        .containsExactlyInAnyOrder(
            "into a", "into b", "file f", "out of b", "into skip", "out of a")
        .containsSubsequence("into a", "into b", "file f", "out of b", "out of a");
  }

  @Statement(74)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_loop_of_links_is_told_when_links_are_followed() throws IOException {
    Files.createDirectories(at("a/b"));
    Files.createSymbolicLink(at("a/b/up"), at("a"));
    assertThat(walked(Files.walk(at("a")))).containsExactly("a", "a/b", "a/b/up");
    List<IOException> problems = new ArrayList<>();
    Files.walkFileTree(
        at("a"),
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFileFailed(Path it, IOException problem) {
            problems.add(problem);
            return FileVisitResult.CONTINUE;
          }
        });
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).isInstanceOf(FileSystemLoopException.class);
  }

  @Statement(71)
  @Test
  void a_file_is_found_by_its_attributes() throws IOException {
    Files.createDirectories(at("a/b"));
    file("a/b/large", "x".repeat(100));
    file("a/small", "x");
    try (Stream<Path> found =
        Files.find(at("a"), 5, (path, of) -> of.isRegularFile() && of.size() > 50)) {
      assertThat(found).containsExactly(at("a/b/large"));
    }
  }

  @Statement(46)
  @Test
  void temporary_files_have_names_of_their_own() throws IOException {
    Path one = Files.createTempFile(dir, "pre", ".suf");
    Path two = Files.createTempFile(dir, "pre", ".suf");
    assertThat(one).isNotEqualTo(two).hasParent(dir);
    assertThat(one.getFileName().toString()).startsWith("pre").endsWith(".suf");
    assertThat(Files.createTempDirectory(dir, "pre")).isEmptyDirectory();
    assertThat(Files.createTempFile(dir, null, null).toString()).endsWith(".tmp");
  }
}
