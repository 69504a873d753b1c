package dev.capsa.tck;

import static dev.capsa.tck.Capability.FILE_CHANNELS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Opening and creating files: {@code Files.newByteChannel}, streams, open options. */
@Needs(WRITING)
public abstract class OpenContract extends Contract {
  protected OpenContract(Subject subject) {
    super(subject);
  }

  private enum UnknownOption implements OpenOption {
    UNKNOWN
  }

  private static SeekableByteChannel open(Path path, OpenOption... options) throws IOException {
    return Files.newByteChannel(path, options);
  }

  private static void openAndClose(Path path, OpenOption... options) throws IOException {
    open(path, options).close();
  }

  @Statement(39)
  @Test
  void no_option_means_reading() throws IOException {
    Path file = file("f", "content");
    try (SeekableByteChannel channel = open(file)) {
      assertThat(channel.read(bytes("........"))).isEqualTo(7);
      thrown(NonWritableChannelException.class, () -> channel.write(bytes("x")));
    }
  }

  @Statement(39)
  @Test
  void a_missing_file_is_not_opened() throws IOException {
    Path missing = at("missing");
    refused(NoSuchFileException.class, () -> openAndClose(missing, READ));
    refused(NoSuchFileException.class, () -> openAndClose(missing, WRITE));
    refused(NoSuchFileException.class, () -> openAndClose(missing, APPEND));
    refused(NoSuchFileException.class, () -> openAndClose(missing, WRITE, TRUNCATE_EXISTING));
    refusedNaming(missing, () -> openAndClose(missing));
  }

  @Statement(41)
  @Test
  void options_of_creating_count_only_when_writing() throws IOException {
    Path missing = at("missing");
    refused(NoSuchFileException.class, () -> openAndClose(missing, READ, CREATE));
    refused(NoSuchFileException.class, () -> openAndClose(missing, CREATE));
    refused(NoSuchFileException.class, () -> openAndClose(missing, READ, CREATE_NEW));
    Path file = file("f", "content");
    openAndClose(file, READ, TRUNCATE_EXISTING);
    openAndClose(file, READ, CREATE_NEW);
    assertThat(content(file)).isEqualTo("content");
  }

  @Statement(43)
  @Test
  void CREATE_makes_a_file_or_opens_it() throws IOException {
    Path file = at("f");
    openAndClose(file, WRITE, CREATE);
    assertThat(Files.size(file)).isZero();
    Files.write(file, new byte[3]);
    openAndClose(file, WRITE, CREATE);
    assertThat(Files.size(file)).isEqualTo(3);
    openAndClose(at("appended"), APPEND, CREATE);
    assertThat(at("appended")).isEmptyFile();
  }

  @Statement(43)
  @Test
  void CREATE_NEW_refuses_what_exists() throws IOException {
    Path file = file("f", "content");
    Path directory = directory("d");
    openAndClose(at("new"), WRITE, CREATE_NEW);
    refused(FileAlreadyExistsException.class, () -> openAndClose(file, WRITE, CREATE_NEW));
    refused(FileAlreadyExistsException.class, () -> openAndClose(file, WRITE, CREATE_NEW, CREATE));
    refused(FileAlreadyExistsException.class, () -> openAndClose(file, APPEND, CREATE_NEW));
    refused(FileAlreadyExistsException.class, () -> openAndClose(directory, WRITE, CREATE_NEW));
    refusedNaming(file, () -> openAndClose(file, WRITE, CREATE_NEW));
  }

