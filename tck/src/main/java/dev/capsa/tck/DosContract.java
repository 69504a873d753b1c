package dev.capsa.tck;

import static dev.capsa.tck.Capability.DOS;
import static dev.capsa.tck.Capability.WRITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The view "dos": four flags, which are kept and mean nothing. */
@Needs({WRITING, DOS})
public abstract class DosContract extends Contract {
  private static final List<String> FLAGS = List.of("readonly", "hidden", "system", "archive");

  protected DosContract(Subject subject) {
    super(subject);
  }

  private static DosFileAttributeView view(Path path) {
    return Files.getFileAttributeView(path, DosFileAttributeView.class);
  }

  private static void set(DosFileAttributeView view, String flag, boolean value)
      throws IOException {
    switch (flag) {
      case "readonly" -> view.setReadOnly(value);
      case "hidden" -> view.setHidden(value);
      case "system" -> view.setSystem(value);
      default -> view.setArchive(value);
    }
  }

  /** The flags that are set, as attributes and as strings tell them. */
  private static Set<String> flags(Path file) throws IOException {
    DosFileAttributes attributes = Files.readAttributes(file, DosFileAttributes.class);
    boolean[] values = {
      attributes.isReadOnly(), attributes.isHidden(), attributes.isSystem(), attributes.isArchive()
    };
    Set<String> set = new TreeSet<>();
    for (int i = 0; i < values.length; i++) {
      assertThat(Files.getAttribute(file, "dos:" + FLAGS.get(i))).isEqualTo(values[i]);
      if (values[i]) {
        set.add(FLAGS.get(i));
      }
    }
    return set;
  }

  @Statement(71)
  @ParameterizedTest
  @ValueSource(strings = {"readonly", "hidden", "system", "archive"})
  void each_flag_is_set_and_cleared_alone(String flag) throws IOException {
    Path file = file("f", "x");
    assertThat(view(file).name()).isEqualTo("dos");
    assertThat(flags(file)).isEmpty();
    set(view(file), flag, true);
    assertThat(flags(file)).containsExactly(flag);
    for (String each : FLAGS) {
      set(view(file), each, true);
    }
    assertThat(flags(file)).containsExactlyInAnyOrderElementsOf(FLAGS);
    set(view(file), flag, false);
    assertThat(flags(file)).hasSize(3).doesNotContain(flag);
  }

  @Statement(71)
  @ParameterizedTest
  @ValueSource(strings = {"readonly", "hidden", "system", "archive"})
  void flags_are_set_by_name(String flag) throws IOException {
    Path file = file("f", "x");
    Files.setAttribute(file, "dos:" + flag, true);
    assertThat(flags(file)).containsExactly(flag);
    Files.setAttribute(file, "dos:" + flag, false);
    assertThat(flags(file)).isEmpty();
  }

  @Statement(71)
  @ParameterizedTest
  @ValueSource(strings = {"readonly", "hidden", "system", "archive"})
  void a_flag_set_or_cleared_twice_is_so_once(String flag) throws IOException {
    Path file = file("f", "x");
    set(view(file), flag, false);
    assertThat(flags(file)).isEmpty();
    set(view(file), flag, true);
    set(view(file), flag, true);
    assertThat(flags(file)).containsExactly(flag);
    set(view(file), flag, false);
    set(view(file), flag, false);
    assertThat(flags(file)).isEmpty();
  }

  @Statement(71)
  @Test
  void all_are_read_by_a_star_and_some_by_their_names() throws IOException {
    Path file = file("f", "xyz");
    view(file).setHidden(true);
    Map<String, Object> all = Files.readAttributes(file, "dos:*");
    assertThat(all.keySet())
        .containsAll(Files.readAttributes(file, "*").keySet())
        .containsAll(FLAGS)
        .hasSize(13);
    assertThat(all).containsEntry("hidden", true).containsEntry("size", 3L);
    assertThat(Files.readAttributes(file, "dos:hidden,size,archive"))
        .isEqualTo(Map.of("hidden", true, "size", 3L, "archive", false));
  }

  @Statement(72)
  @Test
  void what_cannot_be_set_is_refused() throws IOException {
    Path file = file("f", "x");
    refused(IllegalArgumentException.class, () -> Files.setAttribute(file, "dos:size", 1L));
    refused(IllegalArgumentException.class, () -> Files.setAttribute(file, "dos:owner", "x"));
    refused(ClassCastException.class, () -> Files.setAttribute(file, "dos:hidden", "true"));
    refused(NullPointerException.class, () -> Files.setAttribute(file, "dos:hidden", null));
    refused(IllegalArgumentException.class, () -> Files.getAttribute(file, "dos:permissions"));
    assertThat(flags(file)).isEmpty();
  }

  @Statement(70)
  @Test
  void the_other_attributes_are_those_of_the_file() throws IOException {
    Path file = file("f", "xyz");
    FileTime time = FileTime.fromMillis(1_000_000_000_000L);
    FileTime access = FileTime.fromMillis(1_100_000_000_000L);
    view(file).setTimes(time, null, null);
    view(file).setTimes(null, access, null);
    DosFileAttributes dos = view(file).readAttributes();
    BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
    assertThat(dos.lastModifiedTime()).isEqualTo(time);
    assertThat(dos.lastAccessTime()).isEqualTo(access).isEqualTo(basic.lastAccessTime());
    assertThat(dos.creationTime()).isEqualTo(basic.creationTime());
    assertThat(dos.size()).isEqualTo(3);
    assertThat(dos.isRegularFile()).isTrue();
    assertThat(dos.isDirectory()).isFalse();
    assertThat(dos.isSymbolicLink()).isFalse();
    assertThat(dos.isOther()).isFalse();
    assertThat(dos.fileKey()).isEqualTo(basic.fileKey());
  }

  @Statement(71)
  @ParameterizedTest
  @CsvSource({"directory", "link"})
  void directories_have_flags_and_a_link_leads_to_those_of_its_target(String kind)
      throws IOException {
    Path target = directory("d");
    Path path = kind.equals("link") ? link("l", "d") : target;
    view(path).setSystem(true);
    assertThat(flags(target)).containsExactly("system");
    assertThat(flags(path)).containsExactly("system");
  }

  @Statement(64)
  @Test
  void flags_move_with_the_file_and_change_none_of_its_content() throws IOException {
    Path file = file("f", "xyz");
    view(file).setReadOnly(true);
    Files.move(file, at("g"));
    assertThat(flags(at("g"))).containsExactly("readonly");
    Files.writeString(at("g"), "still written");
    assertThat(content(at("g"))).isEqualTo("still written");
    Files.delete(at("g"));
    assertThat(isThere(at("g"))).isFalse();
  }

  @Statement(71)
  @Test
  void what_is_missing_is_told() throws IOException {
    refused(NoSuchFileException.class, () -> view(at("missing")).readAttributes());
    refused(NoSuchFileException.class, () -> view(at("missing")).setHidden(true));
    refused(NoSuchFileException.class, () -> Files.getAttribute(at("missing"), "dos:hidden"));
  }
}
