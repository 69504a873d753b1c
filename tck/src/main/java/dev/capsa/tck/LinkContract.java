package dev.capsa.tck;

import static dev.capsa.tck.Capability.HARD_LINKS;
import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Symbolic and hard links, real paths, and when two paths are the same file. */
@Needs(WRITING)
public abstract class LinkContract extends Contract {
  protected LinkContract(Subject subject) {
    super(subject);
  }

  @Statement(68)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void the_target_of_a_link_is_kept_as_it_is() throws IOException {
    for (String target : new String[] {"f", "../x/./y", "/absolute/z", "missing", ".", "a b"}) {
      Path link = at("link");
      assertThat((Object) Files.createSymbolicLink(link, fs.getPath(target))).isEqualTo(link);
      assertThat(Files.readSymbolicLink(link).toString()).isEqualTo(target);
      Files.delete(link);
    }
  }

  @Statement(68)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_link_takes_no_existing_name() throws IOException {
    Path file = file("f", "x");
    Path link = link("link", "missing");
    refused(FileAlreadyExistsException.class, () -> Files.createSymbolicLink(file, link));
    refused(FileAlreadyExistsException.class, () -> Files.createSymbolicLink(link, file));
    refused(FileAlreadyExistsException.class, () -> Files.createDirectory(link));
    refused(NoSuchFileException.class, () -> Files.createSymbolicLink(at("missing/link"), file));
    refusedNaming(file, () -> Files.createSymbolicLink(file, link));
  }

  @Statement(68)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_link_to_the_empty_path_is_refused() throws IOException {
    refused(NoSuchFileException.class, () -> Files.createSymbolicLink(at("link"), fs.getPath("")));
  }

  @Statement(68)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void what_is_no_link_is_told() throws IOException {
    Path file = file("f", "x");
    refused(NotLinkException.class, () -> Files.readSymbolicLink(file));
    refused(NotLinkException.class, () -> Files.readSymbolicLink(dir));
    refused(NoSuchFileException.class, () -> Files.readSymbolicLink(at("missing")));
    refused(
        ProviderMismatchException.class,
        () -> Files.createSymbolicLink(at("link"), ForeignPaths.of(fs, "f")));
    refused(NullPointerException.class, () -> Files.createSymbolicLink(at("link"), null));
  }