  @Statement({16, 43})
  @Test
  void CREATE_NEW_is_atomic_among_threads() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path file = at("f" + round);
      List<Boolean> made =
          inThreads(
              4,
              () -> {
                try {
                  openAndClose(file, WRITE, CREATE_NEW);
                  return true;
                } catch (FileAlreadyExistsException e) {
                  return false;
                }
              });
      assertThat(made).containsOnlyOnce(true);
    }
  }

  @Statement({16, 51})
  @Test
  void CREATE_among_threads_makes_one_file() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path file = at("f" + round);
      inThreads(
          4,
          () -> {
            try (SeekableByteChannel channel = open(file, APPEND, CREATE)) {
              return channel.write(bytes("x"));
            }
          });
      assertThat(content(file)).isEqualTo("xxxx");
    }
  }

  @Statement(42)
  @Test
  void TRUNCATE_EXISTING_empties_the_file() throws IOException {
    Path file = file("f", "content");
    try (SeekableByteChannel channel = open(file, WRITE, TRUNCATE_EXISTING)) {
      assertThat(channel.size()).isZero();
      assertThat(channel.position()).isZero();
    }
    assertThat(file).isEmptyFile();
  }

  @Statement(42)
  @Test
  void WRITE_alone_keeps_the_content_and_starts_at_its_start() throws IOException {
    Path file = file("f", "content");
    try (SeekableByteChannel channel = open(file, WRITE)) {
      assertThat(channel.position()).isZero();
      channel.write(bytes("CO"));
    }
    assertThat(content(file)).isEqualTo("COntent");
  }

  @Statement(40)
  @Test
  void APPEND_goes_neither_with_READ_nor_with_TRUNCATE_EXISTING() throws IOException {
    Path file = file("f", "content");
    refused(IllegalArgumentException.class, () -> openAndClose(file, READ, APPEND));
    refused(IllegalArgumentException.class, () -> openAndClose(file, APPEND, TRUNCATE_EXISTING));
    refused(
        IllegalArgumentException.class, () -> openAndClose(file, WRITE, APPEND, TRUNCATE_EXISTING));
    refused(IllegalArgumentException.class, () -> openAndClose(at("new"), READ, APPEND, CREATE));
  }

  @Statement(47)
  @Test
  void unknown_options_are_not_supported() throws IOException {
    Path file = file("f", "content");
    refused(
        UnsupportedOperationException.class, () -> openAndClose(file, READ, UnknownOption.UNKNOWN));
    refused(
        UnsupportedOperationException.class,
        () -> openAndClose(at("new"), WRITE, CREATE, UnknownOption.UNKNOWN));
  }

  @Statement(27)
  @Test
  void null_is_refused() throws IOException {
    Path file = file("f", "content");
    Set<OpenOption> withNull = new HashSet<>(Set.of(WRITE, CREATE));
    withNull.add(null);
    refused(NullPointerException.class, () -> Files.newByteChannel(null, Set.of()));
    refused(NullPointerException.class, () -> open(at("new"), WRITE, CREATE, null));
    refused(NullPointerException.class, () -> Files.newByteChannel(at("new"), withNull));
    refused(
        NullPointerException.class,
        () -> Files.newByteChannel(at("new"), Set.of(WRITE, CREATE), (FileAttribute<?>[]) null));
    refused(
        NullPointerException.class,
        () -> Files.newByteChannel(at("new"), Set.of(WRITE, CREATE), (FileAttribute<?>) null));
    refused(NullPointerException.class, () -> fs.provider().newByteChannel(file, null));
  }

  @Statement(28)
  @Test
  void a_path_of_another_provider_is_refused() {
    Path foreign = ForeignPaths.of(fs, "f");
    thrown(
        ProviderMismatchException.class,
        () -> fs.provider().newByteChannel(foreign, Set.of(READ)).close());
    thrown(
        ProviderMismatchException.class,
        () -> fs.provider().newFileChannel(foreign, Set.of(READ)).close());
  }

  @Statement(46)
  @Test
  void an_unsupported_attribute_leaves_no_file() throws IOException {
    refused(
        UnsupportedOperationException.class,
        () ->
            Files.newByteChannel(
                at("new"), Set.of(WRITE, CREATE), attribute("none:of-this-name", "x")));
    refused(
        UnsupportedOperationException.class,
        () -> Files.createFile(at("new"), attribute("size", 3L)));
  }

  static FileAttribute<Object> attribute(String name, Object value) {
    return new FileAttribute<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Object value() {
        return value;
      }
    };
  }

  @Statement(45)
  @Test
  void a_directory_is_not_opened_for_writing() throws IOException {
    Path directory = directory("d");
    refusedNaming(directory, () -> openAndClose(directory, WRITE));
    refusedNaming(directory, () -> openAndClose(directory, APPEND));
    refusedNaming(directory, () -> openAndClose(directory, WRITE, CREATE));
    refusedNaming(directory, () -> openAndClose(directory, WRITE, TRUNCATE_EXISTING));
  }

  @Statement(45)
  @Test
  void reading_a_directory_as_a_file_is_an_error() throws IOException {
    Path directory = directory("d");
    assertThat(catchThrowable(() -> Files.readAllBytes(directory))).isInstanceOf(IOException.class);
  }

  @Statement(45)
  @Test
  void the_parent_is_not_made() throws IOException {
    Path file = at("missing").resolve("f");
    refused(NoSuchFileException.class, () -> openAndClose(file, WRITE, CREATE));
    refused(NoSuchFileException.class, () -> openAndClose(file, WRITE, CREATE_NEW));
    refused(NoSuchFileException.class, () -> openAndClose(file, READ));
    refusedNaming(file, () -> Files.createFile(file));
  }

  @Statement(45)
  @Test
  void a_file_has_no_files_in_it() throws IOException {
    Path inside = file("f", "content").resolve("g");
    refusedNaming(inside, () -> openAndClose(inside, WRITE, CREATE));
    refusedNaming(inside, () -> openAndClose(inside, READ));
    assertThat(Files.exists(inside)).isFalse();
    assertThat(Files.notExists(inside)).isEqualTo(Files.notExists(inside.resolve("h")));
  }

  @Statement(43)
  @Test
  void createFile_makes_an_empty_file_once() throws IOException {
    Path file = Files.createFile(at("f"));
    assertThat(file).isEmptyFile();
    refused(FileAlreadyExistsException.class, () -> Files.createFile(file));
    Path directory = directory("d");
    refused(FileAlreadyExistsException.class, () -> Files.createFile(directory));
  }

  @Statement(45)
  @Test
  void a_name_of_255_bytes_is_possible_and_not_one_more() throws IOException {
    Path longest = file("n".repeat(255), "x");
    assertThat(content(longest)).isEqualTo("x");
    Path inTwoBytes = file("ä".repeat(127), "y");
    assertThat(content(inTwoBytes)).isEqualTo("y");
    for (String name : List.of("n".repeat(256), "ä".repeat(128), "n".repeat(3000))) {
      refusedNaming(at(name), () -> Files.createFile(at(name)));
      refusedNaming(at(name), () -> Files.createDirectory(at(name)));
      refusedNaming(at(name), () -> Files.readAttributes(at(name), "*"));
      assertThat(Files.exists(at(name))).isFalse();
    }
  }

  @Statement(79)
  @Test
  void names_are_kept_as_they_are() throws IOException {
    List<String> names =
        List.of(
            " ",
            "a b ",
            "%20",
            "a%2Fb",
            "#",
            "?",
            "*",
            "!",
            "+",
            "a:b",
            "\\",
            "-",
            "...",
            "..a",
            "\u00e9",
            "e\u0301",
            "\ud834\udd1e",
            "\u200b",
            "A",
            "a",
            "\n",
            "\uffff",
            "~",
            "$x");
    for (String name : names) {
      file(name, "content of " + name);
    }
    assertThat(names(dir)).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      assertThat(content(at(name))).isEqualTo("content of " + name);
    }
  }

  @Statement(37)
  @Test
  void dots_in_paths_are_resolved() throws IOException {
    file("f", "content");
    directory("d");
    assertThat(content(dir.resolve("./d/.././f"))).isEqualTo("content");
    refused(NoSuchFileException.class, () -> openAndClose(dir.resolve("missing/../f")));
    refusedNaming(dir.resolve("f/../f"), () -> openAndClose(dir.resolve("f/../f")));
    refusedNaming(dir.resolve("f/."), () -> openAndClose(dir.resolve("f/.")));
    assertThat(fs.getPath("/..").toRealPath().toString()).isEqualTo("/");
  }

  @Statement(23)
  @Test
  void the_empty_path_is_a_directory() {
    assertThat(Files.isDirectory(fs.getPath(""))).isTrue();
  }

  @Statement(39)
  @Test
  void an_output_stream_empties_the_file_first() throws IOException {
    Path file = file("f", "old content");
    try (OutputStream out = Files.newOutputStream(file)) {
      assertThat(Files.size(file)).isZero();
      out.write('n');
      assertThat(content(file)).isEqualTo("n");
    }
    try (OutputStream out = Files.newOutputStream(at("new"))) {
      out.write(new byte[0]);
    }
    assertThat(at("new")).isEmptyFile();
  }

  @Statement(39)
  @Test
  void an_output_stream_cannot_read() throws IOException {
    Path file = file("f", "content");
    refused(IllegalArgumentException.class, () -> Files.newOutputStream(file, READ).close());
    refused(IllegalArgumentException.class, () -> Files.newOutputStream(file, WRITE, READ).close());
  }

  @Statement(39)
  @Test
  void an_output_stream_keeps_to_its_options() throws IOException {
    Path file = file("f", "content");
    try (OutputStream out = Files.newOutputStream(file, APPEND)) {
      out.write('!');
    }
    assertThat(content(file)).isEqualTo("content!");
    try (OutputStream out = Files.newOutputStream(file, WRITE)) {
      out.write('C');
    }
    assertThat(content(file)).isEqualTo("Content!");
    refused(
        FileAlreadyExistsException.class, () -> Files.newOutputStream(file, CREATE_NEW).close());
    refused(NoSuchFileException.class, () -> Files.newOutputStream(at("new"), WRITE).close());
  }

  @Statement(39)
  @Test
  void an_input_stream_cannot_write() throws IOException {
    Path file = file("f", "content");
    refused(UnsupportedOperationException.class, () -> Files.newInputStream(file, WRITE).close());
    refused(UnsupportedOperationException.class, () -> Files.newInputStream(file, APPEND).close());
    refused(NoSuchFileException.class, () -> Files.newInputStream(at("new")).close());
  }

  @Statement(39)
  @Test
  void an_input_stream_reads_skips_and_ends() throws IOException {
    Path file = file("f", "0123456789");
    try (InputStream in = Files.newInputStream(file)) {
      assertThat(in.read()).isEqualTo('0');
      assertThat(in.skip(3)).isEqualTo(3);
      assertThat(in.readNBytes(2)).containsExactly('4', '5');
      assertThat(in.available()).isEqualTo(4);
      assertThat(in.readAllBytes()).hasSize(4);
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(new byte[4])).isEqualTo(-1);
    }
  }

  @Statement(39)
  @Test
  void a_closed_input_stream_reads_no_more() throws IOException {
    Path file = file("f", "content");
    InputStream in = Files.newInputStream(file);
    in.close();
    in.close();
    assertThat(catchThrowable(in::read)).isInstanceOf(IOException.class);
  }

  @Statement(44)
  @Test
  void DELETE_ON_CLOSE_deletes_at_closing() throws IOException {
    Path file = at("f");
    try (SeekableByteChannel channel = open(file, WRITE, CREATE, DELETE_ON_CLOSE)) {
      channel.write(bytes("content"));
    }
    assertThat(isThere(file)).isFalse();
    file("g", "content");
    try (InputStream in = Files.newInputStream(at("g"), DELETE_ON_CLOSE)) {
      assertThat(in.readAllBytes()).hasSize(7);
    }
    assertThat(isThere(at("g"))).isFalse();
  }

  @Statement(44)
  @Test
  void DELETE_ON_CLOSE_finds_the_file_deleted_already() throws IOException {
    Path file = at("f");
    try (SeekableByteChannel channel = open(file, WRITE, CREATE_NEW, DELETE_ON_CLOSE)) {
      Files.deleteIfExists(file);
      channel.write(bytes("content"));
    }
    assertThat(isThere(file)).isFalse();
  }

  @Statement(44)
  @Test
  void DELETE_ON_CLOSE_leaves_another_file_that_got_the_name() throws IOException {
    Path file = at("f");
    try (SeekableByteChannel channel = open(file, WRITE, CREATE_NEW, DELETE_ON_CLOSE)) {
      channel.write(bytes("content"));
      Files.deleteIfExists(file);
      file("f", "another");
    }
    assertThat(content(file)).isEqualTo("another");
  }

  @Statement({44, 58})
  @Test
  void SPARSE_SYNC_and_DSYNC_are_known() throws IOException {
    try (SeekableByteChannel channel = open(at("a"), WRITE, CREATE_NEW, SPARSE)) {
      channel.position(1 << 20).write(bytes("x"));
    }
    assertThat(Files.size(at("a"))).isEqualTo((1 << 20) + 1);
    openAndClose(at("a"), READ, SPARSE);
    for (OpenOption sync : List.of(SYNC, DSYNC)) {
      Path file = at(sync.toString());
      try (SeekableByteChannel channel = open(file, WRITE, CREATE_NEW, sync)) {
        channel.write(bytes("content"));
        channel.truncate(3);
      }
      assertThat(content(file)).isEqualTo("con");
      openAndClose(file, READ, sync);
    }
  }

  @Statement(44)
  @Test
  void NOFOLLOW_LINKS_opens_what_is_no_link() throws IOException {
    Path file = file("f", "content");
    try (SeekableByteChannel channel = open(file, READ, NOFOLLOW_LINKS)) {
      assertThat(channel.size()).isEqualTo(7);
    }
  }

  @Statement(46)
  @Test
  void temporary_files_and_directories_are_made() throws IOException {
    Path file = Files.createTempFile(dir, "pre", ".suf");
    Path directory = Files.createTempDirectory(dir, "pre");
    assertThat(file).isEmptyFile().hasParent(dir);
    assertThat(file.getFileName().toString()).startsWith("pre").endsWith(".suf");
    assertThat(directory).isEmptyDirectory();
  }

  private void opens(Opener opener, String options, String state, String result)
      throws IOException {
    Path path = at("f");
    switch (state) {
      case "file" -> file("f", "content");
      case "directory" -> directory("f");
      default -> assertThat(isThere(path)).isFalse();
    }
    Set<OpenOption> set = new HashSet<>();
    for (String option : options.split("\\+")) {
      set.add(StandardOpenOption.valueOf(option));
    }
    switch (result) {
      case "IllegalArgument" ->
          refused(IllegalArgumentException.class, () -> opener.open(path, set).close());
      case "NoSuchFile" -> refused(NoSuchFileException.class, () -> opener.open(path, set).close());
      case "AlreadyExists" ->
          refused(FileAlreadyExistsException.class, () -> opener.open(path, set).close());
      case "Refused" -> refusedNaming(path, () -> opener.open(path, set).close());
      default -> {
        opener.open(path, set).close();
        assertThat(content(path)).isEqualTo(result.equals("empty") ? "" : result);
      }
    }
  }

  private interface Opener {
    SeekableByteChannel open(Path path, Set<OpenOption> options) throws IOException;
  }

  @Statement({39, 40, 41, 42, 43, 44, 45})
  @ParameterizedTest
  @MethodSource("openings")
  void a_byte_channel_opens(String options, String state, String result) throws IOException {
    opens((path, set) -> Files.newByteChannel(path, set), options, state, result);
  }

  @Statement({39, 40, 41, 42, 43, 44, 45})
  @Needs(FILE_CHANNELS)
  @ParameterizedTest
  @MethodSource("openings")
  void a_file_channel_opens(String options, String state, String result) throws IOException {
    opens((path, set) -> FileChannel.open(path, set), options, state, result);
  }

  static Stream<Arguments> openings() {
    return Stream.of(
            "READ missing NoSuchFile",
            "READ file content",
            "READ+CREATE missing NoSuchFile",
            "READ+CREATE file content",
            "READ+CREATE_NEW missing NoSuchFile",
            "READ+CREATE_NEW file content",
            "READ+TRUNCATE_EXISTING missing NoSuchFile",
            "READ+TRUNCATE_EXISTING file content",
            "CREATE missing NoSuchFile",
            "CREATE_NEW missing NoSuchFile",
            "TRUNCATE_EXISTING missing NoSuchFile",
            "TRUNCATE_EXISTING file content",
            "WRITE missing NoSuchFile",
            "WRITE file content",
            "WRITE directory Refused",
            "WRITE+CREATE missing empty",
            "WRITE+CREATE file content",
            "WRITE+CREATE directory Refused",
            "WRITE+CREATE_NEW missing empty",
            "WRITE+CREATE_NEW file AlreadyExists",
            "WRITE+CREATE_NEW directory AlreadyExists",
            "WRITE+CREATE+CREATE_NEW missing empty",
            "WRITE+CREATE+CREATE_NEW file AlreadyExists",
            "WRITE+TRUNCATE_EXISTING missing NoSuchFile",
            "WRITE+TRUNCATE_EXISTING file empty",
            "WRITE+TRUNCATE_EXISTING directory Refused",
            "WRITE+CREATE+TRUNCATE_EXISTING missing empty",
            "WRITE+CREATE+TRUNCATE_EXISTING file empty",
            "WRITE+CREATE_NEW+TRUNCATE_EXISTING missing empty",
            "WRITE+CREATE_NEW+SPARSE missing empty",
            "WRITE+SPARSE file content",
            "WRITE+SYNC file content",
            "WRITE+DSYNC file content",
            "READ+WRITE missing NoSuchFile",
            "READ+WRITE file content",
            "READ+WRITE directory Refused",
            "READ+WRITE+CREATE missing empty",
            "READ+WRITE+CREATE file content",
            "READ+WRITE+CREATE_NEW missing empty",
            "READ+WRITE+CREATE_NEW file AlreadyExists",
            "READ+WRITE+TRUNCATE_EXISTING file empty",
            "APPEND missing NoSuchFile",
            "APPEND file content",
            "APPEND directory Refused",
            "APPEND+CREATE missing empty",
            "APPEND+CREATE file content",
            "APPEND+CREATE_NEW missing empty",
            "APPEND+CREATE_NEW file AlreadyExists",
            "APPEND+WRITE file content",
            "APPEND+READ missing IllegalArgument",
            "APPEND+READ file IllegalArgument",
            "APPEND+READ+CREATE missing IllegalArgument",
            "APPEND+TRUNCATE_EXISTING missing IllegalArgument",
            "APPEND+TRUNCATE_EXISTING file IllegalArgument",
            "APPEND+WRITE+TRUNCATE_EXISTING file IllegalArgument",
            "APPEND+CREATE+TRUNCATE_EXISTING missing IllegalArgument")
        .map(it -> Arguments.of((Object[]) it.split(" ")));
  }
}
