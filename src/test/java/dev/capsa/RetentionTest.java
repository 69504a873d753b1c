package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Revisions that a container keeps by itself. */
class RetentionTest {
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path folder;
  private Path container;
  private CapsaFileSystem fs;

  @BeforeEach
  void name() {
    container = folder.resolve("a.capsa");
  }

  @AfterEach
  void close_and_check() throws IOException {
    if (fs != null) {
      fs.close();
      assertThat(Capsa.check(container)).isEmpty();
    }
  }

  private void open(Duration interval) throws IOException {
    fs = Capsa.open(container, Capsa.options().create(true).commitInterval(interval));
  }

  private void open(String retention) throws IOException {
    fs =
        Capsa.open(
            container,
            Capsa.options()
                .create(true)
                .commitInterval(NEVER)
                .retention(Retention.parse(retention)));
  }

  private Revision write(String text) throws IOException {
    Files.writeString(fs.getPath("/f"), text);
    fs.sync();
    return fs.revision();
  }

  private String read(Revision revision) throws IOException {
    try (CapsaFileSystem shown = fs.openRevision(revision.number())) {
      return Files.readString(shown.getPath("/f"));
    }
  }

  /** What the file was in one revision after the other, each once; dropping goes on meanwhile. */
  private List<String> texts() throws IOException {
    while (true) {
      try {
        List<String> texts = new ArrayList<>();
        for (Revision each : fs.revisions()) {
          String text = read(each);
          if (texts.isEmpty() || !text.equals(texts.get(texts.size() - 1))) {
            texts.add(text);
          }
        }
        return texts;
      } catch (CapsaNoSuchSnapshotException gone) {
        // It was the newest commit, and what was dropped has been freed by another one.
      }
    }
  }

  @Test
  void the_last_commits_with_changes_are_kept() throws IOException {
    open("last=3,every=0s");
    for (int i = 0; i < 10; i++) {
      write("text " + i);
      fs.sync(); // changes nothing, and keeps nothing
    }
    assertThat(texts()).containsExactly("text 7", "text 8", "text 9");
    assertThat(fs.revisions()).hasSizeBetween(3, 4).allMatch(it -> it.snapshot().isEmpty());
    assertThat(fs.snapshots()).isEmpty();
  }

  @Test
  void snapshots_stay_and_do_not_count() throws IOException {
    open("last=2,every=0s");
    write("named");
    Revision named = fs.snapshot("named");
    for (int i = 0; i < 5; i++) {
      write("text " + i);
    }
    assertThat(fs.snapshots()).containsExactly(named);
    assertThat(texts()).containsExactly("named", "text 3", "text 4");
  }

  @Test
  void one_is_kept_in_the_time_that_is_said_and_no_more() throws IOException {
    open("last=100,every=1h");
    for (int i = 0; i < 5; i++) {
      write("text " + i);
    }
    assertThat(texts()).as("the first, and the newest commit").containsExactly("text 0", "text 4");
  }

