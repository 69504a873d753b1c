package dev.capsa.nio;

import static dev.capsa.nio.CopyRig.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of whole directories. */
class TreeCopyTest {
  private static final int LARGE = 2 << 20;

  private CapsaFileSystem fs;
  private Path source;

  @BeforeEach
  void make() throws IOException {
    fs = Capsa.inMemory();
    source = makeTree(fs);
  }

  @AfterEach
  void close() throws IOException {
    List<CapsaFileSystem.Fault> faults = new ArrayList<>();
    fs.check(faults::add);
    assertThat(faults).isEmpty();
    fs.close();
  }

  private static Path makeTree(CapsaFileSystem fs) throws IOException {
    Path root = Files.createDirectory(fs.getPath("/tree"));
    Path deep = root;
    for (int i = 0; i < 5; i++) {
      Files.write(deep.resolve("large"), random(i, LARGE));
      Files.write(deep.resolve("small"), random(i, 100 * i));
      Files.createSymbolicLink(deep.resolve("link"), fs.getPath("../large"));
      deep = Files.createDirectories(deep.resolve("below"));
    }
    Files.createLink(deep.resolve("second name"), root.resolve("large"));
    Files.createLink(root.resolve("a further name"), root.resolve("small"));
    for (int i = 0; i < 600; i++) {
      Files.createFile(deep.resolve("empty " + i));
    }
    Files.getFileAttributeView(root.resolve("below"), UserDefinedFileAttributeView.class)
        .write("user", ByteBuffer.wrap("value".getBytes(UTF_8)));
    Files.setLastModifiedTime(root.resolve("below"), FileTime.fromMillis(5));
    Files.setLastModifiedTime(root.resolve("large"), FileTime.fromMillis(6));
    return root;
  }

