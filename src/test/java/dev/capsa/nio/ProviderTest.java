package dev.capsa.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Capsa's own among the things that the provider does; the rest is in the contracts. */
class ProviderTest {
  @TempDir Path folder;

  private final MemoryEngine.Maker engines = new MemoryEngine.Maker();
  private final CapsaFileSystemProvider provider =
      new CapsaFileSystemProvider(new Registry(new Containers(engines)));
  private CapsaFileSystem fs;
  private MemoryTree tree;

  @BeforeEach
  void open() throws IOException {
    URI uri = URI.create("capsa:" + folder.resolve("a.capsa").toUri());
    fs = (CapsaFileSystem) provider.newFileSystem(uri, Map.of("create", true));
    tree = engines.trees.values().iterator().next();
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
    assertThat(engines.open).hasValue(0);
  }

  private Path file(String content) throws IOException {
    return Files.writeString(fs.getPath("/f"), content);
  }

  @ParameterizedTest
  @EnumSource(
      value = StandardOpenOption.class,
      names = {"SYNC", "DSYNC"})
  void a_synchronous_write_waits_until_it_is_durable(OpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(file("content"), WRITE, option)) {
      int before = tree.forces.get();
      channel.write(ByteBuffer.allocate(1));
      assertThat(tree.forces).hasValue(before + 1);
      channel.write(ByteBuffer.allocate(1), 9);
      assertThat(tree.forces).hasValue(before + 2);
      channel.write(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(2)});
      assertThat(tree.forces).hasValue(before + 3);
      channel.truncate(1);
      assertThat(tree.forces).hasValue(before + 4);
    }
  }

  @Test
  void a_plain_write_does_not_wait() throws IOException {
    try (FileChannel channel = FileChannel.open(file("content"), WRITE)) {
      int before = tree.forces.get();
      channel.write(ByteBuffer.allocate(1));
      assertThat(tree.forces).hasValue(before);
      channel.force(false);
      assertThat(tree.forces).hasValue(before + 1);
      fs.sync();
      assertThat(tree.forces).hasValue(before + 2);
    }
  }

  @Test
  void forcing_a_directory_is_a_barrier() throws IOException {
    try (FileChannel directory = FileChannel.open(fs.getPath("/"), READ)) {
      int before = tree.forces.get();
      directory.force(true);
      assertThat(tree.forces).hasValue(before + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00", "\ud800a", "\udc00\ud800", "/x/\ud834"})
  void a_name_with_half_of_a_surrogate_pair_is_invalid(String name) {
    assertThatThrownBy(() -> fs.getPath(name)).isExactlyInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> fs.getPath("a").resolve(name))
        .isExactlyInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> fs.getPath("a", name)).isExactlyInstanceOf(InvalidPathException.class);
  }

  @Test
  void halves_in_two_parts_do_not_make_a_pair() {
    assertThatThrownBy(() -> fs.getPath("a\ud834", "\udd1e"))
        .isExactlyInstanceOf(InvalidPathException.class);
  }

  @Test
  void DELETE_ON_CLOSE_leaves_a_file_that_took_the_name() throws IOException {
    Path file = file("old");
    try (FileChannel channel = FileChannel.open(file, WRITE, DELETE_ON_CLOSE)) {
      Files.delete(file);
      file("new");
      assertThat(channel.size()).isEqualTo(3);
    }
    assertThat(file).hasContent("new");
  }

  @Test
  void DELETE_ON_CLOSE_happens_when_the_file_system_closes() throws IOException {
    FileChannel.open(fs.getPath("/f"), WRITE, CREATE_NEW, DELETE_ON_CLOSE);
    fs.close();
    assertThat(tree.closed).isTrue();
    open();
    assertThat(fs.getPath("/f")).doesNotExist();
  }

  @Test
  void a_write_of_several_buffers_above_a_step_is_whole() throws IOException {
    byte[] large = new byte[700_000];
    Arrays.fill(large, (byte) 'x');
    ByteBuffer[] buffers = {
      ByteBuffer.wrap(large),
      ByteBuffer.allocateDirect(large.length).put(large).flip(),
      ByteBuffer.wrap("end".getBytes(UTF_8)).asReadOnlyBuffer()
    };
    try (FileChannel channel = FileChannel.open(file(""), APPEND)) {
      assertThat(channel.write(buffers)).isEqualTo(1_400_003);
      assertThat(channel.position()).isEqualTo(1_400_003);
    }
    assertThat(buffers).noneMatch(ByteBuffer::hasRemaining);
    assertThat(Files.readString(fs.getPath("/f"))).isEqualTo("x".repeat(1_400_000) + "end");
  }

  @Test
  void existence_and_attributes_are_told_without_exceptions() throws IOException {
    Path file = file("content");
    Path link = Files.createSymbolicLink(fs.getPath("/dangling"), fs.getPath("missing"));
    assertThat(provider.exists(file)).isTrue();
    assertThat(provider.exists(fs.getPath("/missing/f"))).isFalse();
    assertThat(provider.exists(link)).isFalse();
    assertThat(provider.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    Class<BasicFileAttributes> basic = BasicFileAttributes.class;
    assertThat(provider.readAttributesIfExists(file, basic).size()).isEqualTo(7);
    assertThat(provider.readAttributesIfExists(link, basic)).isNull();
    assertThat(provider.readAttributesIfExists(fs.getPath("/missing/f"), basic)).isNull();
    assertThatThrownBy(() -> provider.readAttributes(link, basic))
        .isExactlyInstanceOf(NoSuchFileException.class);
  }

  /** Two of them behind a link: the JDK's own file system takes the second for the link's. */
  @Test
  void a_real_path_that_keeps_links_keeps_all_dots_behind_one() throws IOException {
    Files.createDirectories(fs.getPath("/a/b"));
    Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("a/b"));
    file("content");
    Path way = fs.getPath("/link/../../f");
    Path real = way.toRealPath(LinkOption.NOFOLLOW_LINKS);
    assertThat((Object) real).isEqualTo(way);
    assertThat(Files.isSameFile(real, fs.getPath("/f"))).isTrue();
  }

  /** Two stars match a line break, too, as one does; those of the JDK do not. */
  @Test
  void two_stars_match_any_character() {
    assertThat(fs.getPathMatcher("glob:a**b").matches(fs.getPath("a\n/b"))).isTrue();
  }
}
