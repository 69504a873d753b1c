package dev.capsa.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who watches directories is told what a restore did there, and of none of its other names. */
class RestoreWatchingTest {
  private CapsaFileSystem fs;
  private WatchService watcher;
  private Revision before;

  @BeforeEach
  void make() throws IOException {
    fs = Capsa.inMemory();
    watcher = fs.newWatchService();
    Files.write(at("/small"), new byte[10]);
    Files.write(at("/large"), new byte[200_000]);
    Files.createDirectories(at("/tree/inner"));
    Files.write(at("/tree/inner/file"), new byte[10]);
    Files.createDirectory(at("/empty"));
    before = fs.snapshot("before");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private Path at(String path) {
    return fs.getPath(path);
  }

  private WatchKey watch(String directory) throws IOException {
    return at(directory).register(watcher, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
  }

  private static List<String> events(WatchKey key) {
    return key.pollEvents().stream()
        .map(event -> event.kind().name().substring(6) + " " + event.context())
        .toList();
  }

  @Test
  void a_file_that_comes_back_is_one_creation() throws IOException {
    Files.delete(at("/small"));
    Files.delete(at("/large"));
    WatchKey root = watch("/");
    fs.restore(at("/small"), before);
    assertThat(events(root)).containsExactly("CREATE small");
    fs.restore(at("/large"), before);
    assertThat(events(root)).containsExactly("CREATE large");
  }

  @Test
  void a_file_that_is_replaced_is_told_as_a_move_over_it_is() throws IOException {
    Files.write(at("/small"), new byte[20]);
    Files.write(at("/other"), new byte[20]);
    WatchKey root = watch("/");
    fs.restore(at("/small"), before);
    assertThat(events(root)).containsExactly("CREATE small");
    Files.write(at("/small"), new byte[5]);
    assertThat(events(root)).containsExactly("MODIFY small");
  }

  @Test
  void a_tree_that_is_replaced_goes_and_comes_and_who_watched_in_it_learns_that_it_is_gone()
      throws IOException {
    Files.write(at("/tree/new"), new byte[5]);
    WatchKey root = watch("/");
    WatchKey tree = watch("/tree");
    WatchKey inner = watch("/tree/inner");
    fs.restore(at("/tree"), before);
    assertThat(events(root)).containsExactly("DELETE tree", "CREATE tree");
    assertThat(events(tree)).containsExactlyInAnyOrder("DELETE new", "DELETE inner");
    assertThat(events(inner)).containsExactly("DELETE file");
    assertThat(tree.reset()).isFalse();
    assertThat(inner.reset()).isFalse();
    assertThat(tree.isValid()).isFalse();
    assertThat(inner.isValid()).isFalse();
    assertThat(root.reset()).isTrue();
    WatchKey again = watch("/tree/inner");
    Files.delete(at("/tree/inner/file"));
    assertThat(events(again)).containsExactly("DELETE file");
  }

  @Test
  void an_empty_directory_that_is_replaced_ends_its_key() throws IOException {
    WatchKey root = watch("/");
    WatchKey empty = watch("/empty");
    fs.restore(at("/empty"), before);
    assertThat(events(root)).containsExactly("CREATE empty");
    assertThat(empty.reset()).isFalse();
  }

  @Test
  void a_directory_whose_file_is_restored_stays_watched() throws IOException {
    WatchKey root = watch("/");
    WatchKey inner = watch("/tree/inner");
    Files.delete(at("/tree/inner/file"));
    fs.restore(at("/tree/inner/file"), before);
    assertThat(events(inner)).containsExactly("DELETE file", "CREATE file");
    assertThat(events(root)).isEmpty();
    assertThat(inner.reset()).isTrue();
  }

  @Test
  void what_could_not_be_restored_is_not_told() throws IOException {
    WatchKey root = watch("/");
    assertThatThrownBy(() -> fs.restore(at("/none"), before))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(events(root)).isEmpty();
  }

  /** Only while a restore uses a name nothing is told of it. */
  @Test
  void a_name_that_looks_like_one_of_a_restore_is_told() throws IOException {
    WatchKey root = watch("/");
    fs.restore(at("/small"), before);
    Files.createFile(at("/.restored-1"));
    assertThat(events(root)).containsExactly("CREATE small", "CREATE .restored-1");
  }
}
