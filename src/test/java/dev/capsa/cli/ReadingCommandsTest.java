package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingCommandsTest {
  @TempDir Path folder;
  private Path container;

  @BeforeEach
  void makeContainer() throws IOException {
    container = folder.resolve("c.capsa");
    try (CapsaFileSystem fs =
        Capsa.open(
            container, Capsa.options().create(true).defaultOwner("ada").defaultGroup("staff"))) {
      Files.createDirectory(fs.getPath("/b"));
      Path file = Files.writeString(fs.getPath("/b/\u65e5"), "text");
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
      Files.writeString(fs.getPath("/a"), "x".repeat(10_000));
      Files.createSymbolicLink(fs.getPath("/l"), fs.getPath("b/\u65e5"));
    }
  }

  @Test
  void ls_lists_a_directory() {
    assertThat(CommandRun.of("ls", container)).isEqualTo(new CommandRun(0, "a\nb\nl\n", ""));
    assertThat(CommandRun.of("ls", container, "/b").out()).isEqualTo("\u65e5\n");
    assertThat(CommandRun.of("ls", container, "a").out()).isEqualTo("/a\n");
  }

  @Test
  void ls_R_lists_all_below() {
    assertThat(CommandRun.of("ls", "-R", container).out()).isEqualTo("a\nb/\nb/\u65e5\nl\n");
  }

  @Test
  void ls_l_shows_attributes() {
    String[] lines = CommandRun.of("ls", "-lR", container).out().split("\n");
    assertThat(lines[0]).matches("-rw-r--r-- +1 ada +staff +10000 20.*Z a");
    assertThat(lines[1]).matches("drwxr-xr-x +1 ada +staff +0 20.*Z b");
    assertThat(lines[2]).matches("-rw-r--r-- +1 ada +staff +4 2001-02-03T04:05:06Z b/\u65e5");
    assertThat(lines[3]).matches("l.* l -> b/\u65e5");
  }

  @Test
  void info_says_what_the_container_is() {
    CommandRun info = CommandRun.of("info", container);
    assertThat(info.exitCode()).isZero();
    assertThat(info.out())
        .contains("uuid", "version 1", "extents", "in use", "commit", "durable", "epoch      1");
  }

  @Test
  void check_says_that_there_is_no_fault_or_which() throws IOException {
    CommandRun sound = CommandRun.of("check", container);
    assertThat(sound.exitCode()).isZero();
    assertThat(sound.out()).contains("no faults");
    try (FileChannel channel = FileChannel.open(container, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 200);
    }
    CommandRun damaged = CommandRun.of("check", container);
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.out()).contains("header at 0: ", ": 1 fault\n");
  }

  @Test
  void what_is_not_there_is_an_error_in_one_line() {
    for (CommandRun run :
        new CommandRun[] {
          CommandRun.of("ls", folder.resolve("none")),
          CommandRun.of("cat", container, "/none"),
          CommandRun.of("check", folder.resolve("none"))
        }) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).startsWith("capsa: ").contains("none").hasLineCount(1);
    }
  }

  @Test
  void verbose_shows_the_stack() {
    assertThat(CommandRun.of("--verbose", "ls", folder.resolve("none")).err()).contains("\tat ");
    assertThat(CommandRun.of("ls", "--verbose", folder.resolve("none")).err()).contains("\tat ");
  }

  @Test
  void what_is_no_container_is_named() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "not a container");
    CommandRun info = CommandRun.of("info", text);
    assertThat(info.exitCode()).isEqualTo(1);
    assertThat(info.err()).contains(text.toString(), "not a container");
    assertThat(Files.readString(text)).isEqualTo("not a container");
  }

  @Test
  void a_wrong_call_has_exit_code_2() {
    assertThat(CommandRun.of("pack").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("nonsense").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("pack", "--layout=x", folder, container).exitCode()).isEqualTo(2);
  }
}
