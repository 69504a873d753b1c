package dev.capsa.tck;

import static dev.capsa.tck.Capability.ADDRESSES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** File systems that are opened, found and closed by their URIs. */
@Needs(ADDRESSES)
public abstract class AddressContract extends Contract {
  private final List<FileSystem> opened = Collections.synchronizedList(new ArrayList<>());
  private URI address;

  protected AddressContract(Subject subject) {
    super(subject);
  }

  @BeforeEach
  void name() throws IOException {
    address = place().address();
  }

  @AfterEach
  void closeOpened() throws IOException {
    for (FileSystem each : opened) {
      each.close();
    }
  }

  private FileSystem open(URI uri, Map<String, ?> environment) throws IOException {
    FileSystem made = fs.provider().newFileSystem(uri, environment);
    opened.add(made);
    return made;
  }

  private FileSystem open() throws IOException {
    return open(address, place().environment());
  }

  private URI spelled(boolean upper) {
    String text = address.toString();
    int end = text.indexOf(':');
    String scheme = text.substring(0, end);
    String other =
        upper
            ? scheme.toUpperCase(Locale.ROOT)
            : scheme.substring(0, 1).toUpperCase(Locale.ROOT) + scheme.substring(1);
    return URI.create(other + text.substring(end));
  }

  @Statement(10)
  @Test
  void an_open_file_system_is_found() throws IOException {
    FileSystem made = open();
    assertThat(made.isOpen()).isTrue();
    assertThat(made.provider()).isSameAs(fs.provider());
    assertThat(fs.provider().getFileSystem(address)).isSameAs(made);
  }

  @Statement(2)
  @Test
  void the_scheme_counts_without_regard_to_case() throws IOException {
    FileSystem made = open(spelled(true), place().environment());
    assertThat(fs.provider().getFileSystem(spelled(false))).isSameAs(made);
    assertThat(fs.provider().getFileSystem(address)).isSameAs(made);
  }

  @Statement(5)
  @Test
  void a_path_has_a_uri_of_the_scheme() throws IOException {
    Path path = open().getPath("/a b/c");
    URI uri = path.toUri();
    assertThat(uri.isAbsolute()).isTrue();
    assertThat(uri.getScheme()).isEqualToIgnoringCase(fs.provider().getScheme());
    assertThat((Object) place().path(uri)).isEqualTo(path);
  }

  @Statement(6)
  @Test
  void what_was_never_opened_is_not_found() {
    thrown(FileSystemNotFoundException.class, () -> fs.provider().getFileSystem(address));
  }

  @Statement(6)
  @Test
  void a_path_of_a_closed_file_system_is_not_found() throws IOException {
    FileSystem made = open();
    URI uri = made.getPath("/f").toUri();
    made.close();
    thrown(FileSystemNotFoundException.class, () -> place().path(uri));
  }

  @Statement(7)
  @Test
  void it_is_opened_once() throws IOException {
    FileSystem made = open();
    thrown(FileSystemAlreadyExistsException.class, this::open);
    assertThat(made.isOpen()).isTrue();
    Files.createFile(made.getPath("/f"));
    assertThat(fs.provider().getFileSystem(address)).isSameAs(made);
  }

  @Statement({8, 16})
  @Test
  void of_threads_that_open_one_wins() throws Exception {
    for (int round = 0; round < 5; round++) {
      URI one = place().address();
      List<Boolean> won =
          inThreads(
              4,
              () -> {
                try {
                  open(one, place().environment());
                  return true;
                } catch (FileSystemAlreadyExistsException e) {
                  return false;
                }
              });
      assertThat(won).containsOnlyOnce(true);
      fs.provider().getFileSystem(one).close();
      open(one, place().environment()).close();
    }
  }

  @Statement(9)
  @Test
  void an_opening_that_failed_leaves_nothing() throws IOException {
    thrown(NullPointerException.class, () -> open(address, null));
    thrown(FileSystemNotFoundException.class, () -> fs.provider().getFileSystem(address));
    assertThat(open().isOpen()).isTrue();
  }

  @Statement(10)
  @Test
  void it_opens_again_when_it_is_closed() throws IOException {
    open().close();
    thrown(FileSystemNotFoundException.class, () -> fs.provider().getFileSystem(address));
    FileSystem again = open();
    assertThat(again.isOpen()).isTrue();
    assertThat(fs.provider().getFileSystem(address)).isSameAs(again);
  }

  @Statement(14)
  @Test
  void the_environment_may_hold_more() throws IOException {
    Map<String, Object> environment = new HashMap<>(place().environment());
    environment.put("a key that nobody knows", new Object());
    assertThat(open(address, environment).isOpen()).isTrue();
  }

  @Statement(14)
  @Test
  void the_environment_is_neither_changed_nor_kept() throws IOException {
    Map<String, Object> environment = new HashMap<>(place().environment());
    Map<String, Object> before = Map.copyOf(environment);
    FileSystem made = open(address, Collections.unmodifiableMap(environment));
    assertThat(environment).isEqualTo(before);
    environment.clear();
    Files.createFile(made.getPath("/f"));
    assertThat(Files.exists(made.getPath("/f"))).isTrue();
  }
}
