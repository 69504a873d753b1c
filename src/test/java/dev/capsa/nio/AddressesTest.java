package dev.capsa.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

  private static Addresses.Address parse(String uri) {
    return Addresses.parse(URI.create(uri));
  }

  private static Addresses.Address address(String container, String path) {
    return new Addresses.Address(new Home.InFile(Path.of(container)), 0, path);
  }

  @Test
  void a_hierarchical_uri_names_a_container_on_the_default_file_system() {
    assertThat(parse("capsa:///data/app.capsa!/docs/a.txt"))
        .isEqualTo(address("/data/app.capsa", "/docs/a.txt"));
    assertThat(parse("capsa:/data/app.capsa!/")).isEqualTo(address("/data/app.capsa", "/"));
    assertThat(parse("capsa:///data/app.capsa")).isEqualTo(address("/data/app.capsa", null));
  }

  @Test
  void a_uri_of_the_container_may_stand_inside() {
    assertThat(parse("capsa:file:///data/app.capsa!/x"))
        .isEqualTo(address("/data/app.capsa", "/x"));
    assertThat(parse("capsa:file:/data/app.capsa")).isEqualTo(address("/data/app.capsa", null));
  }

  @Test
  void the_scheme_is_read_without_regard_to_case() {
    assertThat(parse("CAPSA:///a!/x")).isEqualTo(address("/a", "/x"));
    assertThat(parse("Capsa:FILE:///a!/x")).isEqualTo(address("/a", "/x"));
  }

  @Test
  void the_first_separator_counts_on_the_default_file_system() {
    assertThat(parse("capsa:///a!/wow!/x")).isEqualTo(address("/a", "/wow!/x"));
    assertThat(parse("capsa:file:///a!/wow!/x")).isEqualTo(address("/a", "/wow!/x"));
    assertThat(parse("capsa:///odd!name/a%21/b!/x")).isEqualTo(address("/odd!name/a!/b", "/x"));
  }

  @Test
  void a_uri_may_name_a_revision() {
    Home container = new Home.InFile(Path.of("/data/a.capsa"));
    assertThat(parse("capsa:///data/a.capsa!@17!/x/y"))
        .isEqualTo(new Addresses.Address(container, 17, "/x/y"));
    assertThat(parse("capsa:///data/a.capsa!@17"))
        .isEqualTo(new Addresses.Address(container, 17, null));
    assertThat(parse("capsa:file:///data/a.capsa!@17!/x"))
        .isEqualTo(new Addresses.Address(container, 17, "/x"));
    assertThat(parse("capsa://memory/one!@17!/x"))
        .isEqualTo(new Addresses.Address(new Home.InMemory("one"), 17, "/x"));
    String prefix = Addresses.withRevision(Addresses.prefix(Path.of("/data/a.capsa")), 17);
    assertThat(parse(prefix + "/x")).isEqualTo(new Addresses.Address(container, 17, "/x"));
    assertThatThrownBy(() -> parse("capsa:///data/a.capsa!@99999999999999999999!/x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_container_whose_name_ends_as_a_revision_does_is_another_one() {
    for (String name : List.of("/a!@17", "/a!@x", "/a@17", "/a!17")) {
      String prefix = Addresses.prefix(Path.of(name));
      assertThat(parse(prefix + "/x")).isEqualTo(address(name, "/x"));
    }
    assertThat(parse("capsa:///a!@x!/y")).isEqualTo(address("/a!@x", "/y"));
    assertThat(parse("capsa:///a!@0!/y")).isEqualTo(address("/a!@0", "/y"));
  }

  @Test
  void a_container_may_lie_in_memory() {
    assertThat(parse("capsa://memory/one!/x%21/y"))
        .isEqualTo(new Addresses.Address(new Home.InMemory("one"), 0, "/x!/y"));
    assertThat(parse("capsa://memory/one"))
        .isEqualTo(new Addresses.Address(new Home.InMemory("one"), 0, null));
    assertThat(new Home.InMemory("one").uriPrefix()).isEqualTo("capsa://memory/one!");
    assertThatThrownBy(() -> parse("capsa://memory/!/x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_container_may_lie_in_another_file_system() throws IOException {
    try (FileSystem jimfs = Jimfs.newFileSystem("outside", Configuration.unix())) {
      Path container = jimfs.getPath("/work/app!.capsa");
      String prefix = Addresses.prefix(container);
      assertThat(prefix).startsWith("capsa:jimfs://outside/");
      assertThat(parse(prefix + "/x%21/y"))
          .isEqualTo(new Addresses.Address(new Home.InFile(container), 0, "/x!/y"));
      assertThat(parse(prefix + "/"))
          .isEqualTo(new Addresses.Address(new Home.InFile(container), 0, "/"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///a",
        "a/b",
        "/a",
        "capsa:a",
        "capsa:a!/x",
        "capsa:nosuch:///a!/x",
        "capsa:///a!/x?query",
        "capsa:///a!/x#fragment",
        "capsa:file:///a!/x#fragment",
        "capsa:file:///a?b!/x",
        "capsa:///a!/%FF",
        "capsa:///a!/%C0%AF",
        "capsa:file:a!/x",
        "capsa:///a%00b!/x",
      })
  void a_uri_of_another_form_is_an_illegal_argument(String uri) {
    assertThatThrownBy(() -> parse(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_path_comes_back_from_its_uri() {
    List<String> paths =
        List.of(
            "/",
            "/with space",
            "/%",
            "/%20",
            "/a#b",
            "/a?b",
            "/a!",
            "/a!/b",
            "/a+b",
            "/a:b",
            "/a;b=c,d&e@f$g'(h)*",
            "/\uD83D\uDE00",
            "/\u00E9",
            "/e\u0301",
            "/[a]",
            "/a\\b",
            "/\"<>^`{|}",
            "/\n\t\u007F");
    for (String container : List.of("/data/app.capsa", "/od d/a!/%41#?+/app.capsa")) {
      String prefix = Addresses.prefix(Path.of(container));
      for (String path : paths) {
        URI uri = URI.create(prefix + Addresses.escape(path));
        assertThat(uri.isAbsolute()).as("absolute: %s", uri).isTrue();
        assertThat(Addresses.parse(uri)).as("%s", uri).isEqualTo(address(container, path));
      }
    }
  }

  @Test
  void a_uri_on_the_default_file_system_is_hierarchical_and_resolves() {
    URI uri = URI.create(Addresses.prefix(Path.of("/data/app.capsa")) + "/docs/a.txt");
    assertThat(uri).hasToString("capsa:///data/app.capsa!/docs/a.txt");
    assertThat(uri.isOpaque()).isFalse();
    assertThat(uri.resolve("b.txt")).hasToString("capsa:/data/app.capsa!/docs/b.txt");
    assertThat(Addresses.parse(uri.resolve("../c")).path()).isEqualTo("/c");
  }

  @Test
  void raw_letters_beyond_ascii_are_read_as_utf8() {
    assertThat(parse("capsa:///a!/\u00E9%C3%A9").path()).isEqualTo("/\u00E9\u00E9");
  }
}
