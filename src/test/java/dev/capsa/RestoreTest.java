package dev.capsa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and trees that come back from a revision. */
class RestoreTest {
  @TempDir Path folder;
  private Path container;
  private CapsaFileSystem fs;

  @BeforeEach
  void open() throws IOException {
    container = folder.resolve("a.capsa");
    fs = Capsa.open(container, Capsa.options().create(true).maxSize(24 << 20));
  }

  @AfterEach
  void close_and_check() throws IOException {
    fs.close();
    assertThat(Capsa.check(container)).isEmpty();
  }

  private Path at(String path) {
    return fs.getPath(path);
  }

  /** All that can be seen below a path, but identities and times of change. */
  private static Map<String, String> all(Path start) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(start)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Map<String, Object> of =
            new TreeMap<>(Files.readAttributes(each, "unix:*", NOFOLLOW_LINKS));
        of.keySet().removeAll(List.of("ino", "dev", "ctime", "fileKey", "rdev"));
        String content =
            Files.isSymbolicLink(each)
                ? Files.readSymbolicLink(each).toString()
                : Files.isDirectory(each) ? "" : Files.readString(each);
        String user =
            Files.isSymbolicLink(each)
                ? ""
                : new TreeMap<>(Files.readAttributes(each, "user:*")).keySet().toString();
        all.put(start.relativize(each).toString(), of + user + content);
      }
    }
    return all;
  }

  private void makeTree() throws IOException {
    Files.createDirectories(at("/d/e/empty"));
    Files.writeString(at("/d/small"), "text");
    Files.writeString(at("/d/e/large"), "x".repeat(300_000));
    Files.createLink(at("/d/e/linked"), at("/d/small"));
    Files.createSymbolicLink(at("/d/link"), at("e/large"));
    Files.setAttribute(at("/d/small"), "user:note", "n".getBytes(UTF_8));
    Files.setPosixFilePermissions(at("/d/e"), PosixFilePermissions.fromString("rwx------"));
    Files.setLastModifiedTime(at("/d/e"), FileTime.fromMillis(1_000_000));
    Files.setLastModifiedTime(at("/d/e/large"), FileTime.fromMillis(2_000_000));
  }

  private List<String> names(String directory) throws IOException {
    try (Stream<Path> names = Files.list(at(directory))) {
      return names.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_file_comes_back_that_was_changed_or_deleted() throws IOException {
    Path file = Files.writeString(at("/f"), "old");
    Files.setLastModifiedTime(file, FileTime.fromMillis(5_000_000));
    Revision one = fs.snapshot("one");
    Files.writeString(file, "new");
    Revision two = fs.snapshot("two");
    fs.restore(file, one);
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(5_000_000);
    fs.restore(at("f"), two);
    assertThat(Files.readString(file)).as("undone").isEqualTo("new");
    Files.delete(file);
    fs.restore(file, one);
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(names("/")).containsExactly("f");
  }

  @Test
  void a_tree_is_as_it_was_and_has_nothing_else() throws IOException {
    makeTree();
    Revision one = fs.snapshot("one");
    Files.writeString(at("/d/small"), "other");
    Files.delete(at("/d/e/large"));
    Files.writeString(at("/d/later"), "x");
    fs.restore(at("/d"), one);
    try (CapsaFileSystem then = fs.openSnapshot("one")) {
      assertThat(all(at("/d"))).isEqualTo(all(then.getPath("/d")));
    }
    assertThat(Files.isSameFile(at("/d/small"), at("/d/e/linked"))).isTrue();
    assertThat(names("/")).containsExactly("d");
  }

  @Test
  void a_tree_comes_back_that_was_deleted_or_is_a_file_now() throws IOException {
    makeTree();
    Revision one = fs.snapshot("one");
    try (Stream<Path> files = Files.walk(at("/d"))) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    fs.restore(at("/d"), one);
    Map<String, String> back = all(at("/d"));
    try (CapsaFileSystem then = fs.openSnapshot("one")) {
      assertThat(back).isEqualTo(all(then.getPath("/d")));
    }
    Files.move(at("/d"), at("/elsewhere"));
    Files.writeString(at("/d"), "a file");
    fs.restore(at("/d"), one);
    assertThat(all(at("/d"))).isEqualTo(back);
    assertThat(names("/")).containsExactly("d", "elsewhere");
  }

  @Test
  void who_has_the_present_file_open_goes_on_with_it() throws IOException {
    Files.writeString(at("/f"), "old");
    Revision one = fs.snapshot("one");
    Files.writeString(at("/f"), "present");
    try (FileChannel channel = FileChannel.open(at("/f"))) {
      fs.restore(at("/f"), one);
      assertThat(channel.size()).isEqualTo(7);
    }
    assertThat(Files.readString(at("/f"))).isEqualTo("old");
  }

  @Test
  void what_cannot_be_restored_is_refused_and_nothing_happens() throws IOException {
    Files.createDirectory(at("/d"));
    Files.writeString(at("/d/f"), "old");
    Revision one = fs.snapshot("one");
    Files.writeString(at("/later"), "x");
    assertThatThrownBy(() -> fs.restore(at("/later"), one)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> fs.restore(at("/"), one)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> fs.restore(Path.of("/tmp"), one))
        .isInstanceOf(java.nio.file.ProviderMismatchException.class);
    Files.delete(at("/d/f"));
    Files.delete(at("/d"));
    assertThatThrownBy(() -> fs.restore(at("/d/f"), one)).isInstanceOf(NoSuchFileException.class);
    try (CapsaFileSystem then = fs.openSnapshot("one")) {
      assertThatThrownBy(() -> fs.restore(then.getPath("/d/f"), one))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> then.restore(then.getPath("/d/f"), one))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
    fs.deleteSnapshot("one");
    assertThatThrownBy(() -> fs.restore(at("/d"), one))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
    assertThat(names("/")).containsExactly("later");
  }

  @Test
  void without_room_the_present_state_stays_and_nothing_beside_it() throws IOException {
    Files.createDirectory(at("/d"));
    for (int i = 0; i < 30; i++) {
      Files.writeString(at("/d/f" + i), ("" + i % 10).repeat(50_000)); // too small to share
    }
    Revision one = fs.snapshot("one");
    for (int i = 0; i < 30; i++) {
      Files.writeString(at("/d/f" + i), "p".repeat(50_000));
    }
    assertThatThrownBy(this::fill).isInstanceOf(CapsaFullException.class);
    Map<String, String> present = all(at("/d"));
    assertThatThrownBy(() -> fs.restore(at("/d"), one)).isInstanceOf(CapsaFullException.class);
    assertThat(all(at("/d"))).isEqualTo(present);
    assertThat(names("/")).containsExactly("d", "fill");
  }

  private void fill() throws IOException {
    Files.createDirectory(at("/fill"));
    for (int i = 0; i < 1000; i++) {
      Files.writeString(at("/fill/" + i), "f".repeat(50_000));
      fs.sync();
    }
  }

  @Test
  void a_large_file_shares_what_is_stored() throws IOException {
    Files.write(at("/f"), new byte[2_000_000]);
    try (FileChannel channel = FileChannel.open(at("/f"), StandardOpenOption.WRITE)) {
      for (int i = 0; i < 2_000_000; i += 4096) {
        channel.write(ByteBuffer.wrap(new byte[] {1}), i); // no holes
      }
    }
    Revision one = fs.snapshot("one");
    Files.delete(at("/f"));
    fs.sync();
    long before = fs.statistics().usedBytes();
    fs.restore(at("/f"), one);
    fs.sync();
    assertThat(Files.size(at("/f"))).isEqualTo(2_000_000);
    assertThat(fs.statistics().usedBytes()).isLessThan(before + 200_000);
    fs.deleteSnapshot("one");
    byte[] bytes = Files.readAllBytes(at("/f"));
    assertThat(bytes[4096]).isEqualTo((byte) 1);
  }

  @Test
  void a_watcher_is_told() throws Exception {
    Files.writeString(at("/f"), "old");
    Revision one = fs.snapshot("one");
    Files.delete(at("/f"));
    try (WatchService watcher = fs.newWatchService()) {
      WatchKey key = at("/").register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
      fs.restore(at("/f"), one);
      assertThat(key.pollEvents().stream().map(WatchEvent::context).map(String::valueOf))
          .contains("f");
    }
  }

  @Test
  void beside_rollbacks_a_restored_file_is_there() throws Exception {
    Files.writeString(at("/f"), "old");
    Revision one = fs.snapshot("one");
    Files.writeString(at("/f"), "new");
    fs.snapshot("two");
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<Integer> rollingBack =
        thread.submit(
            () -> {
              int times = 0;
              for (; !over.get(); times++) {
                Revision undo = fs.rollback(times % 2 == 0 ? "one" : "two");
                if (undo.snapshot().orElse("").startsWith("before-")) {
                  fs.deleteSnapshot(undo.snapshot().get());
                }
              }
              return times;
            });
    for (int i = 0; i < 300; i++) {
      fs.restore(at("/f"), one);
      assertThat(at("/f")).content().isIn("old", "new");
    }
    over.set(true);
    assertThat(rollingBack.get()).isPositive();
    thread.shutdown();
  }
}
