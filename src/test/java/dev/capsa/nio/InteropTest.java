package dev.capsa.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libraries and programs do with a file system, over a real container. */
class InteropTest {
  private static final List<String> RARE_NAMES =
      List.of(
          "e\u0301 combining",
          "\u00e9 composed",
          "\ud83d\udc69\u200d\ud83d\udcbb",
          "\u05e9\u05dc\u05d5\u05dd",
          "\u65e5\u672c\u8a9e.txt",
          " leading and trailing ",
          "tab\tand\nnewline",
          "quote'\"`",
          "%2e%2e",
          "CON",
          "a\\b",
          "\ufeffbom",
          "\ud834\udd1e.mid",
          "*?<>|:",
          "-rf",
          "~",
          "\u202egnp.exe");

  @TempDir Path outside;

  private CapsaFileSystem fs;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    fs = Capsa.create(outside.resolve("a.capsa"));
    root = fs.getPath("/");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private void reopen() throws IOException {
    fs.close();
    fs = Capsa.open(outside.resolve("a.capsa"));
    root = fs.getPath("/");
  }

  /** A tree of files of many sizes, with rare names and links. */
  private static void fill(Path top, long seed) throws IOException {
    Random random = new Random(seed);
    Path at = Files.createDirectories(top);
    for (int i = 0; i < 40; i++) {
      byte[] content = new byte[random.nextInt(1 << random.nextInt(18))];
      random.nextBytes(content);
      Files.write(at.resolve("file" + i), content);
      if (i % 8 == 7) {
        at = Files.createDirectory(at.resolve("sub" + i));
        Files.createDirectory(at.resolve("empty"));
      }
    }
    for (String name : RARE_NAMES) {
      Files.writeString(at.resolve(name), name);
    }
  }

