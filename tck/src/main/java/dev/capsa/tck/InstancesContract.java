package dev.capsa.tck;

import static dev.capsa.tck.Capability.HARD_LINKS;
import static dev.capsa.tck.Capability.INSTANCES;
import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two file systems of one provider, whose paths look alike. */
@Needs({WRITING, INSTANCES})
public abstract class InstancesContract extends Contract {
  private Path otherDir;
  private FileSystem other;

  protected InstancesContract(Subject subject) {
    super(subject);
  }

  @BeforeEach
  void openOther() throws IOException {
    otherDir = place().directoryOfAnotherInstance();
    other = otherDir.getFileSystem();
    assertThat(other.provider()).isSameAs(fs.provider());
  }

  @Statement(30)
  @Test
  void their_paths_are_never_equal() {
    Path a = fs.getPath("/a");
    Path b = other.getPath("/a");
    assertThat(a.equals(b)).isFalse();
    assertThat(a.startsWith(b)).isFalse();
    assertThat(a.endsWith(b)).isFalse();
    assertThat(a.endsWith(other.getPath("a"))).isFalse();
    assertThat(a.compareTo(b)).isNotZero().isEqualTo(-b.compareTo(a));
  }

  @Statement({28, 30})
  @Test
  void no_path_leads_from_one_to_the_other() {
    thrown(IllegalArgumentException.class, () -> fs.getPath("/a").relativize(other.getPath("/b")));
  }

  @Statement({30, 69})
  @Test
  void their_files_are_different_files() throws IOException {
    Path mine = file("f", "x");
    Path theirs = Files.write(otherDir.resolve("f"), new byte[1]);
    assertThat(Files.isSameFile(mine, theirs)).isFalse();
  }

  @Statement(30)
  @Test
  void a_file_is_copied_from_one_to_the_other() throws IOException {
    Path source = file("f", "content");
    FileTime time = FileTime.fromMillis(123_456_789);
    Files.setLastModifiedTime(source, time);
    Path target = otherDir.resolve("g");
    Files.copy(source, target, COPY_ATTRIBUTES);
    assertThat(content(target)).isEqualTo("content");
    assertThat(Files.getLastModifiedTime(target)).isEqualTo(time);
    refused(FileAlreadyExistsException.class, () -> Files.copy(source, target));
    Files.write(target, new byte[1]);
    Files.copy(source, target, REPLACE_EXISTING);
    assertThat(content(target)).isEqualTo("content");
  }

  @Statement(30)
  @Test
  void a_file_is_moved_from_one_to_the_other() throws IOException {
    Path source = file("f", "content");
    FileTime time = FileTime.fromMillis(123_456_789);
    Files.setLastModifiedTime(source, time);
    Path target = otherDir.resolve("g");
    Files.move(source, target);
    assertThat(isThere(source)).isFalse();
    assertThat(content(target)).isEqualTo("content");
    assertThat(Files.getLastModifiedTime(target)).isEqualTo(time);
  }

  @Statement(30)
  @Test
  void an_empty_directory_is_moved_and_one_with_entries_is_not() throws IOException {
    Files.move(directory("d"), otherDir.resolve("d"));
    assertThat(otherDir.resolve("d")).isEmptyDirectory();
    Path full = directory("full");
    file("full/f", "x");
    refused(DirectoryNotEmptyException.class, () -> Files.move(full, otherDir.resolve("full")));
    assertThat(isThere(otherDir.resolve("full"))).isFalse();
    Path target = Files.write(otherDir.resolve("target"), new byte[3]);
    refused(DirectoryNotEmptyException.class, () -> Files.move(full, target, REPLACE_EXISTING));
    assertThat(target).hasSize(3);
  }

  @Statement(30)
  @Test
  void an_atomic_move_is_not_possible() throws IOException {
    Path source = file("f", "content");
    refused(
        AtomicMoveNotSupportedException.class,
        () -> Files.move(source, otherDir.resolve("f"), ATOMIC_MOVE));
    assertThat(isThere(otherDir.resolve("f"))).isFalse();
  }

  @Statement(30)
  @Needs(SYMBOLIC_LINKS)
  @Test
  void a_link_is_copied_as_a_link() throws IOException {
    Path link = link("link", "target");
    Files.copy(link, otherDir.resolve("copy"), NOFOLLOW_LINKS);
    assertThat(Files.readSymbolicLink(otherDir.resolve("copy")).toString()).isEqualTo("target");
    Files.move(link, otherDir.resolve("moved"));
    assertThat(Files.readSymbolicLink(otherDir.resolve("moved")).toString()).isEqualTo("target");
    assertThat(isThere(link)).isFalse();
  }

  @Statement(30)
  @Needs(HARD_LINKS)
  @Test
  void a_file_has_no_name_in_the_other() throws IOException {
    Path source = file("f", "content");
    refused(FileSystemException.class, () -> Files.createLink(otherDir.resolve("g"), source));
  }

  @Statement(30)
  @Test
  void closing_one_leaves_the_other() throws IOException {
    Path mine = file("f", "content");
    Path theirs = Files.write(otherDir.resolve("f"), new byte[1]);
    other.close();
    assertThat(content(mine)).isEqualTo("content");
    thrown(ClosedFileSystemException.class, () -> Files.copy(mine, theirs));
    thrown(ClosedFileSystemException.class, () -> Files.copy(theirs, mine));
  }
}
