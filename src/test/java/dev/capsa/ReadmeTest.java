package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md does what it says; its lines are those of this class. */
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void the_example_works() throws IOException {
    List<String> printed = new ArrayList<>();
    String container = "capsa://" + folder.resolve("app.capsa").toUri().getPath();
    try (FileSystem fs =
        FileSystems.newFileSystem(URI.create(container), Map.of("create", "true"))) {
      Path notes = Files.createDirectories(fs.getPath("/notes"));
      Files.writeString(notes.resolve("today.txt"), "Buy scrolls.\n");
      Files.copy(notes.resolve("today.txt"), notes.resolve("today.bak"));
      try (Stream<Path> files = Files.walk(fs.getPath("/"))) {
        files.forEach(file -> printed.add(file.toString()));
      }
    }
    assertThat(printed).containsExactly("/", "/notes", "/notes/today.bak", "/notes/today.txt");
  }

  @Test
  void the_example_of_snapshots_works_and_is_in_the_readme() throws IOException {
    List<String> printed = new ArrayList<>();
    try (CapsaFileSystem fs = Capsa.create(folder.resolve("app.capsa"))) {
      Path notes = Files.createDirectories(fs.getPath("/notes"));
      Files.writeString(notes.resolve("today.txt"), "Buy scrolls.\n");
      Revision monday = fs.snapshot("monday");
      Files.writeString(notes.resolve("today.txt"), "Sell scrolls.\n");
      fs.sync();
      for (CapsaFileSystem.Change change : fs.diff(monday)) {
        printed.add(change.kind() + " " + change.path());
      }
      try (FileSystem past = fs.openSnapshot("monday")) {
        printed.add(Files.readString(past.getPath("/notes/today.txt")));
      }
    }
    assertThat(printed).containsExactly("CHANGED /notes/today.txt", "Buy scrolls.\n");
    String readme = Files.readString(Path.of("README.md"));
    String start = readme.substring(readme.indexOf("```java\nRevision"));
    String test = Files.readString(Path.of("src/test/java/dev/capsa/ReadmeTest.java"));
    assertThat(
            start
                .substring(0, start.indexOf("```\n"))
                .lines()
                .skip(1)
                .map(String::strip)
                .filter(it -> !it.startsWith("System.out") && !it.equals("}")))
        .hasSize(5)
        .allSatisfy(line -> assertThat(test).contains(line));
  }

  @Test
  void the_example_is_this_one() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String example = readme.substring(readme.indexOf("```java\n"), readme.indexOf("```\n"));
    String test = Files.readString(Path.of("src/test/java/dev/capsa/ReadmeTest.java"));
    assertThat(example.lines().count()).isLessThanOrEqualTo(11);
    assertThat(
            example
                .lines()
                .map(String::strip)
                .filter(it -> it.contains("Files.") && !it.startsWith("try (FileSystem")))
        .hasSize(4)
        .allSatisfy(line -> assertThat(test).contains(line));
  }
}
