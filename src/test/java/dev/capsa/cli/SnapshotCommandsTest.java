package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line shows of kept revisions. */
class SnapshotCommandsTest {
  @TempDir Path folder;
  private Path container;

  @BeforeEach
  void makeContainer() throws IOException {
    container = folder.resolve("c.capsa");
    write("/a", "old");
  }

  private void write(String name, String text) throws IOException {
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Files.writeString(fs.getPath(name), text);
    }
  }

  private long keep(String name) throws IOException {
    assertThat(CommandRun.of("snapshot", container, name).out())
        .matches("kept revision [0-9]+ as " + name + "\n");
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().snapshot(name))) {
      return fs.revision().number();
    }
  }

  @Test
  void a_snapshot_is_made_listed_read_and_dropped() throws IOException {
    long number = keep("monday");
    write("/a", "new");
    write("/b", "more");
    assertThat(CommandRun.of("snapshot", container).out())
        .matches(" +" + number + "  20[-0-9]+T[:0-9]+Z  monday\n");
    assertThat(CommandRun.of("cat", "--snapshot=monday", container, "/a").out()).isEqualTo("old");
    assertThat(CommandRun.of("cat", container, "/a").out()).isEqualTo("new");
    assertThat(CommandRun.of("ls", "--revision=" + number, container).out()).isEqualTo("a\n");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("a\nb\n");
    Path unpacked = folder.resolve("unpacked");
    assertThat(CommandRun.of("unpack", "--snapshot", "monday", container, unpacked).exitCode())
        .isZero();
    assertThat(unpacked.resolve("a")).hasContent("old");
    assertThat(unpacked.resolve("b")).doesNotExist();
    assertThat(CommandRun.of("info", container).out()).containsPattern("snapshots +1\n");
    assertThat(CommandRun.of("snapshot", container, "--delete=monday"))
        .isEqualTo(new CommandRun(0, "dropped monday\n", ""));
    assertThat(CommandRun.of("snapshot", container)).isEqualTo(new CommandRun(0, "", ""));
    assertThat(CommandRun.of("check", container).exitCode()).isZero();
  }

  @Test
  void log_lists_what_is_kept_and_the_newest_commit() throws IOException {
    long one = keep("one");
    write("/a", "2");
    long two = keep("two");
    write("/a", "3");
    String[] lines = CommandRun.of("log", container).out().split("\n");
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).matches(" +" + one + "  .*Z  one");
    assertThat(lines[1]).matches(" +" + two + "  .*Z  two");
    assertThat(lines[2]).matches(" +[0-9]+  .*Z");
    assertThat(Long.parseLong(lines[2].strip().split(" ")[0])).isGreaterThan(two);
  }

  @Test
  void diff_tells_what_became_of_the_files() throws IOException {
    write("/gone", "x");
    long one = keep("one");
    try (CapsaFileSystem fs = Capsa.open(container)) {
      Files.move(fs.getPath("/a"), fs.getPath("/b"));
      Files.delete(fs.getPath("/gone"));
    }
    keep("two");
    write("/b", "other");
    assertThat(CommandRun.of("diff", container, "one", "two"))
        .isEqualTo(new CommandRun(0, "moved      /a -> /b\ndeleted    /gone\n", ""));
    assertThat(CommandRun.of("diff", container, one).out())
        .isEqualTo("moved      /a -> /b\nchanged    /a -> /b\ndeleted    /gone\n");
    assertThat(CommandRun.of("diff", container, "two").out()).isEqualTo("changed    /b\n");
    CommandRun none = CommandRun.of("diff", container, "one", "three");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("three").contains("c.capsa").hasLineCount(1);
    assertThat(CommandRun.of("diff", container).exitCode()).isEqualTo(2);
  }

  @Test
  void restore_brings_files_back() throws IOException {
    write("/b", "b");
    keep("one");
    write("/a", "new");
    write("/b", "new");
    CommandRun run = CommandRun.of("restore", container, "one", "/a", "b");
    assertThat(run.out()).matches("restored /a from revision [0-9]+\nrestored b from .*\n");
    assertThat(CommandRun.of("cat", container, "/a", "/b").out()).isEqualTo("oldb");
    CommandRun none = CommandRun.of("restore", container, "none", "/a");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("none").hasLineCount(1);
    assertThat(CommandRun.of("restore", container, "one", "/nothing"))
        .isEqualTo(new CommandRun(1, "", "capsa: no such file: /nothing\n"));
    assertThat(CommandRun.of("restore", container, "one").exitCode()).isEqualTo(2);
  }

  @Test
  void what_is_the_name_of_one_revision_and_the_number_of_another_is_asked_back()
      throws IOException {
    long one = keep("one");
    write("/a", "new");
    keep(String.valueOf(one));
    CommandRun run = CommandRun.of("rollback", container, one);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(one + " is the name of revision", "or @" + one).hasLineCount(1);
    assertThat(CommandRun.of("rollback", container, "@" + one).out())
        .startsWith("rolled back to revision " + one + "\n");
    assertThat(CommandRun.of("cat", container, "/a").out()).isEqualTo("old");
  }

  @Test
  void rollback_brings_all_back_and_says_how_to_undo_it() throws IOException {
    long one = keep("one");
    write("/a", "new");
    write("/b", "new");
    CommandRun run = CommandRun.of("rollback", container, "one");
    assertThat(run.exitCode()).isZero();
    String[] lines = run.out().split("\n");
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).isEqualTo("rolled back to revision " + one);
    assertThat(lines[1])
        .matches("what was before is revision ([0-9]+), kept as before-rollback-\\1");
    assertThat(lines[2]).matches("to undo this: capsa rollback .*c\\.capsa before-rollback-[0-9]+");
    assertThat(CommandRun.of("ls", container).out()).isEqualTo("a\n");
    assertThat(CommandRun.of("cat", container, "/a").out()).isEqualTo("old");
    assertThat(CommandRun.of("rollback", container, "one").out())
        .isEqualTo("nothing differs from revision " + one + "\n");
    String undo = lines[2].substring(lines[2].lastIndexOf(' ') + 1);
    assertThat(CommandRun.of("rollback", container, undo).out())
        .startsWith("rolled back to revision " + undo.replace("before-rollback-", "") + "\n");
    assertThat(CommandRun.of("cat", container, "/a", "/b").out()).isEqualTo("newnew");
    assertThat(CommandRun.of("snapshot", container, "--delete=" + undo).exitCode()).isZero();
    CommandRun none = CommandRun.of("rollback", container, "none");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("none").hasLineCount(1);
    assertThat(CommandRun.of("rollback", container).exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("check", container).exitCode()).isZero();
  }

  @Test
  void log_of_a_file_lists_the_revisions_in_which_it_changed() throws IOException {
    long one = keep("one");
    write("/other", "x");
    keep("two");
    try (CapsaFileSystem fs = Capsa.open(container)) {
      Files.move(fs.getPath("/a"), fs.getPath("/b"));
    }
    long three = keep("three");
    write("/other", "y");
    String[] lines = CommandRun.of("log", container, "b").out().split("\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).matches(" +" + one + "  .*Z  one  /a");
    assertThat(lines[1]).matches(" +" + three + "  .*Z  three  /b");
    assertThat(CommandRun.of("log", container, "/a"))
        .isEqualTo(new CommandRun(1, "", "capsa: no such file: /a\n"));
  }

  @Test
  void retention_is_shown_and_set_and_keeps_what_the_rule_says() throws IOException {
    assertThat(CommandRun.of("retention", container)).isEqualTo(new CommandRun(0, "none\n", ""));
    assertThat(CommandRun.of("retention", container, "last=2,for=14d,every=0s"))
        .isEqualTo(new CommandRun(0, "last=2,for=14d,every=0s\n", ""));
    keep("named");
    write("/a", "1");
    write("/a", "2");
    String rule = "last=2,every=0s";
    assertThat(CommandRun.of("retention", container, rule).out()).isEqualTo(rule + "\n");
    assertThat(CommandRun.of("retention", container).out()).isEqualTo(rule + "\n");
    assertThat(CommandRun.of("info", container).out()).contains(rule);
    write("/a", "3");
    assertThat(CommandRun.of("log", container).out().split("\n")).hasSizeGreaterThan(2);
    for (String wrong : new String[] {"last", "for=7d,for=8d", "every=1h", "last=-1", "7 days"}) {
      CommandRun run = CommandRun.of("retention", container, wrong);
      assertThat(run.exitCode()).as(wrong).isEqualTo(2);
    }
    assertThat(CommandRun.of("retention", container).out()).isEqualTo(rule + "\n");
    assertThat(CommandRun.of("retention", container, "none").out()).isEqualTo("none\n");
    assertThat(CommandRun.of("retention", folder.resolve("none.capsa")).exitCode()).isEqualTo(1);
    assertThat(CommandRun.of("snapshot", container).out()).endsWith("  named\n");
    assertThat(CommandRun.of("check", container).exitCode()).isZero();
  }

  @Test
  void what_there_is_not_is_an_error_in_one_line() throws IOException {
    keep("one");
    for (CommandRun run :
        new CommandRun[] {
          CommandRun.of("ls", "--snapshot=none", container),
          CommandRun.of("cat", "--snapshot=none", container, "/a"),
          CommandRun.of("unpack", "--snapshot=none", container, folder.resolve("x")),
          CommandRun.of("snapshot", container, "--delete=none"),
        }) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).startsWith("capsa: ").contains("none").hasLineCount(1);
    }
    CommandRun number = CommandRun.of("ls", "--revision=99", container);
    assertThat(number.exitCode()).isEqualTo(1);
    assertThat(number.err()).contains("99").hasLineCount(1);
    CommandRun again = CommandRun.of("snapshot", container, "one");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("one").hasLineCount(1);
    Path missing = folder.resolve("missing.capsa");
    for (String command : new String[] {"log", "snapshot"}) {
      assertThat(CommandRun.of(command, missing))
          .isEqualTo(new CommandRun(1, "", "capsa: no such file: " + missing + "\n"));
    }
    assertThat(missing).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--revision=0", "--revision=-1", "--revision=x", "--snapshot="})
  void an_option_that_names_no_state_is_a_wrong_call(String option) {
    assertThat(CommandRun.of("ls", option, container).exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("cat", option, container, "/a").exitCode()).isEqualTo(2);
  }

  @Test
  void contradictions_are_wrong_calls() {
    assertThat(CommandRun.of("ls", "--snapshot=a", "--revision=1", container).exitCode())
        .isEqualTo(2);
    assertThat(CommandRun.of("snapshot", container, "a", "--delete=b").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("snapshot", container, "").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("snapshot", container, "x".repeat(256)).exitCode()).isEqualTo(2);
  }
}