  @Test
  void changes_that_no_others_follow_are_kept_when_the_time_has_come() throws IOException {
    open(Duration.ofMillis(5));
    fs.retention(new Retention(100, Duration.ZERO, Duration.ofMillis(300)));
    write("first");
    Revision late = write("second");
    awaitUntil(() -> fs.revision().number() > late.number());
    Revision kept = fs.revision();
    fs.retention(new Retention(100, Duration.ZERO, NEVER));
    write("third");
    assertThat(fs.revisions()).contains(kept);
    assertThat(read(kept)).isEqualTo("second");
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void awaitUntil(Condition condition) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void those_that_are_too_old_go_with_the_next_commit_and_without_one() throws IOException {
    open(Duration.ofMillis(5));
    fs.retention(new Retention(0, Duration.ofMillis(200), Duration.ZERO));
    Revision one = write("1");
    Revision two = write("2");
    awaitUntil(() -> Instant.now().isAfter(two.committed().plusMillis(200)));
    awaitUntil(() -> fs.revisions().stream().noneMatch(it -> it.number() <= two.number()));
    assertThat(fs.revisions()).doesNotContain(one, two);
    assertThat(Files.readString(fs.getPath("/f"))).isEqualTo("2");
  }

  @Test
  void the_rule_is_the_containers_and_can_be_changed() throws IOException {
    open("last=5,every=0s");
    assertThat(fs.retention()).isEqualTo(new Retention(5, Duration.ZERO, Duration.ZERO));
    for (int i = 0; i < 7; i++) {
      write("text " + i);
    }
    fs.close();
    open("last=1"); // counts only when it is made
    assertThat(fs.retention().last()).isEqualTo(5);
    assertThat(texts()).containsExactly("text 2", "text 3", "text 4", "text 5", "text 6");
    write("after");
    assertThat(texts()).containsExactly("text 3", "text 4", "text 5", "text 6", "after");
    fs.retention(Retention.NONE);
    awaitUntil(() -> fs.revisions().size() == 1);
    assertThat(fs.retention()).isEqualTo(Retention.NONE);
    write("nothing is kept");
    assertThat(texts()).containsExactly("nothing is kept");
  }

  @Test
  void a_container_keeps_nothing_unless_it_is_said() throws IOException {
    open(NEVER);
    assertThat(fs.retention()).isEqualTo(Retention.NONE);
    for (int i = 0; i < 4; i++) {
      write("text " + i);
    }
    assertThat(fs.revisions()).containsExactly(fs.revision());
  }

  @Test
  void who_has_one_open_reads_on_when_it_is_dropped() throws IOException {
    open("last=1,every=0s");
    String old = "x".repeat(300_000);
    Revision first = write(old);
    try (CapsaFileSystem shown = fs.openRevision(first.number())) {
      for (int i = 0; i < 30; i++) {
        write("y".repeat(300_000 + i));
      }
      assertThat(fs.revisions()).doesNotContain(first);
      assertThat(Files.readString(shown.getPath("/f"))).isEqualTo(old);
    }
  }

  @Test
  void space_of_those_that_are_dropped_is_used_again() throws IOException {
    open("last=2,every=0s");
    for (int i = 0; i < 10; i++) {
      write(("" + i).repeat(300_000));
    }
    long size = Files.size(container);
    for (int i = 0; i < 60; i++) {
      write(("" + i % 10).repeat(300_000));
    }
    assertThat(Files.size(container)).isLessThanOrEqualTo(2 * size);
  }

  @Test
  void dropping_goes_on_where_an_opening_left_it() throws IOException {
    open("last=300,every=0s");
    for (int i = 0; i < 150; i++) {
      write("text " + i);
    }
    fs.retention(Retention.NONE); // drops with several commits
    fs.close();
    open(Duration.ofMillis(5));
    awaitUntil(() -> fs.revisions().size() == 1);
    assertThat(texts()).containsExactly("text 149");
  }

  @Test
  void a_full_container_takes_changes_without_keeping_them() throws IOException {
    fs =
        Capsa.open(
            container,
            Capsa.options()
                .create(true)
                .maxSize(4 << 20)
                .commitInterval(NEVER)
                .retention(Retention.parse("last=3,every=0s")));
    write("small");
    int written = 0;
    try {
      for (; ; written++) {
        Files.write(fs.getPath("/big" + written), new byte[100_000]);
        fs.sync();
      }
    } catch (CapsaFullException full) {
      assertThat(written).isPositive();
    }
    fs.retention(Retention.NONE);
    for (int i = 0; i < written; i++) {
      Files.delete(fs.getPath("/big" + i));
      fs.sync();
    }
    awaitUntil(() -> fs.revisions().size() == 1);
    assertThat(Files.readString(fs.getPath("/f"))).isEqualTo("small");
    Files.write(fs.getPath("/again"), new byte[100_000 * (written / 2)]);
    fs.sync();
  }

  @Test
  void a_reader_changes_no_rule_and_drops_nothing() throws IOException {
    open("for=1s,every=0s");
    Revision one = write("1");
    fs.snapshot("s");
    fs.close();
    awaitUntil(() -> Instant.now().isAfter(one.committed().plusSeconds(1)));
    byte[] before = Files.readAllBytes(container);
    fs = Capsa.open(container, Capsa.options().readOnly(true));
    assertThat(fs.retention().age()).isEqualTo(Duration.ofSeconds(1));
    assertThatThrownBy(() -> fs.retention(Retention.NONE))
        .isInstanceOf(ReadOnlyFileSystemException.class);
    assertThat(fs.revisions()).contains(one);
    fs.close();
    assertThat(Files.readAllBytes(container)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "last=10,for=7d,every=1h | 10 | P7D | PT1H",
        "for=90s | 0 | PT90S | PT1M",
        "every=0s,last=1 | 1 | PT0S | PT0S",
        "last=2,for=PT1.5S | 2 | PT1.5S | PT1M",
        "none | 0 | PT0S | PT1M"
      })
  void a_text_says_what_is_kept(String text, int last, Duration age, Duration every) {
    Retention retention = new Retention(last, age, every);
    assertThat(Retention.parse(text)).isEqualTo(retention);
    assertThat(Retention.parse(retention.toString())).isEqualTo(retention);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "last",
        "last=",
        "last=x",
        "last=-1",
        "last=1,last=2",
        "last=1,",
        "every=1h",
        "for=7",
        "for=7w",
        "for=-1d",
        "for=99999999999999999d",
        "for=200000d",
        "last=1000001",
        "=3",
        "keep=3"
      })
  void another_text_is_an_illegal_argument(String text) {
    assertThatThrownBy(() -> Retention.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
