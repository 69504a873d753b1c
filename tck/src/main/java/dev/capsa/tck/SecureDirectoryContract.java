package dev.capsa.tck;

import static dev.capsa.tck.Capability.SECURE_DIRECTORIES;
import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statement 82: what is done relative to an open directory is done there, wherever it went. */
@Needs({WRITING, SECURE_DIRECTORIES})
public abstract class SecureDirectoryContract extends Contract {
  private Path original;
  private Path moved;
  private SecureDirectoryStream<Path> stream;

  protected SecureDirectoryContract(Subject subject) {
    super(subject);
  }

  @BeforeEach
  void openAndMove() throws IOException {
    original = directory("original");
    Files.writeString(original.resolve("f"), "content");
    Files.createDirectory(original.resolve("d"));
    stream = secure(Files.newDirectoryStream(original));
    moved = Files.move(original, at("moved"));
    Files.createDirectory(original);
  }

  @AfterEach
  void closeStream() throws IOException {
    stream.close();
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> opened) {
    assertThat(opened).isInstanceOf(SecureDirectoryStream.class);
    return (SecureDirectoryStream<Path>) opened;
  }

  private Path name(String name) {
    return fs.getPath(name);
  }

  private String read(SecureDirectoryStream<Path> from, String name) throws IOException {
    try (SeekableByteChannel channel = from.newByteChannel(name(name), Set.of(READ))) {
      ByteBuffer bytes = ByteBuffer.allocate(100);
      channel.read(bytes);
      return new String(
          bytes.array(), 0, bytes.position(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static List<String> entries(DirectoryStream<Path> of) {
    List<String> names = new ArrayList<>();
    of.forEach(it -> names.add(it.toString()));
    names.sort(null);
    return names;
  }

  @Statement(82)
  @Test
  void files_are_read_where_the_directory_is_now() throws IOException {
    assertThat(read(stream, "f")).isEqualTo("content");
  }

  @Statement(82)
  @Test
  void files_are_made_where_the_directory_is_now() throws IOException {
    try (SeekableByteChannel channel =
        stream.newByteChannel(
            name("new"),
            Set.of(CREATE_NEW, WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(bytes("made"));
    }
    assertThat(content(moved.resolve("new"))).isEqualTo("made");
    assertThat(Files.getPosixFilePermissions(moved.resolve("new"))).hasSize(2);
    assertThat(names(original)).isEmpty();
    thrown(
        FileAlreadyExistsException.class,
        () -> stream.newByteChannel(name("new"), Set.of(CREATE_NEW, WRITE)));
  }

  @Statement(82)
  @Test
  void files_and_directories_are_deleted_where_the_directory_is_now() throws IOException {
    stream.deleteFile(name("f"));
    stream.deleteDirectory(name("d"));
    assertThat(names(moved)).isEmpty();
  }

  @Statement(82)
  @Test
  void a_file_is_deleted_as_a_file_and_a_directory_as_one() throws IOException {
    refused(FileSystemException.class, () -> stream.deleteFile(name("d")));
    refused(FileSystemException.class, () -> stream.deleteDirectory(name("f")));
    refused(NoSuchFileException.class, () -> stream.deleteFile(name("none")));
    Files.createFile(moved.resolve("d/inner"));
    refused(DirectoryNotEmptyException.class, () -> stream.deleteDirectory(name("d")));
  }

  @Statement(82)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_link_is_deleted_itself() throws IOException {
    Files.createSymbolicLink(moved.resolve("l"), name("f"));
    stream.deleteFile(name("l"));
    assertThat(names(moved)).containsExactly("d", "f");
  }

  @Statement(82)
  @Test
  void entries_are_listed_and_begin_with_the_path_of_the_opening() {
    assertThat(entries(stream)).containsExactly(original + "/d", original + "/f");
  }

  @Statement(82)
  @Test
  void directories_are_opened_where_the_directory_is_now() throws IOException {
    Files.createFile(moved.resolve("d/inner"));
    try (SecureDirectoryStream<Path> inner = secure(stream.newDirectoryStream(name("d")))) {
      assertThat(entries(inner)).containsExactly(original + "/d/inner");
      Files.move(moved.resolve("d"), at("elsewhere"));
      inner.deleteFile(name("inner"));
      assertThat(names(at("elsewhere"))).isEmpty();
    }
    refused(NotDirectoryException.class, () -> stream.newDirectoryStream(name("f")));
    refused(NoSuchFileException.class, () -> stream.newDirectoryStream(name("none")));
  }

  @Statement(82)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void links_to_directories_are_followed_unless_told_otherwise() throws IOException {
    Files.createSymbolicLink(moved.resolve("l"), name("d"));
    stream.newDirectoryStream(name("l")).close();
    assertThat(catchThrowable(() -> stream.newDirectoryStream(name("l"), NOFOLLOW_LINKS)))
        .isInstanceOf(FileSystemException.class);
    Files.createSymbolicLink(moved.resolve("lf"), name("f"));
    assertThat(read(stream, "lf")).isEqualTo("content");
    assertThat(
            catchThrowable(() -> stream.newByteChannel(name("lf"), Set.of(READ, NOFOLLOW_LINKS))))
        .isInstanceOf(IOException.class);
  }

  @Statement(82)
  @Test
  void files_move_between_two_open_directories() throws IOException {
    directory("other");
    try (SecureDirectoryStream<Path> other = secure(Files.newDirectoryStream(at("other")))) {
      Files.move(at("other"), at("other moved"));
      Files.writeString(at("other moved").resolve("g"), "replaced");
      stream.move(name("f"), other, name("g"));
    }
    assertThat(content(at("other moved").resolve("g"))).isEqualTo("content");
    assertThat(names(moved)).containsExactly("d");
  }

  @Statement(82)
  @Test
  void a_file_is_renamed_within_an_open_directory() throws IOException {
    stream.move(name("f"), stream, name("g"));
    assertThat(names(moved)).containsExactly("d", "g");
    refused(NoSuchFileException.class, () -> stream.move(name("none"), stream, name("h")));
  }

  @Statement(82)
  @Test
  void absolute_paths_lead_where_they_say() throws IOException {
    Path elsewhere = file("elsewhere", "there");
    assertThat(read(stream, elsewhere.toString())).isEqualTo("there");
    stream.move(elsewhere, stream, name("here"));
    assertThat(content(moved.resolve("here"))).isEqualTo("there");
    Path again = file("again", "");
    stream.deleteFile(again);
    assertThat(isThere(again)).isFalse();
  }

  @Statement(82)
  @Test
  void attributes_of_the_directory_itself_are_those_of_where_it_is_now() throws IOException {
    BasicFileAttributeView view = stream.getFileAttributeView(BasicFileAttributeView.class);
    assertThat(view.name()).isEqualTo("basic");
    assertThat(view.readAttributes().isDirectory()).isTrue();
    view.setTimes(FileTime.fromMillis(5000), null, null);
    assertThat(Files.getLastModifiedTime(moved)).isEqualTo(FileTime.fromMillis(5000));
  }

  @Statement(82)
  @Test
  void attributes_of_a_file_are_read_and_set_where_the_directory_is_now() throws IOException {
    PosixFileAttributeView view =
        stream.getFileAttributeView(name("f"), PosixFileAttributeView.class);
    assertThat(view.readAttributes().size()).isEqualTo(7);
    view.setPermissions(PosixFilePermissions.fromString("r--r-----"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(moved.resolve("f"))))
        .isEqualTo("r--r-----");
    thrown(
        NoSuchFileException.class,
        () ->
            stream
                .getFileAttributeView(name("none"), BasicFileAttributeView.class)
                .readAttributes());
  }

  @Statement(82)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void attributes_of_a_link_are_its_own_if_asked_for() throws IOException {
    Files.createSymbolicLink(moved.resolve("l"), name("f"));
    BasicFileAttributeView own =
        stream.getFileAttributeView(name("l"), BasicFileAttributeView.class, NOFOLLOW_LINKS);
    assertThat(own.readAttributes().isSymbolicLink()).isTrue();
    BasicFileAttributeView target =
        stream.getFileAttributeView(name("l"), BasicFileAttributeView.class);
    assertThat(target.readAttributes().isRegularFile()).isTrue();
  }

  @Statement(82)
  @Test
  void an_unknown_view_is_null() {
    assertThat(stream.getFileAttributeView(UnknownView.class)).isNull();
    assertThat(stream.getFileAttributeView(name("f"), UnknownView.class)).isNull();
  }

  /** Of no provider. */
  private interface UnknownView extends FileAttributeView {}

  @Statement(82)
  @Test
  void a_closed_stream_refuses_all() throws IOException {
    stream.close();
    Class<ClosedDirectoryStreamException> closed = ClosedDirectoryStreamException.class;
    thrown(closed, () -> stream.newByteChannel(name("f"), Set.of(READ)));
    thrown(closed, () -> stream.newDirectoryStream(name("d")));
    thrown(closed, () -> stream.deleteFile(name("f")));
    thrown(closed, () -> stream.deleteDirectory(name("d")));
    thrown(closed, () -> stream.move(name("f"), stream, name("g")));
    thrown(
        closed,
        () ->
            stream.getFileAttributeView(name("f"), BasicFileAttributeView.class).readAttributes());
    assertThat(names(moved)).containsExactly("d", "f");
  }

  @Statement(82)
  @Test
  void what_was_opened_through_a_stream_stays_open_when_it_is_closed() throws IOException {
    try (SeekableByteChannel channel = stream.newByteChannel(name("f"), Set.of(READ));
        SecureDirectoryStream<Path> inner = stream.newDirectoryStream(name("d"))) {
      stream.close();
      assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(7);
      assertThat(entries(inner)).isEmpty();
    }
  }

  @Statement(27)
  @Test
  void null_is_refused() {
    Class<NullPointerException> npe = NullPointerException.class;
    thrown(npe, () -> stream.newByteChannel(null, Set.of(READ)));
    thrown(npe, () -> stream.newDirectoryStream(null));
    thrown(npe, () -> stream.deleteFile(null));
    thrown(npe, () -> stream.deleteDirectory(null));
    thrown(npe, () -> stream.move(name("f"), null, name("g")));
    thrown(npe, () -> stream.move(name("f"), stream, null));
    thrown(npe, () -> stream.getFileAttributeView(null));
  }
}