  /** All that can be seen below a directory, by path. */
  private static Map<String, String> seen(Path root) throws IOException {
    Map<String, String> seen = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        PosixFileAttributes is =
            Files.readAttributes(each, PosixFileAttributes.class, NOFOLLOW_LINKS);
        String text =
            is.permissions() + " " + is.lastModifiedTime() + " " + is.creationTime() + " ";
        if (is.isSymbolicLink()) {
          text += Files.readSymbolicLink(each);
        } else {
          text += Files.getFileAttributeView(each, UserDefinedFileAttributeView.class).list() + " ";
          text += Files.getAttribute(each, "unix:nlink") + " ";
          text += is.isDirectory() ? "" : java.util.Arrays.hashCode(Files.readAllBytes(each));
        }
        seen.put(root.relativize(each).toString(), text);
      }
    }
    return seen;
  }

  private long used() throws IOException {
    fs.sync();
    return fs.statistics().usedBytes();
  }

  @Test
  void a_copy_has_all_that_the_tree_has_and_shares_it() throws IOException {
    long before = used();
    Path copy = fs.getPath("/copy");
    fs.copyTree(source, copy);
    assertThat(used() - before).isLessThan(400 << 10);
    assertThat(seen(copy)).isEqualTo(seen(source)).hasSizeGreaterThan(620);
  }

  @Test
  void names_of_one_file_are_names_of_one_copy() throws IOException {
    Path copy = fs.getPath("/copy");
    fs.copyTree(source, copy);
    Path second = copy.resolve("below/below/below/below/below/second name");
    assertThat(Files.isSameFile(copy.resolve("large"), second)).isTrue();
    Files.write(second, "other".getBytes(UTF_8));
    assertThat(Files.readString(copy.resolve("large"))).isEqualTo("other");
    assertThat(Files.readAllBytes(source.resolve("large"))).isEqualTo(random(0, LARGE));
  }

  @Test
  void a_tree_comes_back_out_of_a_snapshot() throws IOException {
    Map<String, String> before = seen(source);
    fs.snapshot("before");
    Files.write(source.resolve("large"), random(9, LARGE));
    Files.delete(source.resolve("below/large"));
    long used = used();
    try (CapsaFileSystem past = fs.openSnapshot("before")) {
      fs.copyTree(past.getPath("/tree"), fs.getPath("/back"));
      assertThat(seen(fs.getPath("/back"))).isEqualTo(before);
      assertThat(used() - used).isLessThan(400 << 10);
      assertThatThrownBy(() -> past.copyTree(source, past.getPath("/into")))
          .isInstanceOf(java.nio.file.ReadOnlyFileSystemException.class);
    }
    fs.deleteSnapshot("before");
    assertThat(seen(fs.getPath("/back"))).isEqualTo(before);
  }

  @Test
  void a_tree_of_another_container_is_copied_too() throws IOException {
    try (CapsaFileSystem other = Capsa.inMemory()) {
      other.copyTree(source, other.getPath("/copy"));
      assertThat(seen(other.getPath("/copy"))).isEqualTo(seen(source));
      assertThatThrownBy(() -> other.copyTree(source, fs.getPath("/copy")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void what_is_there_is_refused_or_replaced() throws IOException {
    Path target = fs.getPath("/target");
    Files.createFile(target);
    assertThatThrownBy(() -> fs.copyTree(source, target))
        .isInstanceOf(FileAlreadyExistsException.class);
    fs.copyTree(source, target, REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(seen(target)).isEqualTo(seen(source));
    assertThatThrownBy(() -> fs.copyTree(source, target, REPLACE_EXISTING))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> fs.copyTree(source, fs.getPath("/"), REPLACE_EXISTING))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> fs.copyTree(fs.getPath("/none"), fs.getPath("/copy")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(
            () -> fs.copyTree(source, fs.getPath("/copy"), StandardCopyOption.ATOMIC_MOVE))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(Files.exists(fs.getPath("/copy"))).isFalse();
    fs.copyTree(source, source, REPLACE_EXISTING);
    assertThat(seen(source)).isEqualTo(seen(target));
  }

  @Test
  void a_directory_cannot_be_copied_into_itself() {
    assertThatThrownBy(() -> fs.copyTree(source, source.resolve("below/copy")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("into itself");
    assertThatThrownBy(() -> fs.copyTree(fs.getPath("/"), fs.getPath("/copy")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("into itself");
  }

  @Test
  void a_file_and_a_link_are_trees_too() throws IOException {
    fs.copyTree(source.resolve("large"), fs.getPath("/file"));
    fs.copyTree(source.resolve("small"), fs.getPath("/file"), REPLACE_EXISTING);
    fs.copyTree(source.resolve("large"), fs.getPath("/file"), REPLACE_EXISTING);
    fs.copyTree(source.resolve("link"), fs.getPath("/link"));
    assertThat(Files.mismatch(source.resolve("large"), fs.getPath("/file"))).isEqualTo(-1);
    assertThat(Files.getLastModifiedTime(fs.getPath("/file"))).isEqualTo(FileTime.fromMillis(6));
    assertThat(Files.readSymbolicLink(fs.getPath("/link")).toString()).isEqualTo("../large");
  }

  @Test
  void a_copy_without_room_leaves_nothing() throws IOException {
    try (CapsaFileSystem small = Capsa.inMemory(Capsa.options().maxSize(6 << 20))) {
      assertThatThrownBy(() -> small.copyTree(source, small.getPath("/copy")))
          .isInstanceOf(CapsaFullException.class);
      assertThat(Files.exists(small.getPath("/copy"))).isFalse();
      List<CapsaFileSystem.Fault> faults = new ArrayList<>();
      small.check(faults::add);
      assertThat(faults).isEmpty();
    }
  }

  @Test
  void files_that_are_replaced_meanwhile_are_in_the_copy_as_before_or_after() throws Exception {
    int files = 8;
    Path directory = Files.createDirectory(fs.getPath("/replaced"));
    byte[] content = random(1, 200_000);
    for (int i = 0; i < files; i++) {
      Files.write(directory.resolve("f" + i), content);
    }
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<Integer> replacing =
        thread.submit(
            () -> {
              int replaced = 0;
              for (; !over.get(); replaced++) {
                Path whole = Files.write(fs.getPath("/whole"), content);
                Path file = directory.resolve("f" + replaced % files);
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
              }
              return replaced;
            });
    for (int i = 0; i < 60; i++) {
      Path copy = fs.getPath("/copy" + i);
      fs.copyTree(directory, copy);
      for (int file = 0; file < files; file++) {
        assertThat(Files.readAllBytes(copy.resolve("f" + file))).isEqualTo(content);
        Files.delete(copy.resolve("f" + file));
      }
    }
    over.set(true);
    assertThat(replacing.get()).isPositive();
    thread.shutdown();
  }
}