  @Statement(77)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void links_are_followed_where_nobody_says_otherwise() throws IOException {
    file("f", "content");
    Path link = link("link", "f");
    assertThat(content(link)).isEqualTo("content");
    assertThat(Files.size(link)).isEqualTo(7);
    assertThat(Files.isRegularFile(link)).isTrue();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    BasicFileAttributes own = Files.readAttributes(link, BasicFileAttributes.class, NOFOLLOW_LINKS);
    assertThat(own.isSymbolicLink()).isTrue();
    assertThat(own.isRegularFile()).isFalse();
    assertThat(own.size()).isEqualTo(1);
    Files.write(link, new byte[2]);
    assertThat(Files.size(at("f"))).isEqualTo(2);
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void links_on_the_way_are_always_followed() throws IOException {
    directory("d");
    file("d/f", "content");
    Path link = link("link", "d");
    Path inside = link.resolve("f");
    assertThat(content(inside)).isEqualTo("content");
    assertThat(Files.exists(inside, NOFOLLOW_LINKS)).isTrue();
    Files.createFile(link.resolve("g"));
    assertThat(names(at("d"))).containsExactly("f", "g");
    assertThat(names(link)).containsExactly("f", "g");
    Files.delete(link.resolve("g"));
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void dot_dot_leads_to_the_parent_of_the_links_target() throws IOException {
    Files.createDirectories(at("a/b"));
    file("a/f", "of the target");
    file("f", "of the link");
    Path link = link("link", "a/b");
    assertThat(content(link.resolve("../f"))).isEqualTo("of the target");
    assertThat((Object) link.resolve("..").toRealPath()).isEqualTo(at("a"));
    assertThat((Object) link.resolve("../f").toRealPath()).isEqualTo(at("a/f"));
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void links_lead_on_to_links() throws IOException {
    directory("d");
    file("d/f", "content");
    link("d/one", "../two");
    link("two", dir.resolve("d").resolve("three").toString());
    link("d/three", "f");
    assertThat(content(at("d/one"))).isEqualTo("content");
    assertThat((Object) at("d/one").toRealPath()).isEqualTo(at("d/f"));
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_link_may_have_dots_and_slashes_at_its_end() throws IOException {
    directory("d");
    file("d/f", "content");
    link("one", "d/.");
    link("two", "d/../d/");
    assertThat(content(at("one/f"))).isEqualTo("content");
    assertThat(content(at("two/f"))).isEqualTo("content");
    assertThat((Object) at("two").toRealPath()).isEqualTo(at("d"));
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_loop_of_links_is_an_error() throws IOException {
    Path a = link("a", "b");
    link("b", "a");
    Path self = link("self", "self");
    for (Path loop : new Path[] {a, self, self.resolve("f")}) {
      refused(FileSystemException.class, () -> Files.newByteChannel(loop));
      refused(FileSystemException.class, () -> Files.newByteChannel(loop, WRITE, CREATE));
      refused(FileSystemException.class, () -> loop.toRealPath());
      assertThat(Files.exists(loop)).isFalse();
    }
    assertThat(Files.exists(a, NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.isSymbolicLink(self)).isTrue();
  }

  @Statement(68)
  @Needs({SYMBOLIC_LINKS, HARD_LINKS})
  @Test
  void a_hard_link_to_a_symbolic_link_is_another_name_of_the_link() throws IOException {
    file("f", "content");
    Path link = link("link", "f");
    Files.createLink(at("second"), link);
    assertThat(Files.isSymbolicLink(at("second"))).isTrue();
    assertThat(Files.readSymbolicLink(at("second")).toString()).isEqualTo("f");
    Files.createLink(at("third"), link("dangling", "missing"));
    assertThat(Files.isSymbolicLink(at("third"))).isTrue();
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_chain_of_thirty_links_is_no_loop() throws IOException {
    file("link0", "content");
    for (int i = 1; i <= 30; i++) {
      link("link" + i, "link" + (i - 1));
    }
    assertThat(content(at("link30"))).isEqualTo("content");
  }

  @Statement(77)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_dangling_link_exists_only_itself() throws IOException {
    Path link = link("link", "missing");
    assertThat(Files.exists(link)).isFalse();
    assertThat(Files.notExists(link)).isTrue();
    assertThat(Files.exists(link, NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    refused(NoSuchFileException.class, () -> Files.newByteChannel(link));
    refused(NoSuchFileException.class, () -> Files.newByteChannel(link, WRITE));
    refused(NoSuchFileException.class, () -> Files.getLastModifiedTime(link));
  }

  @Statement(43)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void CREATE_NEW_does_not_look_behind_a_link() throws IOException {
    Path dangling = link("dangling", "missing");
    refused(
        FileAlreadyExistsException.class,
        () -> Files.newByteChannel(dangling, WRITE, CREATE_NEW).close());
    refused(FileAlreadyExistsException.class, () -> Files.createFile(dangling));
  }

  @Statement(43)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void CREATE_makes_the_target_of_a_dangling_link() throws IOException {
    directory("d");
    Path link = link("link", "d/target");
    Files.newByteChannel(link, WRITE, CREATE).close();
    assertThat(at("d/target")).isEmptyFile();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    Path nowhere = link("nowhere", "missing/target");
    refused(NoSuchFileException.class, () -> Files.newByteChannel(nowhere, WRITE, CREATE).close());
  }

  @Statement(44)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void NOFOLLOW_LINKS_does_not_open_a_link() throws IOException {
    file("f", "content");
    Path link = link("link", "f");
    for (Path path : new Path[] {link, link("dangling", "missing")}) {
      assertThat(catchThrowable(() -> Files.newByteChannel(path, READ, NOFOLLOW_LINKS).close()))
          .isInstanceOf(IOException.class);
      assertThat(catchThrowable(() -> Files.newByteChannel(path, WRITE, NOFOLLOW_LINKS).close()))
          .isInstanceOf(IOException.class);
    }
    assertThat(catchThrowable(() -> Files.newByteChannel(link, READ, DELETE_ON_CLOSE).close()))
        .isInstanceOf(IOException.class);
    assertThat(content(at("f"))).isEqualTo("content");
    assertThat(isThere(link)).isTrue();
  }

  @Statement(66)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void deleting_deletes_the_link_itself() throws IOException {
    file("f", "content");
    directory("d");
    file("d/inner", "x");
    Files.delete(link("to-file", "f"));
    Files.delete(link("to-directory", "d"));
    Files.delete(link("dangling", "missing"));
    assertThat(names(dir)).containsExactly("d", "f");
    assertThat(names(at("d"))).containsExactly("inner");
  }

  @Statement(64)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void moving_moves_the_link_itself() throws IOException {
    file("f", "content");
    Files.move(link("link", "f"), at("moved"));
    assertThat(Files.readSymbolicLink(at("moved")).toString()).isEqualTo("f");
    Files.move(link("dangling", "missing"), at("still"), ATOMIC_MOVE);
    assertThat(Files.readSymbolicLink(at("still")).toString()).isEqualTo("missing");
    assertThat(names(dir)).containsExactly("f", "moved", "still");
  }

  @Statement(62)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void moving_and_copying_replace_the_link_and_not_its_target() throws IOException {
    file("f", "target");
    directory("d");
    file("d/inner", "x");
    Files.copy(file("new", "new content"), link("link", "f"), REPLACE_EXISTING);
    assertThat(Files.isSymbolicLink(at("link"))).isFalse();
    assertThat(content(at("link"))).isEqualTo("new content");
    assertThat(content(at("f"))).isEqualTo("target");
    Files.move(at("new"), link("other", "d"), REPLACE_EXISTING);
    assertThat(Files.isSymbolicLink(at("other"))).isFalse();
    assertThat(names(at("d"))).containsExactly("inner");
    link("third", "missing");
    refused(FileAlreadyExistsException.class, () -> Files.copy(at("f"), at("third")));
    refused(FileAlreadyExistsException.class, () -> Files.move(at("f"), at("third")));
  }

  @Statement(63)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void copying_copies_the_target_unless_told_otherwise() throws IOException {
    file("f", "content");
    Path link = link("link", "f");
    Files.copy(link, at("copy"));
    assertThat(Files.isSymbolicLink(at("copy"))).isFalse();
    assertThat(content(at("copy"))).isEqualTo("content");
    Files.copy(link, at("copied-link"), NOFOLLOW_LINKS);
    assertThat(Files.readSymbolicLink(at("copied-link")).toString()).isEqualTo("f");
    Path dangling = link("dangling", "missing");
    refused(NoSuchFileException.class, () -> Files.copy(dangling, at("new")));
    Files.copy(dangling, at("still-dangling"), NOFOLLOW_LINKS);
    assertThat(Files.readSymbolicLink(at("still-dangling")).toString()).isEqualTo("missing");
  }

  @Statement(61)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void copying_a_link_onto_its_target_does_nothing_or_is_refused() throws IOException {
    Path file = file("f", "content");
    Path link = link("link", "f");
    Files.copy(link, file, REPLACE_EXISTING);
    assertThat(content(file)).isEqualTo("content");
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  @Statement(80)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_directory_stream_follows_a_link_to_a_directory() throws IOException {
    directory("d");
    file("d/f", "x");
    Path link = link("link", "d");
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(link)) {
      assertThat(stream).containsExactly(link.resolve("f"));
    }
  }

  @Statement(67)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void createDirectories_is_content_with_a_link_to_a_directory() throws IOException {
    directory("d");
    Path link = link("link", "d");
    Files.createDirectories(link);
    Files.createDirectories(link.resolve("sub"));
    assertThat(names(at("d"))).containsExactly("sub");
    link("dangling", "missing");
    refused(FileAlreadyExistsException.class, () -> Files.createDirectories(at("dangling")));
  }

  @Statement(74)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void walking_follows_links_when_asked_and_finds_loops() throws IOException {
    directory("d");
    file("d/f", "x");
    link("link", "d");
    try (Stream<Path> walk = Files.walk(dir)) {
      assertThat(walk).doesNotContain(at("link/f"));
    }
    try (Stream<Path> walk = Files.walk(dir, FileVisitOption.FOLLOW_LINKS)) {
      assertThat(walk).contains(at("link/f"), at("d/f"));
    }
    link("d/up", "..");
    Throwable thrown =
        catchThrowable(
            () -> {
              try (Stream<Path> walk = Files.walk(dir, FileVisitOption.FOLLOW_LINKS)) {
                walk.forEach(it -> {});
              }
            });
    assertThat(thrown).hasCauseInstanceOf(FileSystemLoopException.class);
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_real_path_has_no_links_and_no_dots() throws IOException {
    Files.createDirectories(at("a/b"));
    file("a/b/f", "x");
    link("link", "a");
    assertThat((Object) at("link/./b/../b/f").toRealPath()).isEqualTo(at("a/b/f"));
    assertThat((Object) dir.toRealPath()).isEqualTo(dir);
    assertThat(fs.getPath("").toRealPath().isAbsolute()).isTrue();
    Path relative = fs.getPath("").toAbsolutePath().relativize(at("a/b"));
    assertThat((Object) relative.toRealPath()).isEqualTo(at("a/b"));
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_real_path_keeps_links_when_told_to() throws IOException {
    Files.createDirectories(at("a/b"));
    link("link", "a");
    assertThat((Object) at("link/./b").toRealPath(NOFOLLOW_LINKS)).isEqualTo(at("link/b"));
    assertThat((Object) at("a/b/..").toRealPath(NOFOLLOW_LINKS)).isEqualTo(at("a"));
    assertThat((Object) link("dangling", "missing").toRealPath(NOFOLLOW_LINKS))
        .isEqualTo(at("dangling"));
  }

  @Statement(37)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_missing_file_has_no_real_path() throws IOException {
    link("dangling", "missing");
    refused(NoSuchFileException.class, () -> at("missing").toRealPath());
    refused(NoSuchFileException.class, () -> at("missing").toRealPath(NOFOLLOW_LINKS));
    refused(NoSuchFileException.class, () -> at("dangling").toRealPath());
  }

  @Statement({69, 74})
  @Needs(HARD_LINKS)
  @Test
  void a_hard_link_is_the_same_file() throws IOException {
    Path file = file("f", "content");
    Path second = at("g");
    assertThat((Object) Files.createLink(second, file)).isEqualTo(second);
    assertThat(Files.isSameFile(file, second)).isTrue();
    Files.write(second, new byte[3]);
    assertThat(Files.size(file)).isEqualTo(3);
    assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
        .isEqualTo(Files.readAttributes(second, BasicFileAttributes.class).fileKey());
    Files.delete(file);
    assertThat(Files.size(second)).isEqualTo(3);
  }

  @Statement(68)
  @Needs(HARD_LINKS)
  @Test
  void a_hard_link_needs_a_file_and_a_free_name() throws IOException {
    Path file = file("f", "content");
    Path directory = directory("d");
    refused(FileAlreadyExistsException.class, () -> Files.createLink(file, file));
    refused(FileAlreadyExistsException.class, () -> Files.createLink(directory, file));
    refused(NoSuchFileException.class, () -> Files.createLink(at("new"), at("missing")));
    refused(NoSuchFileException.class, () -> Files.createLink(at("missing/new"), file));
    refused(FileSystemException.class, () -> Files.createLink(at("new"), directory));
    refused(
        ProviderMismatchException.class,
        () -> Files.createLink(at("new"), ForeignPaths.of(fs, "f")));
  }

  @Statement(61)
  @Needs(HARD_LINKS)
  @Test
  void moving_and_copying_between_names_of_a_file_does_nothing() throws IOException {
    Path file = file("f", "content");
    Path second = Files.createLink(at("g"), file);
    Files.move(file, second);
    Files.move(file, second, REPLACE_EXISTING);
    Files.copy(file, second);
    Files.copy(file, second, REPLACE_EXISTING);
    assertThat(names(dir)).containsExactly("f", "g");
    assertThat(content(second)).isEqualTo("content");
  }

  @Statement(69)
  @Test
  void equal_paths_are_the_same_file_whether_it_exists_or_not() throws IOException {
    assertThat(Files.isSameFile(at("missing"), at("missing"))).isTrue();
    assertThat(Files.isSameFile(dir, dir)).isTrue();
  }

  @Statement({29, 69})
  @Needs(SYMBOLIC_LINKS)
  @Test
  void different_paths_are_looked_up() throws IOException {
    Path file = file("f", "x");
    Path link = link("link", "f");
    assertThat(Files.isSameFile(file, link)).isTrue();
    assertThat(Files.isSameFile(link, file)).isTrue();
    assertThat(Files.isSameFile(file, dir.resolve("./f"))).isTrue();
    assertThat(Files.isSameFile(file, file("g", "x"))).isFalse();
    refused(NoSuchFileException.class, () -> Files.isSameFile(file, at("missing")));
    refused(NoSuchFileException.class, () -> Files.isSameFile(at("missing"), file));
    assertThat(Files.isSameFile(file, ForeignPaths.of(fs, "f"))).isFalse();
  }
}
