package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.nio.file.ExtendedOpenOption;
import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackTest {
  private static final long GIB = 1L << 30;

  @TempDir Path folder;
  private Path source;
  private Path unpacked;
  private Path container;

  @BeforeEach
  void makeDirectories() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    unpacked = folder.resolve("unpacked");
    container = folder.resolve("packed.capsa");
  }

  @AfterEach
  void openDirectories() throws IOException {
    OddTree.open(source);
    OddTree.open(unpacked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"extents", "chain"})
  void an_odd_tree_comes_back_as_it_was(String layout) throws IOException {
    long seed = 42;
    OddTree.make(source, seed);
    FileTime ofSource = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
    Files.setLastModifiedTime(source, ofSource);
    Map<String, String> original = OddTree.attributes(source);

    CommandRun pack = CommandRun.of("pack", "--layout=" + layout, source, container);
    assertThat(pack.err()).as("seed %d", seed).isEmpty();
    assertThat(pack.exitCode()).isZero();
    assertThat(pack.out()).contains("2 further hard links", "6 symbolic links", "durable");
    CommandRun unpack = CommandRun.of("unpack", container, unpacked);
    assertThat(unpack.err()).isEmpty();
    assertThat(unpack.exitCode()).isZero();

    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().readOnly(true))) {
      assertThat(OddTree.attributes(fs.getPath("/"))).isEqualTo(original);
    }
    assertThat(OddTree.attributes(unpacked)).isEqualTo(original);
    // Links that lead nowhere were compared above; nothing follows them.
    for (Path root : new Path[] {source, unpacked}) {
      PathUtils.deleteDirectory(root.resolve("links"));
    }
    assertThat(PathUtils.directoryAndFileContentEquals(source, unpacked)).isTrue();
  }

  @Test
  void five_GiB_that_are_nearly_all_hole_take_less_than_one_MiB_and_stay_a_hole() throws Exception {
    Path file = source.resolve("sparse");
    OddTree.sparse(file, 5 * GIB, 0, GIB + 17, 3 * GIB - 1, 5 * GIB - 10_000);

    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    assertThat(Files.size(container)).isLessThan(1 << 20);
    assertThat(CommandRun.of("unpack", container, unpacked).exitCode()).isZero();

    Path copy = unpacked.resolve("sparse");
    assertThat(Files.size(copy)).isEqualTo(5 * GIB);
    assertThat(kibOnDisk(copy)).isLessThan(1024);
    try (FileChannel before = openDirect(file);
        FileChannel after = openDirect(copy)) {
      ByteBuffer one = ByteBuffer.allocateDirect((1 << 20) + 4096).alignedSlice(4096);
      ByteBuffer other = ByteBuffer.allocateDirect((1 << 20) + 4096).alignedSlice(4096);
      for (long at = 0; at < 5 * GIB; at += 1 << 20) {
        before.read(one.clear().limit(1 << 20), at);
        after.read(other.clear().limit(1 << 20), at);
        assertThat(other.flip().mismatch(one.flip())).as("from byte %d", at).isEqualTo(-1);
      }
    }
  }

  /** Reads past the cache, if the file system can: a hole is read at once then. */
  private static FileChannel openDirect(Path file) throws IOException {
    try {
      OpenOption[] direct = {StandardOpenOption.READ, ExtendedOpenOption.DIRECT};
      return FileChannel.open(file, direct);
    } catch (IOException | UnsupportedOperationException e) {
      return FileChannel.open(file, StandardOpenOption.READ);
    }
  }

  private static long kibOnDisk(Path file) throws Exception {
    Process du = new ProcessBuilder("du", "-k", file.toString()).start();
    String told = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(du.waitFor()).isZero();
    return Long.parseLong(told.substring(0, told.indexOf('\t')));
  }

  @Test
  void an_existing_container_stays_unless_it_is_to_be_replaced() throws IOException {
    Files.writeString(source.resolve("a"), "first");
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    Files.writeString(source.resolve("a"), "second");

    CommandRun refused = CommandRun.of("pack", source, container);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains(container.toString(), "--replace").doesNotContain("\tat ");
    assertThat(cat("a")).isEqualTo("first");

    assertThat(CommandRun.of("pack", "--replace", source, container).exitCode()).isZero();
    assertThat(cat("a")).isEqualTo("second");
    assertThat(folder).isDirectoryNotContaining("glob:**{packing,lock}*");
  }

  private String cat(String name) throws IOException {
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().readOnly(true))) {
      return Files.readString(fs.getPath("/" + name));
    }
  }

  @Test
  void a_container_within_the_packed_directory_is_left_out() throws IOException {
    Files.writeString(source.resolve("a"), "text");
    container = source.resolve("inside.capsa");
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    assertThat(CommandRun.of("pack", "--replace", source, container).exitCode()).isZero();
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("a\n");
  }

  @Test
  void what_cannot_be_packed_is_told_and_the_rest_is_packed() throws Exception {
    Files.writeString(source.resolve("a"), "text");
    Process fifo = new ProcessBuilder("mkfifo", source.resolve("pipe").toString()).start();
    assertThat(fifo.waitFor()).isZero();
    CommandRun pack = CommandRun.of("pack", source, container);
    assertThat(pack.exitCode()).isEqualTo(1);
    assertThat(pack.err()).contains(source.resolve("pipe").toString(), "left out 1 item");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("a\n");
  }

  @Test
  void unpacking_overwrites_nothing() throws IOException {
    Files.writeString(source.resolve("a"), "text");
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    CommandRun unpack = CommandRun.of("unpack", container, source);
    assertThat(unpack.exitCode()).isEqualTo(1);
    assertThat(unpack.err()).contains("not empty");
  }

  @Test
  void many_names_of_one_file_are_one_file_again() throws IOException {
    Path first = Files.write(source.resolve("0"), new byte[100_000]);
    for (int i = 1; i < 50; i++) {
      Files.createLink(source.resolve(String.valueOf(i)), first);
    }
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    assertThat(CommandRun.of("unpack", container, unpacked).exitCode()).isZero();
    Map<Object, Integer> files = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      files.merge(
          Files.getAttribute(unpacked.resolve(String.valueOf(i)), "unix:ino"), 1, Integer::sum);
    }
    assertThat(files.values()).containsExactly(50);
  }
}
