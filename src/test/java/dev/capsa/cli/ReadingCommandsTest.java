package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        .contains(
            "uuid",
            "version 1",
            "extents",
            "in use",
            "commit",
            "durable",
            "retention  none",
            "epoch      1");
  }

  @Test
  void compact_says_the_length_before_and_after() throws IOException {
    try (CapsaFileSystem fs = Capsa.open(container)) {
      Files.write(fs.getPath("/gone"), new byte[40 << 20]);
      fs.sync();
      Files.write(fs.getPath("/stays"), new byte[17 << 20]);
      fs.sync();
      Files.delete(fs.getPath("/gone"));
    }
    long before = Files.size(container);
    CommandRun compact = CommandRun.of("compact", container);
    assertThat(compact.exitCode()).isZero();
    long after = Files.size(container);
    assertThat(after).isLessThan(before / 2);
    assertThat(compact.out().replace(",", ""))
        .contains("before ", "(" + before + " bytes)", "after ", "(" + after + " bytes)");
    assertThat(CommandRun.of("check", container).out()).contains("no faults");
  }

  @Test
  void du_says_what_all_bytes_of_the_file_are_for() throws IOException {
    CommandRun du = CommandRun.of("du", container);
    assertThat(du.exitCode()).isZero();
    long sum = 0;
    for (String line : du.out().split("\n")) {
      long bytes = Long.parseLong(line.substring(0, 15).strip().replace(",", ""));
      if (line.endsWith("together")) {
        assertThat(bytes).isEqualTo(sum).isEqualTo(Files.size(container));
      }
      sum += bytes;
    }
    assertThat(du.out()).contains("  files\n", "  free\n", "  together\n");
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
  void what_is_missing_is_called_no_such_file_by_every_command() throws IOException {
    Path none = folder.resolve("none.capsa");
    String expected = "capsa: no such file: " + none + "\n";
    for (CommandRun run :
        new CommandRun[] {
          CommandRun.of("ls", none),
          CommandRun.of("cat", none, "/a"),
          CommandRun.of("info", none),
          CommandRun.of("check", none),
          CommandRun.of("unpack", none, folder.resolve("unpacked")),
          CommandRun.of("pack", none, folder.resolve("new.capsa"))
        }) {
      assertThat(run).isEqualTo(new CommandRun(1, "", expected));
    }
  }

  @Test
  void an_empty_file_is_named_without_keys_that_the_command_line_has_not() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.capsa"));
    for (String command : new String[] {"ls", "info", "check"}) {
      CommandRun run = CommandRun.of(command, empty);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out() + run.err()).contains("empty").doesNotContain("create=true");
    }
  }

  @Test
  void ls_of_what_is_not_there_fails_with_and_without_options() {
    CommandRun expected = new CommandRun(1, "", "capsa: no such file: /nosuch\n");
    assertThat(CommandRun.of("ls", container, "/nosuch")).isEqualTo(expected);
    assertThat(CommandRun.of("ls", "-l", container, "nosuch")).isEqualTo(expected);
    assertThat(CommandRun.of("ls", "-R", container, "/nosuch")).isEqualTo(expected);
  }

  @Test
  void ls_names_a_link_that_leads_nowhere() throws IOException {
    try (CapsaFileSystem fs = Capsa.open(container)) {
      Files.createSymbolicLink(fs.getPath("/dangling"), fs.getPath("nowhere"));
    }
    assertThat(CommandRun.of("ls", container, "/dangling"))
        .isEqualTo(new CommandRun(0, "/dangling\n", ""));
  }

  @Test
  void cat_writes_bytes_as_they_are() {
    assertThat(CommandRun.of("cat", container, "/b/\u65e5", "l"))
        .isEqualTo(new CommandRun(0, "texttext", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ls", "ls -lR", "info", "check", "cat", "--version"})
  void output_that_is_lost_is_an_error_in_one_line(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    if (!command.startsWith("--")) {
      arguments.add(container.toString());
    }
    if (command.equals("cat")) {
      arguments.add("/a");
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        new Main(new FullOutput(), err, Main.Reader.OF_FILES)
            .execute(arguments.toArray(String[]::new));
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("capsa: standard output: No space left on device\n");
  }

  /** Takes nothing. */
  private static final class FullOutput extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  @Tag("system")
  void a_process_with_a_full_device_as_its_output_fails() throws Exception {
    Process ls =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                CommandProcess.classPath(),
                Main.class.getName(),
                "ls",
                container.toString())
            .redirectOutput(Path.of("/dev/full").toFile())
            .start();
    String err = new String(ls.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(ls.waitFor()).isEqualTo(1);
    assertThat(err).startsWith("capsa: standard output: ").hasLineCount(1);
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

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3", "65", "999999999", "99999999999"})
  void a_number_of_threads_outside_1_to_64_is_a_wrong_call(String threads) throws IOException {
    Path source = Files.createDirectory(folder.resolve("source"));
    Path made = folder.resolve("made.capsa");
    CommandRun pack = CommandRun.of("pack", "--threads=" + threads, source, made);
    assertThat(pack.exitCode()).isEqualTo(2);
    assertThat(pack.err()).contains("--threads").contains(threads);
    assertThat(made).doesNotExist();
    Path unpacked = folder.resolve("unpacked");
    CommandRun unpack = CommandRun.of("unpack", "--threads=" + threads, container, unpacked);
    assertThat(unpack.exitCode()).isEqualTo(2);
    assertThat(unpacked).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "64"})
  void one_and_64_threads_do(String threads) {
    Path unpacked = folder.resolve("unpacked");
    CommandRun unpack = CommandRun.of("unpack", "--threads=" + threads, container, unpacked);
    assertThat(unpack.exitCode()).isZero();
    assertThat(unpacked.resolve("b/\u65e5")).hasContent("text");
  }

  @Test
  void a_number_of_faults_below_0_is_a_wrong_call() {
    assertThat(CommandRun.of("check", "--most=-1", container).exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("check", "--most=0", container).exitCode()).isZero();
  }
}
