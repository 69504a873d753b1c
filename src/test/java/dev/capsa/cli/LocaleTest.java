package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a locale whose encoding has not all of Unicode, each command says what to do about it. */
@Tag("system")
class LocaleTest {
  private static final String NAME = "\u65e5\u672c";
  private static final String HINT = "LC_ALL=C.UTF-8";

  @TempDir Path folder;
  private Path container;

  @BeforeEach
  void makeContainer() throws IOException {
    assertThat(System.getProperty("sun.jnu.encoding"))
        .as("a process that cannot say the name cannot test this")
        .isEqualTo("UTF-8");
    container = folder.resolve("box.capsa");
    try (CapsaFileSystem fs = Capsa.create(container)) {
      Files.writeString(fs.getPath("/" + NAME), "text");
    }
  }

  private CommandRun run(String locale, Object... arguments) throws Exception {
    try (CommandProcess process = CommandProcess.start(folder, locale, List.of(), arguments)) {
      return process.end();
    }
  }

  @Test
  void packing_a_name_that_the_locale_has_not_gives_the_hint() throws Exception {
    Path source = Files.createDirectory(folder.resolve("source"));
    Files.writeString(source.resolve(NAME), "text");
    Path packed = folder.resolve("packed.capsa");
    CommandRun limited = run("C", "pack", source, packed);
    assertThat(limited.exitCode()).isEqualTo(1);
    assertThat(limited.err()).contains(HINT, "left out 1 item").hasLineCount(2);
    assertThat(run("C.UTF-8", "pack", "--replace", source, packed))
        .matches(run -> run.exitCode() == 0 && run.err().isEmpty());
    assertThat(CommandRun.of("ls", packed).out()).isEqualTo(NAME + "\n");
  }

  @Test
  void unpacking_such_a_name_gives_the_hint() throws Exception {
    CommandRun limited = run("C", "unpack", container, folder.resolve("unpacked"));
    assertThat(limited.exitCode()).isEqualTo(1);
    assertThat(limited.err()).contains(HINT, "left out 1 item");
  }

  @Test
  void an_argument_that_the_locale_has_not_gives_the_hint() throws Exception {
    for (String command : new String[] {"ls", "cat"}) {
      CommandRun limited = run("C", command, container, "/" + NAME);
      assertThat(limited.exitCode()).isEqualTo(1);
      assertThat(limited.err()).startsWith("capsa: no such file: ").contains(HINT).hasLineCount(1);
      assertThat(run("C.UTF-8", command, container, "/" + NAME).exitCode()).isZero();
    }
  }

  @Test
  void what_is_missing_for_another_reason_gives_no_hint() throws Exception {
    assertThat(run("C", "ls", container, "/none").err()).isEqualTo("capsa: no such file: /none\n");
    assertThat(run("C.UTF-8", "ls", container, "/a?").err())
        .isEqualTo("capsa: no such file: /a?\n");
  }

  @Test
  void listing_needs_no_locale() throws Exception {
    assertThat(run("C", "ls", container)).isEqualTo(new CommandRun(0, NAME + "\n", ""));
  }
}
