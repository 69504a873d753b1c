package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be copied is told, and nothing stays under its name; what was good stays. */
class LeftOutTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private Path source;
  private Path container;

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    container = folder.resolve("packed.capsa");
    Files.writeString(source.resolve("good"), "good");
    Files.write(source.resolve("bad"), random(5 * MIB));
  }

  private static byte[] random(int bytes) {
    byte[] content = new byte[bytes];
    new Random(7).nextBytes(content);
    return content;
  }

  private static final Main.Reader DENIED =
      file -> {
        if (file.endsWith("bad")) {
          throw new AccessDeniedException(file.toString());
        }
        return Main.Reader.OF_FILES.open(file);
      };

  private static final Main.Reader BROKEN =
      HookedChannel.reader(
          "bad",
          position -> {
            if (position >= 3 * MIB) {
              throw new IOException("Input/output error");
            }
          });

  @Test
  void a_file_that_may_not_be_read_is_not_in_the_container() {
    CommandRun pack = CommandRun.reading(DENIED, "pack", source, container);
    assertThat(pack.exitCode()).isEqualTo(1);
    assertThat(pack.err())
        .isEqualTo(
            "capsa: "
                + source.resolve("bad")
                + ": access denied\ncapsa: left out 1 item, see above\n");
    assertThat(pack.out()).startsWith("packed 1 file, 0 directories, 4 bytes in ");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("good\n");
  }

  @Test
  void a_file_that_fails_in_the_middle_is_not_in_the_container() {
    CommandRun pack = CommandRun.reading(BROKEN, "pack", source, container);
    assertThat(pack.exitCode()).isEqualTo(1);
    assertThat(pack.err()).contains("/bad: Input/output error", "left out 1 item").hasLineCount(2);
    assertThat(pack.out()).startsWith("packed 1 file, 0 directories, 4 bytes in ");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("good\n");
    assertThat(CommandRun.of("check", container).exitCode()).isZero();
  }

  @Test
  void all_names_of_a_file_that_fails_are_left_out() throws IOException {
    Files.createLink(source.resolve("c"), source.resolve("bad"));
    Main.Reader broken =
        file -> {
          if (file.endsWith("bad") || file.endsWith("c")) {
            throw new IOException("Input/output error");
          }
          return Main.Reader.OF_FILES.open(file);
        };
    CommandRun pack = CommandRun.reading(broken, "pack", source, container);
    assertThat(pack.exitCode()).isEqualTo(1);
    assertThat(pack.err())
        .contains("another name of a file that is left out", "left out 2 items")
        .doesNotContain("no such file");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("good\n");
  }

  @Test
  void verbose_shows_where_a_problem_comes_from() {
    CommandRun pack = CommandRun.reading(BROKEN, "pack", "--verbose", source, container);
    assertThat(pack.err()).contains("/bad: Input/output error\njava.io.IOException", "\tat ");
  }

  @Test
  void a_good_container_is_not_replaced_by_one_that_lacks_items() throws IOException {
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    byte[] before = Files.readAllBytes(container);

    CommandRun kept = CommandRun.reading(BROKEN, "pack", "--replace", source, container);
    assertThat(kept.exitCode()).isEqualTo(1);
    assertThat(kept.out()).isEmpty();
    assertThat(kept.err())
        .contains(container + ": kept as it was, for the new one lacks 1 item", "--incomplete")
        .hasLineCount(2);
    assertThat(Files.readAllBytes(container)).isEqualTo(before);
    assertThat(folder).isDirectoryNotContaining("glob:**{packing,lock}*");

    CommandRun accepted =
        CommandRun.reading(BROKEN, "pack", "--replace", "--incomplete", source, container);
    assertThat(accepted.exitCode()).isEqualTo(1);
    assertThat(accepted.err()).contains("left out 1 item");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("good\n");
  }

  @Test
  void replace_without_a_container_that_could_be_replaced_makes_one_that_lacks_items() {
    CommandRun pack = CommandRun.reading(BROKEN, "pack", "--replace", source, container);
    assertThat(pack.exitCode()).isEqualTo(1);
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("good\n");
  }

  @Test
  void a_damaged_file_is_not_in_the_directory() throws IOException {
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    damageContent();
    Path unpacked = folder.resolve("unpacked");
    CommandRun unpack = CommandRun.of("unpack", container, unpacked);
    assertThat(unpack.exitCode()).isEqualTo(1);
    assertThat(unpack.err()).contains("/bad", "left out 1 item");
    assertThat(unpacked)
        .isDirectoryContaining("glob:**good")
        .isDirectoryNotContaining("glob:**bad");
    assertThat(unpack.out()).startsWith("unpacked 1 file, 0 directories, 4 bytes in ");
  }

  /** Changes a byte at 3 MiB of the bad file, and in what may be left of where it was before. */
  private void damageContent() throws IOException {
    byte[] content = Files.readAllBytes(source.resolve("bad"));
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(container));
    ByteBuffer part = ByteBuffer.wrap(content, 3 * MIB, 4096).slice();
    try (FileChannel channel = FileChannel.open(container, StandardOpenOption.WRITE)) {
      for (int at = 0; at + part.limit() <= all.limit(); at += 4096) {
        if (all.slice(at, part.limit()).equals(part)) {
          channel.write(ByteBuffer.wrap(new byte[] {(byte) ~part.get(100)}), at + 100);
        }
      }
    }
  }

  @Test
  void an_error_in_a_worker_ends_the_copy_in_one_line() throws IOException {
    Main.Reader failing =
        HookedChannel.reader(
            "bad",
            position -> {
              throw new OutOfMemoryError("Java heap space");
            });
    CommandRun pack = CommandRun.reading(failing, "pack", source, container);
    assertThat(pack.exitCode()).isEqualTo(1);
    assertThat(pack.err())
        .isEqualTo("capsa: not enough memory: Java heap space; java -Xmx<size> gives more\n");
    assertThat(folder).isDirectoryNotContaining("glob:**packed*");

    CommandRun verbose = CommandRun.reading(failing, "pack", "--verbose", source, container);
    assertThat(verbose.err()).contains("java.lang.OutOfMemoryError: Java heap space\n\tat ");
  }

  @Test
  void an_error_of_the_main_thread_is_one_line_too() throws Exception {
    List<String> noBuffers = List.of("-XX:MaxDirectMemorySize=1m");
    try (CommandProcess pack =
        CommandProcess.start(
            folder, "C.UTF-8", noBuffers, "pack", "--threads=64", source, container)) {
      CommandRun run = pack.end();
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).startsWith("capsa: not enough memory: ").hasLineCount(1);
    }
    assertThat(container).doesNotExist();
  }

  @Test
  void what_is_damaged_is_left_out_of_a_second_container_too() throws IOException {
    assertThat(CommandRun.of("pack", source, container).exitCode()).isZero();
    damageContent();
    try (CapsaFileSystem from = Capsa.open(container, Capsa.options().readOnly(true));
        CapsaFileSystem to = Capsa.inMemory()) {
      Tally tally = new Tally();
      TreeCopy.Settings settings =
          new TreeCopy.Settings(2, it -> false, Main.Reader.OF_FILES, (file, e) -> {});
      new TreeCopy(from.getPath("/"), to.getPath("/"), tally, settings).run();
      assertThat(tally.failures.sum()).isEqualTo(1);
      assertThat(to.getPath("/good")).exists();
      assertThat(to.getPath("/bad")).doesNotExist();
    }
  }
}
