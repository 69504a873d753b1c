package dev.capsa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole container that goes back to an old state, and forth again. */
class RollbackTest {
  private static final int LARGE = 300_000;

  @TempDir Path folder;
  private Path container;
  private CapsaFileSystem fs;

  @BeforeEach
  void open() throws IOException {
    container = folder.resolve("a.capsa");
    fs = Capsa.open(container, Capsa.options().create(true).maxSize(64 << 20));
  }

  @AfterEach
  void close_and_check() throws IOException {
    fs.close();
    assertThat(Capsa.check(container)).isEmpty();
  }

  private Path at(String path) {
    return fs.getPath(path);
  }

  /** All that can be seen, identities and times of change, too. */
  private static Map<String, String> all(CapsaFileSystem of) throws IOException {
    Path start = of.getPath("/");
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(start)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Map<String, Object> attributes =
            new TreeMap<>(Files.readAttributes(each, "unix:*", NOFOLLOW_LINKS));
        attributes.keySet().removeAll(List.of("dev", "fileKey", "rdev"));
        boolean link = Files.isSymbolicLink(each);
        String content =
            link
                ? Files.readSymbolicLink(each).toString()
                : Files.isDirectory(each)
                    ? ""
                    : Integer.toString(Files.readString(each).hashCode());
        StringBuilder user = new StringBuilder();
        if (!link) {
          for (Map.Entry<String, Object> of1 :
              new TreeMap<>(Files.readAttributes(each, "user:*")).entrySet()) {
            user.append(of1.getKey())
                .append('=')
                .append(new String((byte[]) of1.getValue(), UTF_8));
          }
        }
        all.put(each.toString(), attributes + " " + user + " " + content);
      }
    }
    return all;
  }

  private static String text(char with, int length) {
    return String.valueOf(with).repeat(length);
  }

  private void makeTree() throws IOException {
    Files.createDirectories(at("/d/e/empty"));
    Files.createDirectory(at("/gone"));
    Files.writeString(at("/gone/inner"), "inner");
    Files.writeString(at("/none"), "");
    Files.writeString(at("/d/small"), "text");
    Files.writeString(at("/d/middle"), text('m', 20_000));
    Files.writeString(at("/d/e/large"), text('x', LARGE));
    Files.writeString(at("/shrinks"), text('s', LARGE));
    Files.writeString(at("/grows"), text('g', 50));
    Files.createLink(at("/d/e/linked"), at("/d/small"));
    Files.createLink(at("/d/e/linked2"), at("/d/middle"));
    Files.createSymbolicLink(at("/d/link"), at("e/large"));
    Files.setAttribute(at("/d/small"), "user:note", "n".getBytes(UTF_8));
    Files.setAttribute(at("/d"), "user:changed", "before".getBytes(UTF_8));
    Files.setPosixFilePermissions(at("/d/e"), PosixFilePermissions.fromString("rwx------"));
    Files.setLastModifiedTime(at("/d/e/large"), FileTime.fromMillis(2_000_000));
  }

  /** Something of each kind. */
  private void changeTree() throws IOException {
    Files.delete(at("/gone/inner"));
    Files.delete(at("/gone"));
    Files.delete(at("/d/small"));
    Files.delete(at("/d/e/linked2"));
    Files.delete(at("/d/link"));
    Files.move(at("/d/e"), at("/moved"));
    Files.writeString(at("/shrinks"), text('S', 100));
    Files.writeString(at("/grows"), text('G', LARGE));
    Files.writeString(at("/none"), "some");
    try (FileChannel channel = FileChannel.open(at("/moved/large"), WRITE)) {
      channel.write(ByteBuffer.wrap(text('y', 5_000).getBytes(UTF_8)), 100_000);
      channel.truncate(200_001);
    }
    Files.setAttribute(at("/d"), "user:changed", "after".getBytes(UTF_8));
    Files.setPosixFilePermissions(at("/d"), PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.createDirectories(at("/new/deep"));
    Files.writeString(at("/new/deep/file"), text('n', LARGE));
    Files.writeString(at("/new/small"), "small");
    Files.createSymbolicLink(at("/new/link"), at("nowhere"));
    Files.createLink(at("/new/grown"), at("/grows"));
    Files.writeString(at("/d/link"), "a file where a link was");
  }

  @ParameterizedTest
  @ValueSource(strings = {"extents", "chain"})
  void everything_is_as_it_was_with_its_identity(String layout) throws IOException {
    fs.close();
    Files.delete(container);
    fs = Capsa.open(container, Capsa.options().create(true).layout(layout));
    makeTree();
    Map<String, String> before = all(fs);
    Revision old = fs.snapshot("old");
    changeTree();
    Map<String, String> after = all(fs);
    assertThat(after).isNotEqualTo(before);

    Revision undo = fs.rollback(old.number());

    assertThat(all(fs)).isEqualTo(before);
    assertThat(fs.diff(old)).isEmpty();
    try (CapsaFileSystem kept = fs.openRevision(undo.number())) {
      assertThat(all(kept)).isEqualTo(after);
    }
    assertThat(fs.rollback(undo.number()).number()).isGreaterThan(undo.number());
    assertThat(all(fs)).isEqualTo(after);
    assertThat(fs.diff(undo)).isEmpty();
    fs.rollback("old");
    assertThat(all(fs)).isEqualTo(before);
    fs.close();
    assertThat(Capsa.check(container)).isEmpty();
    fs = Capsa.open(container);
    assertThat(all(fs)).isEqualTo(before);
  }

  @Test
  void without_a_rule_the_state_before_is_a_snapshot_that_can_be_deleted() throws IOException {
    makeTree();
    Revision old = fs.snapshot("old");
    changeTree();

    Revision undo = fs.rollback("old");

    assertThat(undo.snapshot()).contains("before-rollback-" + undo.number());
    assertThat(fs.revisions()).contains(undo);
    assertThat(fs.snapshots()).containsExactly(old, undo);
    fs.deleteSnapshot("before-rollback-" + undo.number());
    assertThat(fs.snapshots()).containsExactly(old);
    fs.sync();
    assertThatThrownBy(() -> fs.rollback(undo.number()))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
    assertThat(fs.diff(old)).isEmpty();
  }

  @Test
  void with_a_rule_the_state_before_is_one_that_the_rule_counts() throws IOException {
    fs.retention(new Retention(2, Duration.ZERO, Duration.ZERO));
    makeTree();
    fs.sync();
    changeTree();
    fs.sync();
    Map<String, String> after = all(fs);
    Revision oldest = fs.revisions().get(0);

    Revision undo = fs.rollback(oldest.number()); // though one more would be too many

    assertThat(undo.snapshot()).isEmpty();
    assertThat(fs.snapshots()).isEmpty();
    assertThat(fs.revisions()).contains(undo);
    try (CapsaFileSystem then = fs.openRevision(undo.number())) {
      assertThat(all(then)).isEqualTo(after);
    }
    for (int i = 0; i < 3; i++) {
      Files.writeString(at("/more" + i), "more");
      fs.sync();
    }
    assertThat(fs.revisions()).doesNotContain(undo).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void if_nothing_differs_nothing_is_done() throws IOException {
    makeTree();
    Revision old = fs.snapshot("old");
    Revision undo = fs.rollback(old.number());
    assertThat(undo).isEqualTo(old);
    assertThat(fs.revision()).isEqualTo(old);
    assertThat(fs.snapshots()).containsExactly(old);
  }

  @Test
  void a_state_that_has_a_name_is_kept_under_it() throws IOException {
    makeTree();
    fs.snapshot("old");
    changeTree();
    Map<String, String> after = all(fs);
    Revision now = fs.snapshot("now");
    assertThat(fs.rollback("old")).isEqualTo(now);
    assertThat(fs.snapshots()).hasSize(2);
    fs.rollback("now");
    assertThat(all(fs)).isEqualTo(after);
  }

  @Test
  void what_is_not_kept_is_refused_and_nothing_happens() throws IOException {
    Files.writeString(at("/a"), "1");
    fs.sync();
    long newest = fs.revision().number();
    Files.writeString(at("/a"), "2");
    assertThatThrownBy(() -> fs.rollback(newest))
        .isInstanceOf(CapsaNoSuchSnapshotException.class)
        .hasMessageContaining(Long.toString(newest));
    assertThatThrownBy(() -> fs.rollback(4711)).isInstanceOf(CapsaNoSuchSnapshotException.class);
    assertThatThrownBy(() -> fs.rollback("no such"))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
    assertThatThrownBy(() -> fs.rollback("")).isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.readString(at("/a"))).isEqualTo("2");
    assertThat(fs.snapshots()).isEmpty();
    Files.writeString(at("/a"), "3");
  }

  @Test
  void who_may_not_write_or_has_closed_may_not_roll_back() throws IOException {
    Files.writeString(at("/a"), "1");
    Revision old = fs.snapshot("old");
    try (CapsaFileSystem shown = fs.openSnapshot("old")) {
      assertThatThrownBy(() -> shown.rollback(old.number()))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
    fs.close();
    assertThatThrownBy(() -> fs.rollback(old.number()))
        .isInstanceOf(ClosedFileSystemException.class);
    try (CapsaFileSystem reader = Capsa.open(container, Capsa.options().readOnly(true))) {
      assertThatThrownBy(() -> reader.rollback("old"))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }

  @Test
  void an_open_file_of_both_states_goes_on_with_the_old_content() throws IOException {
    Files.writeString(at("/shorter"), text('a', 1_000));
    Files.writeString(at("/longer"), text('b', 200_000));
    fs.snapshot("old");
    Files.writeString(at("/shorter"), text('A', 150_000));
    Files.writeString(at("/longer"), text('B', 10));
    try (FileChannel shorter = FileChannel.open(at("/shorter"), READ, WRITE);
        FileChannel longer = FileChannel.open(at("/longer"), READ, WRITE)) {
      assertThat(read(shorter, 149_000, 1_000)).isEqualTo(text('A', 1_000));
      fs.rollback("old");
      assertThat(shorter.size()).isEqualTo(1_000);
      assertThat(shorter.read(ByteBuffer.allocate(10), 1_000)).isEqualTo(-1);
      assertThat(shorter.read(ByteBuffer.allocate(10), 140_000)).isEqualTo(-1);
      assertThat(read(shorter, 0, 2_000)).isEqualTo(text('a', 1_000));
      assertThat(read(longer, 100_000, 7)).isEqualTo(text('b', 7));
      longer.write(ByteBuffer.wrap(new byte[] {'c'}), 100_000);
      assertThat(read(longer, 99_999, 3)).isEqualTo("bcb");
    }
    assertThat(Files.size(at("/longer"))).isEqualTo(200_000);
  }

  private static String read(FileChannel channel, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    int count = channel.read(bytes, position);
    return new String(bytes.array(), 0, Math.max(0, count), UTF_8);
  }

  @Test
  void an_open_file_of_the_newer_state_alone_stays_without_a_name() throws IOException {
    fs.snapshot("old");
    Files.writeString(at("/small"), "small");
    Files.writeString(at("/large"), text('l', LARGE));
    Files.setAttribute(at("/small"), "user:a", "b".getBytes(UTF_8));
    try (FileChannel small = FileChannel.open(at("/small"), READ, WRITE);
        FileChannel large = FileChannel.open(at("/large"), READ, WRITE)) {
      fs.rollback("old");
      assertThat(at("/small")).doesNotExist();
      assertThat(at("/large")).doesNotExist();
      assertThat(read(small, 0, 10)).isEqualTo("small");
      assertThat(read(large, LARGE - 1, 10)).isEqualTo("l");
      large.write(ByteBuffer.wrap("more".getBytes(UTF_8)), LARGE);
      small.truncate(2);
      fs.sync();
      assertThat(read(large, LARGE - 1, 10)).isEqualTo("lmore");
      assertThat(read(small, 0, 10)).isEqualTo("sm");
    }
    fs.sync();
    fs.snapshots().forEach(this::delete);
    fs.sync();
  }

  private void delete(Revision snapshot) {
    try {
      fs.deleteSnapshot(snapshot.snapshot().orElseThrow());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_file_that_was_deleted_and_is_open_comes_back_as_the_same_one() throws IOException {
    Files.writeString(at("/f"), text('f', LARGE));
    Object identity = Files.getAttribute(at("/f"), "unix:ino");
    fs.snapshot("old");
    try (FileChannel open = FileChannel.open(at("/f"), READ, WRITE)) {
      Files.delete(at("/f"));
      open.write(ByteBuffer.wrap(text('g', 100_000).getBytes(UTF_8)), 400_000);
      fs.rollback("old");
      assertThat(open.size()).isEqualTo(LARGE);
      assertThat(Files.getAttribute(at("/f"), "unix:ino")).isEqualTo(identity);
      open.write(ByteBuffer.wrap("new".getBytes(UTF_8)), 0);
    }
    fs.sync();
    assertThat(Files.readString(at("/f"))).isEqualTo("new" + text('f', LARGE - 3));
    fs.close();
    fs = Capsa.open(container);
    assertThat(Files.size(at("/f"))).isEqualTo(LARGE);
    Files.delete(at("/f"));
  }

  @Test
  void large_files_share_what_is_stored_and_only_what_differs_is_stored_again() throws IOException {
    byte[] bytes = new byte[20 << 20];
    Arrays.fill(bytes, (byte) 7);
    Files.write(at("/large"), bytes);
    Files.write(at("/deleted"), bytes);
    fs.snapshot("old");
    try (FileChannel channel = FileChannel.open(at("/large"), WRITE)) {
      channel.write(ByteBuffer.allocate(4096), 8 << 20);
    }
    Files.delete(at("/deleted"));
    fs.sync();
    long length = fs.usage().lengthBytes();

    fs.rollback("old");

    assertThat(Files.readAllBytes(at("/large"))).isEqualTo(bytes);
    assertThat(Files.readAllBytes(at("/deleted"))).isEqualTo(bytes);
    assertThat(fs.usage().lengthBytes() - length).isLessThan(1 << 20);
  }
}
