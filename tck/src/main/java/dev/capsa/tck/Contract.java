package dev.capsa.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A group of tests, each in an empty directory of its own. */
@ExtendWith(KnownDeviations.class)
public abstract class Contract {
  private final Subject subject;
  private Subject.Place place;

  /** The empty directory, absolute and real. */
  protected Path dir;

  /** Its file system. */
  protected FileSystem fs;

  protected Contract(Subject subject) {
    this.subject = subject;
  }

  final Subject subject() {
    return subject;
  }

  final Subject.Place place() {
    return place;
  }

  @BeforeEach
  final void openPlace() throws IOException {
    place = subject.open();
    dir = place.directory();
    fs = place.fileSystem();
  }

  @AfterEach
  final void closePlace() throws IOException {
    place.close();
  }

  /** A name in the directory; nothing is there yet. */
  protected final Path at(String name) {
    return dir.resolve(name);
  }

  /** A file in the directory. */
  protected final Path file(String name, String content) throws IOException {
    return Files.write(at(name), content.getBytes(UTF_8));
  }

  /** A directory in the directory. */
  protected final Path directory(String name) throws IOException {
    return Files.createDirectory(at(name));
  }

  /** A symbolic link in the directory, with the target as it stands. */
  protected final Path link(String name, String target) throws IOException {
    return Files.createSymbolicLink(at(name), fs.getPath(target));
  }

  protected static String content(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  protected static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  protected static FileChannel channel(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, options);
  }

  /** Whether the name is there, as whatever. */
  protected static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  protected static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  /** The exception of exactly this type that the call throws. */
  protected static <T extends Throwable> T thrown(Class<T> type, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isExactlyInstanceOf(type);
    return type.cast(thrown);
  }

  /** The call throws exactly this type, and all files, links and directories are as before. */
  protected final <T extends Throwable> T refused(Class<T> type, ThrowingCallable call)
      throws IOException {
    Map<String, String> before = everything();
    T thrown = thrown(type, call);
    assertThat(everything()).as("what is in the directory after the refusal").isEqualTo(before);
    return thrown;
  }

  /** As {@link #refused}, with any type of exception that has a file, which must be the path. */
  protected final void refusedNaming(Path path, ThrowingCallable call) throws IOException {
    Map<String, String> before = everything();
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(FileSystemException.class);
    assertThat(((FileSystemException) thrown).getFile()).isEqualTo(path.toString());
    assertThat(everything()).as("what is in the directory after the refusal").isEqualTo(before);
  }

  /** All that lies in the directory: kind and content by path. */
  protected final Map<String, String> everything() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(dir)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        found.put(dir.relativize(path).toString(), describe(path));
      }
    }
    return found;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    if (Files.isDirectory(path)) {
      return "directory";
    }
    byte[] content = Files.readAllBytes(path);
    return "file of " + content.length + " bytes, hash " + Arrays.hashCode(content);
  }

  /** Runs a task in several threads at once; the results, or the first failure. */
  protected static <T> List<T> inThreads(int threads, Callable<T> task) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures =
          executor.invokeAll(Collections.nCopies(threads, task), 60, TimeUnit.SECONDS);
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }
}