  private static Map<String, String> contents(Path top) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes it) {
            contents.put(top.relativize(directory).toString(), "directory");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes it) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            assertThat(it.size()).isEqualTo(bytes.length);
            contents.put(
                top.relativize(file).toString(), bytes.length + " " + Arrays.hashCode(bytes));
            return FileVisitResult.CONTINUE;
          }
        });
    return contents;
  }

  @Test
  void commons_io_copies_a_tree_in_and_out_again() throws IOException {
    long seed = 20;
    Path original = outside.resolve("original");
    fill(original, seed);
    PathUtils.copyDirectory(original, root.resolve("in"));
    reopen();
    PathUtils.copyDirectory(root.resolve("in"), outside.resolve("out"));
    assertThat(contents(root.resolve("in"))).as("seed %d", seed).isEqualTo(contents(original));
    assertThat(contents(outside.resolve("out"))).as("seed %d", seed).isEqualTo(contents(original));
    assertThat(PathUtils.directoryAndFileContentEquals(original, outside.resolve("out"))).isTrue();
  }

  @Test
  void commons_io_counts_and_deletes() throws IOException {
    fill(root.resolve("tree"), 21);
    long files =
        contents(root.resolve("tree")).values().stream()
            .filter(it -> !it.equals("directory"))
            .count();
    var counters = PathUtils.countDirectory(root.resolve("tree"));
    assertThat(counters.getFileCounter().get()).isEqualTo(files);
    PathUtils.cleanDirectory(root.resolve("tree"));
    assertThat(contents(root.resolve("tree")).values()).containsOnly("directory");
    PathUtils.deleteDirectory(root.resolve("tree"));
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void a_tree_of_two_hundred_levels_is_walked_found_and_deleted() throws IOException {
    int levels = 200;
    Path deep = root;
    for (int i = 0; i < levels; i++) {
      deep = Files.createDirectory(deep.resolve("level-" + i));
      Files.writeString(deep.resolve("f"), String.valueOf(i));
    }
    reopen();
    try (Stream<Path> walk = Files.walk(root)) {
      assertThat(walk.count()).isEqualTo(2 * levels + 1);
    }
    try (Stream<Path> found = Files.find(root, 1000, (path, it) -> it.isRegularFile())) {
      assertThat(found.count()).isEqualTo(levels);
    }
    Path bottom = fs.getPath(deep.toString());
    assertThat((Object) bottom.toRealPath()).isEqualTo(bottom);
    assertThat(Files.readString(bottom.resolve("f"))).isEqualTo("199");
    assertThat((Object) bottom.resolve("../".repeat(levels)).toRealPath()).isEqualTo(root);
    PathUtils.deleteDirectory(root.resolve("level-0"));
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void a_directory_of_ten_thousand_entries_is_listed_whole() throws IOException {
    int most = 10_000;
    Path directory = Files.createDirectory(root.resolve("big"));
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < most; i++) {
      String name = "entry-" + Integer.toString(i * 7919, 36);
      expected.add(name);
      Files.createFile(directory.resolve(name));
    }
    assertThat(names(directory)).isEqualTo(expected);
    reopen();
    directory = root.resolve("big");
    assertThat(names(directory)).isEqualTo(expected);
    try (Stream<Path> list = Files.list(directory)) {
      for (Path each : (Iterable<Path>) list::iterator) {
        Files.delete(each);
      }
    }
    Files.delete(directory);
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      List<String> names = list.map(it -> it.getFileName().toString()).toList();
      Set<String> distinct = names.stream().collect(Collectors.toSet());
      assertThat(distinct).hasSize(names.size());
      return distinct;
    }
  }

  @Test
  void rare_names_survive_reopening() throws IOException {
    for (String name : RARE_NAMES) {
      Files.writeString(Files.createDirectory(root.resolve(name)).resolve(name), name);
    }
    reopen();
    assertThat(names(root)).containsExactlyInAnyOrderElementsOf(RARE_NAMES);
    for (String name : RARE_NAMES) {
      Path file = root.resolve(name).resolve(name);
      assertThat(Files.readString(file)).isEqualTo(name);
      assertThat((Object) Path.of(file.toUri())).isEqualTo(file);
    }
  }

  @Test
  void a_zip_file_in_a_container_is_a_file_system() throws IOException {
    Path zip = root.resolve("a.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("d/f"));
      out.write("content".getBytes(UTF_8));
    }
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      assertThat(in.getNextEntry().getName()).isEqualTo("d/f");
    }
    try (FileSystem zipped = FileSystems.newFileSystem(zip, Map.of("create", "false"))) {
      assertThat(Files.readString(zipped.getPath("/d/f"))).isEqualTo("content");
      Files.copy(zipped.getPath("/d/f"), root.resolve("f"));
      Files.writeString(zipped.getPath("/g"), "new");
    }
    assertThat(root.resolve("f")).hasContent("content");
    try (FileSystem zipped = FileSystems.newFileSystem(zip)) {
      assertThat(Files.readString(zipped.getPath("/g"))).isEqualTo("new");
    }
  }

  @Test
  void a_container_in_a_container_is_a_file_system() throws IOException {
    Path inner = root.resolve("inner.capsa");
    try (CapsaFileSystem nested = Capsa.create(inner)) {
      Files.writeString(nested.getPath("/f"), "content");
      Path file = nested.getPath("/f");
      assertThat((Object) Path.of(file.toUri())).isEqualTo(file);
    }
    reopen();
    try (CapsaFileSystem nested = Capsa.open(root.resolve("inner.capsa"))) {
      assertThat(Files.readString(nested.getPath("/f"))).isEqualTo("content");
    }
  }

  @Test
  void properties_are_saved_by_the_usual_temporary_file_and_move() throws IOException {
    Path file = root.resolve("app.properties");
    for (int i = 0; i < 5; i++) {
      Properties properties = new Properties();
      properties.setProperty("run", String.valueOf(i));
      Path temporary = Files.createTempFile(root, "app", ".tmp");
      try (OutputStream out = Files.newOutputStream(temporary)) {
        properties.store(out, null);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
    reopen();
    Properties read = new Properties();
    try (InputStream in = Files.newInputStream(root.resolve("app.properties"))) {
      read.load(in);
    }
    assertThat(read).containsEntry("run", "4");
    assertThat(names(root)).containsExactly("app.properties");
  }
}
