package dev.capsa;

import static dev.capsa.CapsaFileSystem.Change.Kind.ATTRIBUTES;
import static dev.capsa.CapsaFileSystem.Change.Kind.CHANGED;
import static dev.capsa.CapsaFileSystem.Change.Kind.CREATED;
import static dev.capsa.CapsaFileSystem.Change.Kind.DELETED;
import static dev.capsa.CapsaFileSystem.Change.Kind.MOVED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFileSystem.Change;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What became of files between revisions. */
class DiffTest {
  private CapsaFileSystem fs;

  @BeforeEach
  void open() throws IOException {
    fs = Capsa.inMemory();
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private Path at(String path) {
    return fs.getPath(path);
  }

  private Change change(Change.Kind kind, String before, String after) {
    return new Change(
        kind, Optional.ofNullable(before).map(this::at), Optional.ofNullable(after).map(this::at));
  }

  @Test
  void each_kind_of_change_is_told_with_its_paths() throws IOException {
    Files.createDirectories(at("/d/e"));
    for (String name : List.of("/d/written", "/d/moved", "/d/deleted", "/d/e/set", "/d/same")) {
      Files.writeString(at(name), name);
    }
    Revision one = fs.snapshot("one");
    Files.writeString(at("/d/written"), "other");
    Files.move(at("/d/moved"), at("/away"));
    Files.delete(at("/d/deleted"));
    Files.setPosixFilePermissions(at("/d/e/set"), PosixFilePermissions.fromString("r--------"));
    Files.createDirectory(at("/new"));
    Files.createSymbolicLink(at("/new/link"), at("/d"));
    Revision two = fs.snapshot("two");
    assertThat(fs.diff(one, two))
        .containsExactly(
            change(MOVED, "/d/moved", "/away"),
            change(DELETED, "/d/deleted", null),
            change(ATTRIBUTES, "/d/e/set", "/d/e/set"),
            change(CHANGED, "/d/written", "/d/written"),
            change(CREATED, null, "/new"),
            change(CREATED, null, "/new/link"));
    assertThat(fs.diff(two, one))
        .containsExactly(
            change(CREATED, null, "/d/deleted"),
            change(ATTRIBUTES, "/d/e/set", "/d/e/set"),
            change(MOVED, "/away", "/d/moved"),
            change(CHANGED, "/d/written", "/d/written"),
            change(DELETED, "/new", null),
            change(DELETED, "/new/link", null))
        .extracting(Change::path)
        .contains(at("/new/link"), at("/d/moved"));
    assertThat(fs.diff(one, one)).isEmpty();
    assertThat(fs.diff(two)).isEmpty();
    Files.delete(at("/away"));
    assertThat(fs.diff(two)).as("not committed").isEmpty();
    fs.sync();
    assertThat(fs.diff(two)).containsExactly(change(DELETED, "/away", null));
    assertThat(fs.diff(two, fs.revision())).isEqualTo(fs.diff(two));
  }

  @Test
  void a_directory_that_moved_is_one_change_and_what_changed_in_it_has_both_paths()
      throws IOException {
    Files.createDirectories(at("/a/b"));
    Files.writeString(at("/a/b/f"), "1");
    Files.writeString(at("/a/b/g"), "1");
    Revision one = fs.snapshot("one");
    Files.move(at("/a"), at("/z"));
    Files.writeString(at("/z/b/f"), "2");
    fs.sync();
    assertThat(fs.diff(one))
        .containsExactly(change(MOVED, "/a", "/z"), change(CHANGED, "/a/b/f", "/z/b/f"));
  }

  @Test
  void a_file_may_be_moved_written_and_set_at_once() throws IOException {
    Files.writeString(at("/f"), "1");
    Revision one = fs.snapshot("one");
    Files.move(at("/f"), at("/g"));
    Files.writeString(at("/g"), "2");
    Files.setAttribute(at("/g"), "user:note", "x".getBytes(UTF_8));
    fs.sync();
    assertThat(fs.diff(one))
        .containsExactlyInAnyOrder(
            change(MOVED, "/f", "/g"), change(CHANGED, "/f", "/g"), change(ATTRIBUTES, "/f", "/g"));
  }

  @Test
  void a_file_that_was_replaced_is_another_one() throws IOException {
    Files.writeString(at("/f"), "1");
    Revision one = fs.snapshot("one");
    Files.writeString(at("/f.new"), "2");
    Files.move(at("/f.new"), at("/f"), REPLACE_EXISTING);
    fs.sync();
    assertThat(fs.diff(one))
        .containsExactlyInAnyOrder(change(DELETED, "/f", null), change(CREATED, null, "/f"));
  }

  @Test
  void a_further_name_is_made_and_lost_like_a_file() throws IOException {
    Files.writeString(at("/f"), "1");
    Revision one = fs.snapshot("one");
    Files.createLink(at("/g"), at("/f"));
    Revision two = fs.snapshot("two");
    Files.delete(at("/f"));
    Revision three = fs.snapshot("three");
    assertThat(fs.diff(one, two)).containsExactly(change(CREATED, null, "/g"));
    assertThat(fs.diff(two, three)).containsExactly(change(DELETED, "/f", null));
    assertThat(fs.diff(one, three)).containsExactly(change(MOVED, "/f", "/g"));
  }

  @Test
  void a_file_that_is_written_through_a_name_and_set_back_in_time_has_changed() throws IOException {
    Path file = Files.write(at("/f"), new byte[100_000]);
    FileTime time = Files.getLastModifiedTime(file);
    Revision one = fs.snapshot("one");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {1}), 50_000);
    }
    Files.setLastModifiedTime(file, time);
    fs.sync();
    assertThat(fs.diff(one)).containsExactly(change(CHANGED, "/f", "/f"));
  }

  @Test
  void a_file_whose_bytes_lie_elsewhere_has_not_changed(@TempDir Path folder) throws IOException {
    fs.close();
    fs = Capsa.create(folder.resolve("a.capsa")); // memory cannot be mapped
    try (FileChannel channel =
        FileChannel.open(at("/f"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 9; i >= 0; i--) {
        channel.write(java.nio.ByteBuffer.wrap(new byte[40_960]), i * 40_960L);
        fs.sync();
      }
    }
    Revision one = fs.snapshot("one");
    try (FileChannel channel = FileChannel.open(at("/f"))) {
      channel.map(MapMode.READ_ONLY, 0, 409_600); // stores it together
    }
    fs.sync();
    assertThat(fs.revision().number()).isGreaterThan(one.number());
    assertThat(fs.diff(one)).isEmpty();
    fs.compact();
    assertThat(fs.diff(one)).isEmpty();
    assertThat(fs.history(at("/f"))).hasSize(1);
  }

  @Test
  void a_file_without_a_name_is_none() throws IOException {
    Files.writeString(at("/f"), "1");
    Revision one = fs.snapshot("one");
    try (FileChannel open = FileChannel.open(at("/f"), StandardOpenOption.WRITE)) {
      Files.delete(at("/f"));
      Revision two = fs.snapshot("two");
      open.write(java.nio.ByteBuffer.wrap(new byte[7]));
      Revision three = fs.snapshot("three");
      assertThat(fs.diff(one, two)).containsExactly(change(DELETED, "/f", null));
      assertThat(fs.diff(two, three)).isEmpty();
    }
    Revision four = fs.snapshot("four");
    assertThat(fs.diff(fs.snapshots().get(2), four)).isEmpty();
  }

  @Test
  void what_can_no_longer_be_opened_is_refused() throws IOException {
    Files.writeString(at("/f"), "1");
    Revision one = fs.snapshot("one");
    try (CapsaFileSystem shown = fs.openSnapshot("one")) {
      fs.deleteSnapshot("one");
      Files.writeString(at("/f"), "2");
      Revision two = fs.snapshot("two");
      assertThatThrownBy(() -> fs.diff(one, two))
          .isInstanceOf(CapsaNoSuchSnapshotException.class)
          .hasMessageContaining(Long.toString(one.number()));
      assertThat(shown.diff(one, two)).as("it has that open").hasSize(1);
      assertThat(shown.diff(one).get(0).path()).isEqualTo(shown.getPath("/f"));
    }
  }

  @Test
  void the_history_of_a_file_has_the_revisions_in_which_it_changed() throws IOException {
    fs.snapshot("before");
    Files.createDirectory(at("/d"));
    Files.writeString(at("/d/f"), "1");
    Revision made = fs.snapshot("made");
    Files.writeString(at("/other"), "1");
    fs.snapshot("other");
    Files.move(at("/d/f"), at("/g"));
    Revision moved = fs.snapshot("moved");
    Files.writeString(at("/g"), "2");
    fs.sync();
    Revision newest = fs.revision();
    assertThat(fs.history(at("/g")))
        .containsExactly(
            new CapsaFileSystem.Version(made, at("/d/f")),
            new CapsaFileSystem.Version(moved, at("/g")),
            new CapsaFileSystem.Version(newest, at("/g")));
    Files.createSymbolicLink(at("/link"), at("g"));
    assertThat(fs.history(at("link"))).as("of what it leads to").hasSizeGreaterThanOrEqualTo(2);
    Files.writeString(at("/fresh"), "1");
    assertThat(fs.history(at("/fresh"))).as("not committed").isEmpty();
    assertThatThrownBy(() -> fs.history(at("/none"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> fs.history(Path.of("/tmp")))
        .isInstanceOf(java.nio.file.ProviderMismatchException.class);
    try (CapsaFileSystem then = fs.openSnapshot("made")) {
      assertThatThrownBy(() -> fs.history(then.getPath("/d/f")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(then.history(then.getPath("/d/f"))).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void a_file_that_vanished_from_a_kept_revision_and_came_back_is_told_again() throws IOException {
    Files.writeString(at("/f"), "1");
    Revision one = fs.snapshot("one");
    Files.createLink(at("/keep"), at("/f"));
    fs.snapshot("two");
    Files.delete(at("/f"));
    Revision three = fs.snapshot("three");
    List<CapsaFileSystem.Version> history = fs.history(at("/keep"));
    assertThat(history).hasSize(3);
    assertThat(history.get(0)).isEqualTo(new CapsaFileSystem.Version(one, at("/f")));
    assertThat(history.get(2)).isEqualTo(new CapsaFileSystem.Version(three, at("/keep")));
  }

  // Random trees, and the two states compared by going through them.

  /** A file of a state. */
  private record Seen(
      boolean directory,
      byte[] content,
      PosixFileAttributes attributes,
      Object note,
      TreeSet<Place> places) {}

  /** A name: the directory's inode, and the text. */
  private record Place(long directory, String name, String path) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = Long.compare(directory, other.directory);
      return order != 0
          ? order
          : Arrays.compareUnsigned(name.getBytes(UTF_8), other.name.getBytes(UTF_8));
    }
  }

  private static long inode(Path file) throws IOException {
    return (Long) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  private static Map<Long, Seen> walk(FileSystem shown) throws IOException {
    Map<Long, Seen> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(shown.getPath("/"))) {
      for (Path each : (Iterable<Path>) files::iterator) {
        PosixFileAttributes of =
            Files.readAttributes(each, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Object note = null;
        if (!of.isSymbolicLink()) {
          Map<String, Object> user = Files.readAttributes(each, "user:*");
          note = user.isEmpty() ? null : new String((byte[]) user.get("note"), UTF_8);
        }
        byte[] content = of.isRegularFile() ? Files.readAllBytes(each) : new byte[0];
        Seen seen =
            all.computeIfAbsent(
                inode(each), it -> new Seen(of.isDirectory(), content, of, null, new TreeSet<>()));
        all.put(inode(each), new Seen(seen.directory, content, of, note, seen.places));
        Path parent = each.getParent();
        if (parent != null) {
          seen.places.add(new Place(inode(parent), each.getFileName().toString(), each.toString()));
        }
      }
    }
    return all;
  }

  private List<Change> naively(FileSystem older, FileSystem newer) throws IOException {
    Map<Long, Seen> before = walk(older);
    Map<Long, Seen> after = walk(newer);
    TreeSet<Long> touched = new TreeSet<>(); // directories whose entries are others
    List<Change> changes = new ArrayList<>();
    TreeSet<Long> inodes = new TreeSet<>(before.keySet());
    inodes.addAll(after.keySet());
    for (long inode : inodes) {
      Seen was = before.get(inode);
      Seen is = after.get(inode);
      TreeSet<Place> lost = was == null ? new TreeSet<>() : new TreeSet<>(was.places);
      TreeSet<Place> got = is == null ? new TreeSet<>() : new TreeSet<>(is.places);
      TreeSet<Place> both = new TreeSet<>(lost);
      both.retainAll(got);
      lost.removeAll(both);
      got.removeAll(both);
      lost.forEach(it -> touched.add(it.directory));
      got.forEach(it -> touched.add(it.directory));
      while (!lost.isEmpty() && !got.isEmpty()) {
        changes.add(change(MOVED, lost.pollFirst().path, got.pollFirst().path));
      }
      lost.forEach(it -> changes.add(change(DELETED, it.path, null)));
      got.forEach(it -> changes.add(change(CREATED, null, it.path)));
    }
    for (long inode : inodes) {
      Seen was = before.get(inode);
      Seen is = after.get(inode);
      if (was != null && is != null) {
        boolean written = !Arrays.equals(was.content, is.content);
        boolean dated =
            !was.attributes.lastModifiedTime().equals(is.attributes.lastModifiedTime())
                && !written
                && !touched.contains(inode);
        if (written) {
          changes.add(of(CHANGED, was, is));
        }
        if (dated
            || !was.attributes.permissions().equals(is.attributes.permissions())
            || !was.attributes.creationTime().equals(is.attributes.creationTime())
            || !was.attributes.lastAccessTime().equals(is.attributes.lastAccessTime())
            || !Objects.equals(was.note, is.note)) {
          changes.add(of(ATTRIBUTES, was, is));
        }
      }
    }
    return changes;
  }

  private Change of(Change.Kind kind, Seen was, Seen is) {
    return change(kind, first(was), first(is));
  }

  private static String first(Seen seen) {
    return seen.places.isEmpty() ? "/" : seen.places.first().path;
  }

  /** As text, and without the paths of what has several names: which is the first is open. */
  private static List<String> comparable(List<Change> changes, TreeSet<String> severalNames) {
    return changes.stream()
        .map(
            it ->
                it.kind() == CHANGED || it.kind() == ATTRIBUTES
                    ? it.kind()
                        + " "
                        + name(it.before(), severalNames)
                        + " "
                        + name(it.after(), severalNames)
                    : it.toString())
        .sorted()
        .toList();
  }

  private static String name(Optional<Path> path, TreeSet<String> severalNames) {
    String text = path.orElseThrow().toString();
    return severalNames.contains(text) ? "(linked)" : text;
  }

  private int contents;

  private void change(Random random) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(at("/"))) {
      all = files.sorted(Comparator.comparing(Path::toString)).toList();
    }
    List<Path> directories = all.stream().filter(it -> isDirectory(it)).toList();
    Path any = all.get(random.nextInt(all.size()));
    Path target =
        directories.get(random.nextInt(directories.size())).resolve("n" + random.nextInt(12));
    boolean free = !Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    switch (random.nextInt(9)) {
      case 0 -> {
        if (free) {
          Files.createDirectory(target);
        }
      }
      case 1, 2, 3 -> {
        if (free || Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
          int size = random.nextInt(3) == 0 ? 90_000 : 100;
          Files.writeString(target, contents++ + " ".repeat(random.nextInt(size)));
        }
      }
      case 4 -> {
        if (free && any.getNameCount() > 0 && !target.startsWith(any)) {
          Files.move(any, target);
        }
      }
      case 5 -> {
        if (any.getNameCount() > 0 && (!isDirectory(any) || isEmpty(any))) {
          Files.delete(any);
        }
      }
      case 6 -> {
        if (free && Files.isRegularFile(any, LinkOption.NOFOLLOW_LINKS)) {
          Files.createLink(target, any);
        } else if (free) {
          Files.createSymbolicLink(target, at("nowhere"));
        }
      }
      case 7 -> {
        if (!Files.isSymbolicLink(any)) {
          Files.setAttribute(any, "user:note", ("note " + contents++).getBytes(UTF_8));
        }
      }
      default -> {
        if (!Files.isSymbolicLink(any)) {
          Files.getFileAttributeView(any, BasicFileAttributeView.class)
              .setTimes(
                  random.nextBoolean() ? FileTime.fromMillis(random.nextInt()) : null,
                  random.nextBoolean() ? FileTime.fromMillis(random.nextInt()) : null,
                  null);
        }
      }
    }
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static TreeSet<String> severalNames(FileSystem shown) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (Seen each : walk(shown).values()) {
      if (each.places.size() > 1) {
        each.places.forEach(it -> names.add(it.path));
      }
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void it_is_what_going_through_both_trees_finds(long seed) throws IOException {
    Random random = new Random(seed);
    List<Revision> kept = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int steps = random.nextInt(60);
      for (int step = 0; step < steps; step++) {
        change(random);
      }
      kept.add(fs.snapshot("s" + i));
    }
    for (int i = 0; i < 12; i++) {
      Revision one = kept.get(random.nextInt(kept.size()));
      Revision two = kept.get(random.nextInt(kept.size()));
      try (CapsaFileSystem older = fs.openRevision(one.number());
          CapsaFileSystem newer = fs.openRevision(two.number())) {
        TreeSet<String> linked = severalNames(older);
        linked.addAll(severalNames(newer));
        assertThat(comparable(fs.diff(one, two), linked))
            .as("from %s to %s, seed %d", one, two, seed)
            .isEqualTo(comparable(naively(older, newer), linked));
      }
    }
  }
}
