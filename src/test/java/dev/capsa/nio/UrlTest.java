package dev.capsa.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a container as URLs. */
class UrlTest {
  @TempDir Path folder;
  private FileSystem fs;

  /** Loaded from a container by the tests. */
  public static final class Loaded {
    /** Says where it comes from. */
    @Override
    public String toString() {
      return "loaded by " + getClass().getClassLoader().getClass().getSimpleName();
    }
  }

  @BeforeEach
  void open() throws IOException {
    fs = Capsa.open(folder.resolve("a !b.capsa"), Capsa.options().create(true));
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private static String read(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "a b", "100%", "a!b", "what?", "#1", "a+b", "ü", "\uD83D\uDE00"})
  void a_file_of_any_name_is_read_by_its_url(String name) throws IOException {
    Path file = Files.writeString(fs.getPath("/" + name), "content");
    assertThat(read(file.toUri().toURL())).isEqualTo("content");
  }

  @Test
  void a_relative_url_leads_to_a_neighbour() throws IOException {
    Files.createDirectory(fs.getPath("/d"));
    Files.writeString(fs.getPath("/d/one"), "1");
    Files.writeString(fs.getPath("/two"), "2");
    URL one = fs.getPath("/d/one").toUri().toURL();
    assertThat(read(new URL(one, "../two"))).isEqualTo("2");
  }

  @Test
  void a_connection_knows_length_time_and_type() throws IOException {
    Path file = Files.writeString(fs.getPath("/page.html"), "<html>");
    Files.setLastModifiedTime(file, FileTime.fromMillis(12_345_000));
    URLConnection connection = file.toUri().toURL().openConnection();
    assertThat(connection.getContentLengthLong()).isEqualTo(6);
    assertThat(connection.getContentLength()).isEqualTo(6);
    assertThat(connection.getLastModified()).isEqualTo(12_345_000);
    assertThat(connection.getContentType()).isEqualTo("text/html");
  }

  @Test
  void a_directory_is_the_list_of_its_names() throws IOException {
    Files.createDirectory(fs.getPath("/d"));
    Files.createFile(fs.getPath("/d/b"));
    Files.createFile(fs.getPath("/d/a"));
    assertThat(read(fs.getPath("/d").toUri().toURL())).isEqualTo("a\nb\n");
  }

  @Test
  void what_is_missing_is_a_file_not_found() throws IOException {
    URL url = fs.getPath("/none").toUri().toURL();
    assertThatThrownBy(url::openStream).isExactlyInstanceOf(FileNotFoundException.class);
  }

  @Test
  void a_closed_container_says_how_to_open_it() throws IOException {
    URL url = Files.writeString(fs.getPath("/f"), "x").toUri().toURL();
    fs.close();
    assertThatThrownBy(url::openStream)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Capsa.open");
  }

  @Test
  void classes_and_resources_load_from_a_container() throws Exception {
    Path classes = Files.createDirectory(fs.getPath("/classes"));
    String file = Loaded.class.getName().replace('.', '/') + ".class";
    Path target = classes.resolve(file);
    Files.createDirectories(target.getParent());
    try (InputStream in = UrlTest.class.getClassLoader().getResourceAsStream(file)) {
      Files.copy(in, target);
    }
    Files.writeString(classes.resolve("text"), "resource");
    URL root = new URL(classes.toUri() + "/");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {root}, null)) {
      Class<?> loaded = loader.loadClass(Loaded.class.getName());
      assertThat(loaded).isNotSameAs(Loaded.class);
      assertThat(loaded.getDeclaredConstructor().newInstance())
          .hasToString("loaded by URLClassLoader");
      assertThat(read(loader.getResource("text"))).isEqualTo("resource");
      assertThat(loader.getResource("nothing")).isNull();
    }
  }

  @Test
  void a_container_in_a_container_has_urls_too() throws Exception {
    Path inner = fs.getPath("/inner.capsa");
    try (FileSystem nested =
        FileSystems.newFileSystem(
            java.net.URI.create("capsa:" + inner.toUri()), Map.of("create", "true"))) {
      Path file = Files.writeString(nested.getPath("/f"), "deep");
      assertThat(read(file.toUri().toURL())).isEqualTo("deep");
      assertThat(Path.of(file.toUri())).isEqualTo(file);
    }
  }
}
