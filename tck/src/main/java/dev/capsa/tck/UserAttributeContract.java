package dev.capsa.tck;

import static dev.capsa.tck.Capability.USER_ATTRIBUTES;
import static dev.capsa.tck.Capability.WRITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The view "user": attributes that users name and fill. */
@Needs({WRITING, USER_ATTRIBUTES})
public abstract class UserAttributeContract extends Contract {
  protected UserAttributeContract(Subject subject) {
    super(subject);
  }

  private static UserDefinedFileAttributeView view(Path path) {
    return Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
  }

  private static byte[] value(Path path, String name) throws IOException {
    return (byte[]) Files.getAttribute(path, "user:" + name);
  }

  @Statement(75)
  @Test
  void attributes_are_written_read_and_deleted() throws IOException {
    UserDefinedFileAttributeView view = view(file("f", "x"));
    assertThat(view.name()).isEqualTo("user");
    assertThat(view.list()).isEmpty();
    ByteBuffer source = bytes(".value.");
    source.position(1).limit(6);
    assertThat(view.write("name", source)).isEqualTo(5);
    assertThat(source.remaining()).isZero();
    view.write("other", bytes(""));
    assertThat(view.list()).containsExactlyInAnyOrder("name", "other");
    assertThat(view.size("name")).isEqualTo(5);
    assertThat(view.size("other")).isZero();
    ByteBuffer target = ByteBuffer.allocate(9).position(2);
    assertThat(view.read("name", target)).isEqualTo(5);
    assertThat(target.position()).isEqualTo(7);
    assertThat(target.flip().position(2)).isEqualTo(bytes("value"));
    view.write("name", bytes("new"));
    assertThat(view.size("name")).isEqualTo(3);
    view.delete("name");
    assertThat(view.list()).containsExactly("other");
  }

  @Statement(75)
  @Test
  void what_is_missing_is_told() throws IOException {
    UserDefinedFileAttributeView view = view(file("f", "x"));
    thrown(FileSystemException.class, () -> view.size("missing"));
    thrown(FileSystemException.class, () -> view.read("missing", ByteBuffer.allocate(9)));
    thrown(FileSystemException.class, () -> view.delete("missing"));
    thrown(FileSystemException.class, () -> Files.getAttribute(at("f"), "user:missing"));
    thrown(NoSuchFileException.class, () -> view(at("missing")).list());
    thrown(NoSuchFileException.class, () -> view(at("missing")).write("name", bytes("x")));
  }

  @Statement(75)
  @Test
  void a_buffer_must_have_room_and_be_writable() throws IOException {
    UserDefinedFileAttributeView view = view(file("f", "x"));
    view.write("name", bytes("value"));
    ByteBuffer small = ByteBuffer.allocate(4);
    assertThat(catchThrowable(() -> view.read("name", small))).isInstanceOf(IOException.class);
    assertThat(small.position()).isZero();
    thrown(
        IllegalArgumentException.class,
        () -> view.read("name", ByteBuffer.allocate(9).asReadOnlyBuffer()));
    ByteBuffer direct = ByteBuffer.allocateDirect(5);
    assertThat(view.read("name", direct)).isEqualTo(5);
    assertThat(view.write("copy", direct.flip())).isEqualTo(5);
    assertThat(view.write("again", bytes("value").asReadOnlyBuffer())).isEqualTo(5);
  }

  @Statement(27)
  @Test
  void null_is_refused() throws IOException {
    UserDefinedFileAttributeView view = view(file("f", "x"));
    thrown(NullPointerException.class, () -> view.size(null));
    thrown(NullPointerException.class, () -> view.delete(null));
    thrown(NullPointerException.class, () -> view.write(null, bytes("x")));
    thrown(NullPointerException.class, () -> view.write("name", null));
    thrown(NullPointerException.class, () -> view.read("name", null));
    assertThat(view.list()).isEmpty();
  }

  @Statement(75)
  @Test
  void names_are_kept_as_they_are() throws IOException {
    UserDefinedFileAttributeView view = view(file("f", "x"));
    List<String> names = List.of("a b", "ä", "a.b", "a:b", "%20", "A", "a", "\ud834\udd1e");
    for (String name : names) {
      view.write(name, bytes(name));
    }
    assertThat(view.list()).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      assertThat(view.size(name)).isEqualTo(bytes(name).remaining());
    }
  }

  @Statement(75)
  @Test
  void attributes_are_read_and_set_by_name() throws IOException {
    Path file = file("f", "x");
    Files.setAttribute(file, "user:one", new byte[] {1});
    Files.setAttribute(file, "user:two", ByteBuffer.wrap(new byte[] {2, 2}));
    assertThat(value(file, "one")).containsExactly(1);
    assertThat(value(file, "two")).containsExactly(2, 2);
    assertThat(Files.readAttributes(file, "user:*")).containsOnlyKeys("one", "two");
    assertThat(Files.readAttributes(file, "user:two")).containsOnlyKeys("two");
    refused(ClassCastException.class, () -> Files.setAttribute(file, "user:one", "text"));
  }

  @Statement(75)
  @Test
  void the_list_is_of_its_moment() throws IOException {
    UserDefinedFileAttributeView view = view(file("f", "x"));
    view.write("one", bytes("x"));
    List<String> list = view.list();
    view.write("two", bytes("x"));
    assertThat(list).containsExactly("one");
  }

  @Statement(75)
  @Test
  void directories_have_them_too() throws IOException {
    Path directory = directory("d");
    view(directory).write("name", bytes("value"));
    assertThat(value(directory, "name")).hasSize(5);
  }

  @Statement({63, 64})
  @Test
  void moves_and_copies_with_attributes_take_them_along() throws IOException {
    Path file = file("f", "x");
    view(file).write("name", bytes("value"));
    Files.copy(file, at("copy"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(value(at("copy"), "name")).hasSize(5);
    Files.move(file, at("moved"));
    assertThat(value(at("moved"), "name")).hasSize(5);
  }

  @Statement(75)
  @Test
  void a_value_of_two_thousand_bytes_is_kept() throws IOException {
    Path file = file("f", "x");
    byte[] value = new byte[2000];
    value[1999] = 7;
    view(file).write("name", ByteBuffer.wrap(value));
    assertThat(value(file, "name")).isEqualTo(value);
  }

  @Statement(75)
  @Test
  void a_value_that_is_too_long_is_refused() throws IOException {
    Path file = file("f", "x");
    assertThat(catchThrowable(() -> view(file).write("name", ByteBuffer.allocate(10_000_000))))
        .isInstanceOf(IOException.class);
    assertThat(view(file).list()).isEmpty();
  }

  @Statement(75)
  @Test
  void a_name_that_is_too_long_is_refused() throws IOException {
    Path file = file("f", "x");
    assertThat(catchThrowable(() -> view(file).write("n".repeat(300), bytes("x"))))
        .isInstanceOf(IOException.class);
    assertThat(view(file).list()).isEmpty();
  }

  @Statement(75)
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 15, 16, 255, 256, 1000, 2000})
  void a_value_has_its_length(int length) throws IOException {
    Path file = file("f", "x");
    byte[] value = new byte[length];
    java.util.Arrays.fill(value, (byte) 5);
    assertThat(view(file).write("name", ByteBuffer.wrap(value))).isEqualTo(length);
    assertThat(view(file).size("name")).isEqualTo(length);
    assertThat(value(file, "name")).isEqualTo(value);
    if (length > 0) {
      ByteBuffer small = ByteBuffer.allocate(length - 1);
      assertThat(catchThrowable(() -> view(file).read("name", small)))
          .isInstanceOf(IOException.class);
    }
  }
}
