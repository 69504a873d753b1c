package dev.capsa.tck;

import static dev.capsa.tck.Capability.HARD_LINKS;
import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider refuses in every method: null, paths of others, URIs and files of others. */
public abstract class ProviderContract extends Contract {
  protected ProviderContract(Subject subject) {
    super(subject);
  }

  private FileSystemProvider provider() {
    return fs.provider();
  }

  @Statement(27)
  @ParameterizedTest
  @EnumSource
  void null_is_no_path(Act act) throws IOException {
    refused(NullPointerException.class, () -> act.on(provider(), null, null));
  }

  @Statement(28)
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*_STREAM")
  void a_path_of_another_provider_is_refused(Act act) throws IOException {
    Path foreign = ForeignPaths.of(fs, "/no-such-directory/f");
    refused(ProviderMismatchException.class, () -> act.on(provider(), foreign, foreign));
  }

  @Statement(28)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_link_of_another_provider_is_refused() throws IOException {
    Path foreign = ForeignPaths.of(fs, "/no-such-directory/f");
    refused(ProviderMismatchException.class, () -> provider().readSymbolicLink(foreign));
    refused(ProviderMismatchException.class, () -> provider().createSymbolicLink(foreign, at("f")));
  }

  @Statement(28)
  @Needs(HARD_LINKS)
  @Test
  void a_hard_link_of_another_provider_is_refused() throws IOException {
    Path foreign = ForeignPaths.of(fs, "/no-such-directory/f");
    refused(ProviderMismatchException.class, () -> provider().createLink(foreign, at("f")));
    refused(ProviderMismatchException.class, () -> provider().createLink(at("f"), foreign));
  }

  @Statement(29)
  @Test
  void a_file_of_another_provider_is_another_file() throws IOException {
    assertThat(provider().isSameFile(dir, ForeignPaths.of(fs, "/"))).isFalse();
    assertThat(Files.isSameFile(dir, ForeignPaths.of(fs, "/no-such-directory/f"))).isFalse();
  }

  @Statement(3)
  @ParameterizedTest
  @ValueSource(strings = {"other:/a", "other:///a", "other:a", "http://host/a", "mailto:a@b"})
  void a_uri_of_another_scheme_is_refused(String text) {
    URI uri = URI.create(text);
    thrown(IllegalArgumentException.class, () -> provider().getPath(uri));
    thrown(IllegalArgumentException.class, () -> provider().getFileSystem(uri));
    thrown(IllegalArgumentException.class, () -> provider().newFileSystem(uri, Map.of()));
  }

  @Statement(3)
  @ParameterizedTest
  @ValueSource(strings = {"", ":a", ":a%20b"})
  void a_uri_without_a_path_is_no_path(String rest) {
    URI uri = URI.create(fs.provider().getScheme() + rest);
    thrown(IllegalArgumentException.class, () -> place().path(uri));
  }

  @Statement(2)
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_scheme_of_a_path_counts_without_regard_to_case(boolean all) {
    URI uri = at("some name").toUri();
    String scheme = uri.getScheme();
    String other =
        all ? scheme.toUpperCase() : scheme.substring(0, 1).toUpperCase() + scheme.substring(1);
    URI spelled = URI.create(other + uri.toString().substring(scheme.length()));
    assertThat((Object) place().path(spelled)).isEqualTo(at("some name"));
  }

  @Statement({3, 27})
  @Test
  void null_is_no_uri() {
    thrown(NullPointerException.class, () -> provider().getPath(null));
    thrown(NullPointerException.class, () -> provider().getFileSystem(null));
    thrown(NullPointerException.class, () -> provider().newFileSystem((URI) null, Map.of()));
  }

  @Statement(12)
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "some text, which is in no format", "PK"})
  void a_file_of_others_is_left_to_them(String content) throws IOException {
    Path file = Files.createTempFile("foreign", ".txt");
    try {
      Files.writeString(file, content);
      thrown(UnsupportedOperationException.class, () -> provider().newFileSystem(file, Map.of()));
      assertThat(Files.readString(file)).isEqualTo(content);
    } finally {
      Files.delete(file);
    }
  }

  @Statement(12)
  @Test
  void a_directory_is_left_to_others() throws IOException {
    Path directory = Files.createTempDirectory("foreign");
    try {
      thrown(
          UnsupportedOperationException.class, () -> provider().newFileSystem(directory, Map.of()));
    } finally {
      Files.delete(directory);
    }
  }

  @Statement(38)
  @Test
  void only_the_default_provider_has_files_of_the_old_kind() {
    Throwable thrown = catchThrowable(at("f")::toFile);
    if (provider().getScheme().equals("file")) {
      assertThat(thrown).isNull();
    } else {
      assertThat(thrown).isExactlyInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Statement(22)
  @Test
  void views_that_are_supported_can_be_read() throws IOException {
    for (String view : fs.supportedFileAttributeViews()) {
      assertThat(view).isNotEmpty().doesNotContain(":");
      assertThat(Files.readAttributes(dir, view + ":*")).isNotNull();
    }
  }
}
