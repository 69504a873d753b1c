package dev.capsa.nio;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.capsa.CapsaFormatException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening, finding and closing containers by URI and by path; nothing stays open or behind. */
class OpeningContainersTest {
  private static final Map<String, ?> CREATE = Map.of("create", "true");

  @TempDir Path folder;

  private final MemoryEngine.Maker engines = new MemoryEngine.Maker();
  private final CapsaFileSystemProvider provider =
      new CapsaFileSystemProvider(new Registry(new Containers(engines)));
  private Path container;
  private URI uri;

  @BeforeEach
  void name() {
    container = folder.resolve("a.capsa");
    uri = uriOf(container);
  }

  @AfterEach
  void no_engine_is_open() {
    assertThat(engines.open).hasValue(0);
  }

  private static URI uriOf(Path container) {
    return URI.create("capsa:" + container.toUri());
  }

  private void make() throws IOException {
    provider.newFileSystem(uri, CREATE).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"capsa", "CAPSA", "Capsa"})
  void the_scheme_counts_without_regard_to_case_in_every_method(String scheme) throws Exception {
    URI spelled = URI.create(scheme + "://" + container.toUri().getRawPath());
    try (FileSystem fs = provider.newFileSystem(spelled, CREATE)) {
      assertThat(provider.getFileSystem(spelled)).isSameAs(fs);
      assertThat((Object) provider.getPath(URI.create(spelled + "!/x")))
          .isEqualTo(fs.getPath("/x"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///x",
        "zip:///x!/",
        "capsa:x",
        "capsa:none:/x!/",
        "capsa:///x?q",
        "capsa:///x#f",
        "/x"
      })
  void other_uris_are_refused(String text) {
    URI other = URI.create(text);
    assertThatThrownBy(() -> provider.newFileSystem(other, CREATE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> provider.getFileSystem(other))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> provider.getPath(other)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_uri_without_a_path_is_no_path() throws IOException {
    try (FileSystem fs = provider.newFileSystem(uri, CREATE)) {
      assertThatThrownBy(() -> provider.getPath(uri)).isInstanceOf(IllegalArgumentException.class);
      assertThat(fs.isOpen()).isTrue();
    }
  }

  @Test
  void a_container_that_is_not_open_is_not_found() throws IOException {
    make();
    URI inside = URI.create(uri + "!/x");
    assertThatThrownBy(() -> provider.getFileSystem(uri))
        .isExactlyInstanceOf(FileSystemNotFoundException.class)
        .hasMessageContaining("newFileSystem");
    assertThatThrownBy(() -> provider.getPath(inside))
        .isExactlyInstanceOf(FileSystemNotFoundException.class);
    assertThatThrownBy(() -> provider.getFileSystem(uriOf(folder.resolve("missing"))))
        .isExactlyInstanceOf(FileSystemNotFoundException.class);
  }

  @Test
  void a_uri_opens_once_under_every_spelling() throws IOException {
    try (FileSystem fs = provider.newFileSystem(uri, CREATE)) {
      Path link = Files.createSymbolicLink(folder.resolve("link"), container);
      Path hardLink = Files.createLink(folder.resolve("hard"), container);
      Path dots = folder.resolve("../" + folder.getFileName() + "/a.capsa");
      Path relative = Path.of("").toAbsolutePath().relativize(container);
      for (Path same : List.of(container, link, hardLink, dots, relative)) {
        assertThatThrownBy(() -> provider.newFileSystem(uriOf(same), CREATE))
            .as(same.toString())
            .isExactlyInstanceOf(FileSystemAlreadyExistsException.class);
        assertThat(provider.getFileSystem(uriOf(same))).isSameAs(fs);
      }
    }
  }

  @Test
  void a_container_opens_again_after_closing() throws IOException {
    FileSystem first = provider.newFileSystem(uri, CREATE);
    Files.writeString(first.getPath("/f"), "content");
    first.close();
    assertThatThrownBy(() -> provider.getFileSystem(uri))
        .isExactlyInstanceOf(FileSystemNotFoundException.class);
    try (FileSystem second = provider.newFileSystem(uri, Map.of())) {
      assertThat(second).isNotSameAs(first);
      assertThat(Files.readString(second.getPath("/f"))).isEqualTo("content");
      first.close();
      assertThat(second.isOpen()).isTrue();
      assertThat(provider.getFileSystem(uri)).isSameAs(second);
    }
  }

  @Test
  void of_threads_that_open_one_wins() throws Exception {
    int threads = 4;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 30; round++) {
        URI each = uriOf(folder.resolve("round" + round + ".capsa"));
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<Boolean>> futures = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          futures.add(
              executor.submit(
                  () -> {
                    start.await();
                    try {
                      provider.newFileSystem(each, CREATE);
                      return true;
                    } catch (FileSystemAlreadyExistsException e) {
                      return false;
                    }
                  }));
        }
        List<Boolean> won = new ArrayList<>();
        for (Future<Boolean> future : futures) {
          won.add(future.get());
        }
        assertThat(won).containsOnlyOnce(true);
        provider.getFileSystem(each).close();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void a_failed_opening_leaves_nothing() throws IOException {
    assertThatThrownBy(() -> provider.newFileSystem(uri, Map.of()))
        .isExactlyInstanceOf(NoSuchFileException.class);
    assertThat(container).doesNotExist();
    assertThatThrownBy(() -> provider.newFileSystem(uri, Map.of("create", "maybe")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(container).doesNotExist();
    Files.writeString(container, "not a container");
    assertThatThrownBy(() -> provider.newFileSystem(uri, CREATE))
        .isExactlyInstanceOf(CapsaFormatException.class);
    assertThat(container).hasContent("not a container");
    Files.delete(container);
    provider.newFileSystem(uri, CREATE).close();
  }

  @Test
  void a_container_in_a_missing_folder_is_not_made() {
    URI missing = uriOf(folder.resolve("missing/a.capsa"));
    assertThatThrownBy(() -> provider.newFileSystem(missing, CREATE))
        .isExactlyInstanceOf(NoSuchFileException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_read_only_opening_makes_nothing() {
    Map<String, ?> both = Map.of("create", true, "accessMode", "readOnly");
    assertThatThrownBy(() -> provider.newFileSystem(uri, both))
        .isExactlyInstanceOf(NoSuchFileException.class);
    assertThat(container).doesNotExist();
  }

  @Test
  void a_path_opens_an_instance_of_its_own() throws IOException {
    try (FileSystem own = provider.newFileSystem(container, CREATE);
        FileSystem another = provider.newFileSystem(container, Map.of())) {
      assertThat(own).isNotSameAs(another);
      assertThatThrownBy(() -> provider.getFileSystem(uri))
          .isExactlyInstanceOf(FileSystemNotFoundException.class);
      Files.writeString(own.getPath("/f"), "content");
      assertThat(Files.readString(another.getPath("/f"))).isEqualTo("content");
      assertThat(engines.open).hasValue(1);
      assertThat(Files.isSameFile(own.getPath("/f"), another.getPath("/f"))).isTrue();
      Files.copy(own.getPath("/f"), another.getPath("/f"));
      Files.move(own.getPath("/f"), another.getPath("/g"));
      assertThat(own.getPath("/f")).doesNotExist();
      assertThat(own.getPath("/g")).hasContent("content");
    }
  }

  @Test
  void locks_on_files_count_in_every_instance() throws IOException {
    try (FileSystem one = provider.newFileSystem(container, CREATE);
        FileSystem two = provider.newFileSystem(container, Map.of());
        FileChannel first = FileChannel.open(one.getPath("/f"), Set.of(WRITE, CREATE_NEW));
        FileChannel second = FileChannel.open(two.getPath("/f"), WRITE)) {
      FileLock lock = first.lock();
      assertThatThrownBy(second::tryLock).isExactlyInstanceOf(OverlappingFileLockException.class);
      one.close();
      assertThat(lock.isValid()).isFalse();
      assertThat(second.tryLock().isValid()).isTrue();
    }
  }

  @Test
  void what_is_not_a_container_is_left_to_other_providers() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "some text");
    Path empty = Files.createFile(folder.resolve("empty.zip"));
    Path missing = folder.resolve("missing.zip");
    for (Path other : List.of(text, empty, folder, missing)) {
      assertThatThrownBy(() -> provider.newFileSystem(other, CREATE))
          .as(other.toString())
          .isExactlyInstanceOf(UnsupportedOperationException.class);
    }
    assertThat(missing).doesNotExist();
    assertThat(empty).isEmptyFile();
    assertThat(text).hasContent("some text");
  }

  @Test
  void the_environment_is_not_kept_and_may_hold_more() throws IOException {
    Map<String, Object> env =
        new HashMap<>(Map.of("create", Boolean.TRUE, "unknown", new Object()));
    Map<String, Object> before = Map.copyOf(env);
    try (FileSystem fs = provider.newFileSystem(uri, env)) {
      assertThat(env).isEqualTo(before);
      env.put("accessMode", "readOnly");
      assertThat(fs.isReadOnly()).isFalse();
    }
    assertThatThrownBy(() -> provider.newFileSystem(uri, null))
        .isExactlyInstanceOf(NullPointerException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b.capsa",
        "100%.capsa",
        "%20",
        "#",
        "?",
        "a!b",
        "wow!",
        "ä",
        "\ud834\udd1e",
        "a+b",
        "a:b"
      })
  void a_container_may_have_any_name(String name) throws IOException {
    Path named = folder.resolve(name);
    try (FileSystem fs = provider.newFileSystem(uriOf(named), CREATE)) {
      Path inside = fs.getPath("/x y/!/z!");
      assertThat((Object) provider.getPath(inside.toUri())).isEqualTo(inside);
      assertThat(inside.toUri().resolve("u").toString()).endsWith("!/x%20y/%21/u");
    }
  }

  @Test
  void a_container_named_by_a_relative_path_has_absolute_uris() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(container);
    try (FileSystem fs = provider.newFileSystem(relative, CREATE)) {
      assertThat(fs.getPath("/x").toUri().getRawPath()).startsWith("/").endsWith("a.capsa!/x");
    }
  }

  @Test
  void sharers_close_one_by_one() throws IOException {
    FileSystem one = provider.openShared(container, CREATE);
    FileSystem two = provider.openShared(container, Map.of());
    assertThat(two).isSameAs(one);
    assertThat(provider.getFileSystem(uri)).isSameAs(one);
    one.close();
    assertThat(two.isOpen()).isTrue();
    Files.writeString(two.getPath("/f"), "x");
    two.close();
    assertThat(two.isOpen()).isFalse();
  }

  @Test
  void a_container_may_lie_in_another_file_system() throws IOException {
    try (FileSystem jimfs = Jimfs.newFileSystem(Configuration.unix())) {
      Path elsewhere = jimfs.getPath("/a b.capsa");
      try (FileSystem fs = provider.newFileSystem(elsewhere, CREATE)) {
        Files.writeString(fs.getPath("/f"), "content");
        assertThat(fs.getPath("/f").toUri().toString()).contains("jimfs").endsWith("!/f");
      }
      assertThat(elsewhere).exists();
    }
  }

  @Test
  void the_provider_is_installed_once() {
    List<FileSystemProvider> ours =
        FileSystemProvider.installedProviders().stream()
            .filter(it -> it.getScheme().equals("capsa"))
            .toList();
    assertThat(ours).hasSize(1);
    assertThat(ours.get(0)).isExactlyInstanceOf(CapsaFileSystemProvider.class);
  }
}
