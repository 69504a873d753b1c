package dev.capsa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see of kept revisions. */
class SnapshotsTest {
  @TempDir Path folder;
  private Path container;
  private CapsaFileSystem fs;

  @BeforeEach
  void open() throws IOException {
    container = folder.resolve("box.capsa");
    fs =
        Capsa.open(
            container, Capsa.options().create(true).commitInterval(java.time.Duration.ofHours(1)));
  }

  @AfterEach
  void close_and_check() throws IOException {
    fs.close();
    if (Files.exists(container)) {
      assertThat(Capsa.check(container)).isEmpty();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(fs.getPath(name), text);
  }

  private static String read(FileSystem from, String name) throws IOException {
    return Files.readString(from.getPath(name));
  }

  @Test
  void a_snapshot_shows_what_was_done_before_it_and_nothing_later() throws IOException {
    write("/a", "first");
    Instant before = Instant.now();
    Revision kept = fs.snapshot("monday");
    write("/a", "second");
    write("/b", "new");
    try (CapsaFileSystem monday = fs.openSnapshot("monday")) {
      assertThat(read(monday, "/a")).isEqualTo("first");
      assertThat(monday.getPath("/b")).doesNotExist();
      assertThat(monday.isReadOnly()).isTrue();
      assertThat(monday.revision()).isEqualTo(kept);
    }
    assertThat(kept.snapshot()).contains("monday");
    assertThat(kept.committed()).isBetween(before.minusMillis(1), Instant.now().plusMillis(1));
    assertThat(fs.snapshots()).containsExactly(kept);
    assertThat(read(fs, "/a")).isEqualTo("second");
  }

  @Test
  void snapshots_outlive_a_closing() throws IOException {
    write("/a", "first");
    Revision kept = fs.snapshot("monday");
    Files.delete(fs.getPath("/a"));
    fs.close();
    fs = Capsa.open(container);
    assertThat(fs.snapshots()).containsExactly(kept);
    try (CapsaFileSystem monday = fs.openRevision(kept.number())) {
      assertThat(read(monday, "/a")).isEqualTo("first");
    }
  }

  @Test
  void revisions_are_the_kept_ones_and_the_newest_commit() throws IOException {
    write("/a", "1");
    Revision one = fs.snapshot("one");
    assertThat(fs.revision()).isEqualTo(one);
    assertThat(fs.revisions()).containsExactly(one);
    write("/a", "2");
    assertThat(fs.revision()).as("not committed yet").isEqualTo(one);
    fs.sync();
    Revision newest = fs.revision();
    assertThat(newest.number()).isGreaterThan(one.number());
    assertThat(newest.snapshot()).isEmpty();
    assertThat(fs.revisions()).containsExactly(one, newest);
    assertThat(fs.snapshots()).containsExactly(one);
    try (CapsaFileSystem shown = fs.openRevision(newest.number())) {
      write("/a", "3");
      fs.sync();
      assertThat(read(shown, "/a")).isEqualTo("2");
      assertThat(shown.revisions()).containsExactly(one, fs.revision());
      assertThat(shown.revision()).isEqualTo(newest);
    }
    assertThatThrownBy(() -> fs.openRevision(newest.number()))
        .isInstanceOf(CapsaNoSuchSnapshotException.class)
        .hasMessageContaining(Long.toString(newest.number()))
        .hasMessageContaining(Long.toString(fs.revision().number()));
    for (long none : new long[] {0, -1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> fs.openRevision(none))
          .isInstanceOf(CapsaNoSuchSnapshotException.class);
    }
  }

  @Test
  void an_open_revision_that_is_not_kept_stays_whole_while_all_is_overwritten() throws IOException {
    byte[] first = new byte[400_000];
    Arrays.fill(first, (byte) 1);
    Files.write(fs.getPath("/a"), first);
    fs.sync();
    try (CapsaFileSystem shown = fs.openRevision(fs.revision().number())) {
      for (int i = 2; i < 30; i++) {
        byte[] other = new byte[400_000];
        Arrays.fill(other, (byte) i);
        Files.write(fs.getPath("/a"), other);
        fs.sync();
      }
      assertThat(Files.readAllBytes(shown.getPath("/a"))).isEqualTo(first);
    }
  }

  @Test
  void a_snapshot_that_is_deleted_stays_readable_for_who_has_it_open() throws IOException {
    write("/a", "x".repeat(300_000));
    fs.snapshot("gone");
    try (CapsaFileSystem shown = fs.openSnapshot("gone")) {
      fs.deleteSnapshot("gone");
      for (int i = 0; i < 20; i++) {
        write("/a", "y".repeat(300_000 + i));
        fs.sync();
      }
      assertThat(read(shown, "/a")).isEqualTo("x".repeat(300_000));
      assertThat(fs.snapshots()).isEmpty();
      assertThatThrownBy(() -> fs.openSnapshot("gone"))
          .isInstanceOf(CapsaNoSuchSnapshotException.class)
          .hasMessageContaining("gone");
    }
  }

  @Test
  void names_are_given_once_and_deleted_once() throws IOException {
    fs.snapshot("a");
    assertThatThrownBy(() -> fs.snapshot("a"))
        .isInstanceOf(CapsaSnapshotExistsException.class)
        .hasMessageContaining("a");
    fs.deleteSnapshot("a");
    assertThatThrownBy(() -> fs.deleteSnapshot("a"))
        .isInstanceOf(CapsaNoSuchSnapshotException.class);
    fs.snapshot("a");
    String longest = "\u00e9".repeat(127) + "x";
    assertThat(longest.getBytes(UTF_8)).hasSize(255);
    fs.snapshot(longest);
    assertThat(fs.snapshots())
        .extracting(it -> it.snapshot().orElseThrow())
        .containsExactly("a", longest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "\0auto", "a\0b", "\ud800"})
  void names_that_cannot_be_are_illegal_arguments(String name) {
    assertThatThrownBy(() -> fs.snapshot(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fs.deleteSnapshot(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fs.openSnapshot(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Capsa.open(container, Capsa.options().snapshot(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("snapshot");
  }

  @Test
  void a_name_of_256_bytes_is_an_illegal_argument() {
    assertThatThrownBy(() -> fs.snapshot("x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("256");
  }

  @Test
  void what_is_read_only_keeps_and_deletes_nothing() throws IOException {
    fs.snapshot("a");
    try (CapsaFileSystem shown = fs.openSnapshot("a");
        FileSystem reading =
            FileSystems.newFileSystem(container, Map.of("accessMode", "readOnly"))) {
      for (CapsaFileSystem each : List.of(shown, (CapsaFileSystem) reading)) {
        assertThatThrownBy(() -> each.snapshot("b"))
            .isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> each.deleteSnapshot("a"))
            .isInstanceOf(ReadOnlyFileSystemException.class);
        try (CapsaFileSystem within = each.openSnapshot("a")) {
          assertThat(within.revision()).isEqualTo(fs.snapshots().get(0));
        }
      }
    }
  }

  @Test
  void what_is_closed_says_so() throws IOException {
    Revision kept = fs.snapshot("a");
    CapsaFileSystem shown = fs.openSnapshot("a");
    shown.close();
    shown.close();
    fs.close();
    for (CapsaFileSystem each : List.of(shown, fs)) {
      assertThatThrownBy(each::revision).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(each::revisions).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(each::snapshots).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(() -> each.snapshot("b")).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(() -> each.deleteSnapshot("a"))
          .isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(() -> each.openSnapshot("a"))
          .isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(() -> each.openRevision(kept.number()))
          .isInstanceOf(ClosedFileSystemException.class);
    }
  }

  @Test
  void closing_a_file_system_closes_the_revisions_that_were_opened_from_it() throws IOException {
    write("/a", "text");
    fs.snapshot("a");
    CapsaFileSystem shown = fs.openSnapshot("a");
    CapsaFileSystem within = shown.openSnapshot("a");
    FileChannel channel = FileChannel.open(within.getPath("/a"));
    fs.close();
    assertThat(shown.isOpen()).isFalse();
    assertThat(within.isOpen()).isFalse();
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    fs = Capsa.open(container); // nothing holds the container any more
  }

  @Test
  void a_file_of_a_snapshot_is_not_the_file_that_became_of_it() throws IOException {
    write("/a", "old");
    fs.snapshot("s");
    write("/a", "new");
    try (CapsaFileSystem one = fs.openSnapshot("s");
        CapsaFileSystem two = fs.openSnapshot("s")) {
      Path now = fs.getPath("/a");
      Path then = one.getPath("/a");
      assertThat(Files.isSameFile(now, then)).isFalse();
      assertThat(Files.isSameFile(two.getPath("/a"), then)).isTrue();
      assertThat(then).isNotEqualTo(now).isNotEqualTo(two.getPath("/a"));
      assertThat(Files.getAttribute(then, "fileKey"))
          .isEqualTo(Files.getAttribute(two.getPath("/a"), "fileKey"))
          .isNotEqualTo(Files.getAttribute(now, "fileKey"));
      assertThat(Files.getAttribute(then, "unix:dev"))
          .isNotEqualTo(Files.getAttribute(now, "unix:dev"));
      Files.copy(then, fs.getPath("/a"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(read(fs, "/a")).as("brought back").isEqualTo("old");
      assertThatThrownBy(() -> Files.copy(now, then.resolveSibling("b")))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }

  @Test
  void a_container_in_a_snapshot_is_not_the_container_that_became_of_it() throws IOException {
    Path inner = fs.getPath("/inner.capsa");
    try (CapsaFileSystem in = Capsa.create(inner)) {
      Files.writeString(in.getPath("/x"), "old");
    }
    fs.snapshot("s");
    try (CapsaFileSystem shown = fs.openSnapshot("s");
        CapsaFileSystem in = Capsa.open(inner)) {
      Files.writeString(in.getPath("/x"), "new");
      in.sync();
      try (CapsaFileSystem then =
          Capsa.open(shown.getPath("/inner.capsa"), Capsa.options().readOnly(true))) {
        assertThat(read(then, "/x")).isEqualTo("old");
      }
    }
  }

  @Test
  void the_key_snapshot_opens_it_also_while_this_process_writes() throws IOException {
    write("/a", "old");
    Revision kept = fs.snapshot("s");
    write("/a", "new");
    URI uri = URI.create("capsa:" + container.toUri());
    try (FileSystem byUri = FileSystems.newFileSystem(uri, Map.of("snapshot", "s"));
        FileSystem byPath =
            FileSystems.newFileSystem(container, Map.of("revision", kept.number()));
        CapsaFileSystem shared = Capsa.open(container, Capsa.options().snapshot("s"))) {
      assertThat(read(byUri, "/a")).isEqualTo("old");
      assertThat(read(byPath, "/a")).isEqualTo("old");
      assertThat(byUri.isReadOnly()).isTrue();
      assertThat(shared).isSameAs(byUri);
      assertThat(FileSystems.getFileSystem(uri)).isSameAs(fs);
      assertThatThrownBy(
              () -> FileSystems.newFileSystem(uri, Map.of("revision", "" + kept.number())))
          .isInstanceOf(FileSystemAlreadyExistsException.class)
          .hasMessageContaining("revision " + kept.number());
      fs.close();
      assertThat(read(byUri, "/a")).as("it holds the container by itself").isEqualTo("old");
    }
    assertThatThrownBy(() -> FileSystems.getFileSystem(uri))
        .isInstanceOf(FileSystemNotFoundException.class);
  }

  @Test
  void a_uri_of_a_snapshots_file_leads_back_to_it() throws Exception {
    write("/a b", "old");
    Revision kept = fs.snapshot("s");
    write("/a b", "new");
    Path then;
    URI uri;
    try (CapsaFileSystem shown = Capsa.open(container, Capsa.options().snapshot("s"))) {
      then = shown.getPath("/a b");
      uri = then.toUri();
      assertThat(uri.toString()).endsWith("box.capsa!@" + kept.number() + "!/a%20b");
      assertThat(Path.of(uri)).isEqualTo(then);
      assertThat(Path.of(uri.resolve("c"))).isEqualTo(then.resolveSibling("c"));
      try (InputStream stream = uri.toURL().openStream()) {
        assertThat(new String(stream.readAllBytes(), UTF_8)).isEqualTo("old");
      }
      URI ofContainer = URI.create("capsa:" + container.toUri() + "!@" + kept.number());
      assertThat(FileSystems.getFileSystem(ofContainer)).isSameAs(shown);
    }
    assertThatThrownBy(() -> Path.of(uri))
        .isInstanceOf(FileSystemNotFoundException.class)
        .hasMessageContaining("revision " + kept.number());
    try (CapsaFileSystem within = fs.openSnapshot("s")) {
      assertThat(within.getPath("/a b").toUri()).isEqualTo(uri);
      assertThatThrownBy(() -> Path.of(uri)).isInstanceOf(FileSystemNotFoundException.class);
    }
    URI ofRevision = URI.create("capsa:" + container.toUri() + "!@" + kept.number());
    try (FileSystem shown = FileSystems.newFileSystem(ofRevision, Map.of())) {
      assertThat(Files.readString(Path.of(uri))).isEqualTo("old");
      assertThat(shown.isReadOnly()).isTrue();
    }
    assertThatThrownBy(() -> FileSystems.newFileSystem(ofRevision, Map.of("snapshot", "s")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("revision " + kept.number());
  }

  @Test
  void a_snapshot_that_there_is_not_leaves_nothing_open() throws IOException {
    fs.close();
    assertThatThrownBy(() -> Capsa.open(container, Capsa.options().snapshot("none")))
        .isInstanceOf(CapsaNoSuchSnapshotException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> Capsa.open(container, Capsa.options().revision(99)))
        .isInstanceOf(CapsaNoSuchSnapshotException.class)
        .hasMessageContaining("99");
    fs = Capsa.open(container); // would be refused if a reader were left in this process
  }

  @Test
  void another_process_reads_a_snapshot_while_this_one_writes() throws Exception {
    for (int file = 0; file < ReadingProcess.FILES; file++) {
      Files.write(fs.getPath("/f" + file), ReadingProcess.content(7, file));
    }
    write("/step", "7");
    fs.snapshot("s");
    for (int file = 0; file < ReadingProcess.FILES; file++) {
      Files.write(fs.getPath("/f" + file), ReadingProcess.content(8, file));
    }
    write("/step", "8");
    fs.sync();
    try (ReadingProcess reader = ReadingProcess.showing(container, "s")) {
      fs.deleteSnapshot("s");
      for (int i = 0; i < 20; i++) {
        write("/other", "z".repeat(400_000));
        fs.sync();
      }
      assertThat(reader.read()).isEqualTo("step 7");
      reader.end();
    }
  }

  @Test
  void a_container_in_memory_has_snapshots_too() throws IOException {
    try (CapsaFileSystem heap = Capsa.inMemory()) {
      Files.writeString(heap.getPath("/a"), "old");
      heap.snapshot("s");
      Files.writeString(heap.getPath("/a"), "new");
      URI uri = heap.getPath("/").toUri();
      URI container = URI.create(uri.toString().substring(0, uri.toString().length() - 2));
      try (FileSystem shown = FileSystems.newFileSystem(container, Map.of("snapshot", "s"))) {
        assertThat(read(shown, "/a")).isEqualTo("old");
        Path then = shown.getPath("/a");
        assertThat(Path.of(then.toUri())).isEqualTo(then);
      }
    }
  }

  @Test
  void snapshots_are_opened_and_deleted_while_others_write() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; !enough.get(); i++) {
                  Files.writeString(fs.getPath("/one"), i + " ".repeat(50_000));
                  Files.writeString(fs.getPath("/two"), i + " ".repeat(50_000));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    List<CapsaFileSystem> shown = new ArrayList<>();
    List<String> contents = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      fs.snapshot("s" + i);
      CapsaFileSystem each = fs.openSnapshot("s" + i);
      shown.add(each);
      contents.add(all(each));
      fs.deleteSnapshot("s" + i);
    }
    enough.set(true);
    writer.join();
    for (int i = 0; i < 12; i++) {
      assertThat(all(shown.get(i))).isEqualTo(contents.get(i));
    }
  }

  private static String all(FileSystem from) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : List.of("/one", "/two")) {
      Path file = from.getPath(name);
      all.append(Files.exists(file) ? Files.readString(file) : "none").append('|');
    }
    return all.toString();
  }
}
