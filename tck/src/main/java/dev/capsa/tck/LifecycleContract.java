package dev.capsa.tck;

import static dev.capsa.tck.Capability.CLOSING;
import static dev.capsa.tck.Capability.FILE_CHANNELS;
import static dev.capsa.tck.Capability.HARD_LINKS;
import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static dev.capsa.tck.Capability.WATCHING;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing a file system, and what it means for all that came from it. */
@Needs({WRITING, CLOSING})
public abstract class LifecycleContract extends Contract {
  protected LifecycleContract(Subject subject) {
    super(subject);
  }

  @Statement(17)
  @Test
  void closing_is_done_once_and_asked_often() throws Exception {
    assertThat(fs.isOpen()).isTrue();
    fs.close();
    fs.close();
    assertThat(fs.isOpen()).isFalse();
    inThreads(
        3,
        () -> {
          fs.close();
          return null;
        });
  }

  @Statement(17)
  @Test
  void threads_close_together() throws Exception {
    inThreads(
        4,
        () -> {
          fs.close();
          assertThat(fs.isOpen()).isFalse();
          return null;
        });
  }

  @Statement(18)
  @Test
  void files_of_a_closed_file_system_are_out_of_reach() throws IOException {
    Path file = file("f", "content");
    Path other = at("g");
    fs.close();
    Class<ClosedFileSystemException> closed = ClosedFileSystemException.class;
    thrown(closed, () -> Files.newByteChannel(file));
    thrown(closed, () -> Files.newByteChannel(other, WRITE, CREATE_NEW));
    thrown(closed, () -> FileChannel.open(file, READ));
    thrown(closed, () -> Files.newInputStream(file));
    thrown(closed, () -> Files.newOutputStream(file));
    thrown(closed, () -> Files.newDirectoryStream(dir));
    thrown(closed, () -> Files.createDirectory(other));
    thrown(closed, () -> Files.createFile(other));
    thrown(closed, () -> Files.delete(file));
    thrown(closed, () -> Files.deleteIfExists(other));
    thrown(closed, () -> Files.copy(file, other));
    thrown(closed, () -> Files.move(file, other));
    thrown(closed, () -> Files.isSameFile(file, other));
    thrown(closed, () -> Files.getFileStore(file));
    thrown(closed, () -> Files.readAttributes(file, BasicFileAttributes.class));
    thrown(closed, () -> Files.readAttributes(file, "*"));
    thrown(closed, () -> Files.setAttribute(file, "lastModifiedTime", FileTime.fromMillis(1)));
    thrown(closed, () -> Files.setLastModifiedTime(file, FileTime.fromMillis(1)));
    thrown(closed, () -> fs.provider().checkAccess(file, AccessMode.READ));
    thrown(closed, () -> fs.provider().checkAccess(file));
    thrown(closed, () -> Files.exists(file));
    thrown(closed, () -> Files.isHidden(file));
    thrown(closed, file::toRealPath);
  }

  @Statement(18)
  @Needs({SYMBOLIC_LINKS, HARD_LINKS})
  @Test
  void links_of_a_closed_file_system_are_out_of_reach() throws IOException {
    Path file = file("f", "content");
    Path link = link("link", "f");
    fs.close();
    Class<ClosedFileSystemException> closed = ClosedFileSystemException.class;
    thrown(closed, () -> Files.createSymbolicLink(at("g"), file));
    thrown(closed, () -> Files.createLink(at("g"), file));
    thrown(closed, () -> Files.readSymbolicLink(link));
  }

  @Statement(18)
  @Test
  void a_closed_file_system_answers_no_questions() throws IOException {
    fs.close();
    Class<ClosedFileSystemException> closed = ClosedFileSystemException.class;
    thrown(closed, () -> fs.getRootDirectories());
    thrown(closed, () -> fs.getFileStores());
    thrown(closed, () -> fs.supportedFileAttributeViews());
    thrown(closed, () -> fs.newWatchService());
  }

  @Statement(18)
  @Test
  void views_of_a_closed_file_system_are_out_of_reach() throws IOException {
    Path file = file("f", "content");
    BasicFileAttributeView view = Files.getFileAttributeView(file, BasicFileAttributeView.class);
    BasicFileAttributes read = view.readAttributes();
    fs.close();
    thrown(ClosedFileSystemException.class, view::readAttributes);
    thrown(
        ClosedFileSystemException.class, () -> view.setTimes(FileTime.fromMillis(1), null, null));
    assertThat(read.size()).isEqualTo(7);
  }

  @Statement(20)
  @Test
  void paths_stay_values() throws IOException {
    Path file = file("f", "content");
    String text = file.toString();
    fs.close();
    assertThat(file.toString()).isEqualTo(text);
    assertThat((Object) file.getParent()).isEqualTo(dir);
    assertThat((Object) dir.resolve("f")).isEqualTo(file);
    assertThat((Object) file.normalize()).isEqualTo(file);
    assertThat(file.getFileSystem()).isSameAs(fs);
    assertThat(file.hashCode()).isEqualTo(dir.resolve("f").hashCode());
  }

  @Statement(19)
  @Test
  void channels_and_streams_close_with_the_file_system() throws IOException {
    Path file = file("f", "content");
    SeekableByteChannel channel = Files.newByteChannel(file, READ, WRITE);
    AsynchronousFileChannel asynchronous = AsynchronousFileChannel.open(file, READ);
    InputStream in = Files.newInputStream(file);
    OutputStream out = Files.newOutputStream(at("g"));
    fs.close();
    assertThat(channel.isOpen()).isFalse();
    assertThat(asynchronous.isOpen()).isFalse();
    thrown(ClosedChannelException.class, asynchronous::size);
    thrown(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
    thrown(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
    thrown(ClosedChannelException.class, channel::size);
    assertThat(catchThrowable(in::read)).isInstanceOf(IOException.class);
    assertThat(catchThrowable(() -> out.write(1))).isInstanceOf(IOException.class);
    channel.close();
    in.close();
  }

  @Statement(19)
  @Test
  void directory_streams_close_with_the_file_system() throws IOException {
    for (int i = 0; i < 5; i++) {
      file("f" + i, "x");
    }
    DirectoryStream<Path> running = Files.newDirectoryStream(dir);
    DirectoryStream<Path> unused = Files.newDirectoryStream(dir);
    Iterator<Path> iterator = running.iterator();
    iterator.next();
    fs.close();
    Throwable thrown = catchThrowable(unused::iterator);
    assertThat(thrown).isInstanceOf(IllegalStateException.class);
    int more = 0;
    while (more < 5 && iterator.hasNext()) {
      iterator.next();
      more++;
    }
    assertThat(more).isLessThanOrEqualTo(1);
    running.close();
    unused.close();
  }

  @Statement({19, 44})
  @Needs(FILE_CHANNELS)
  @Test
  void a_file_to_delete_at_closing_goes_with_the_file_system() throws IOException {
    Path file = at("f");
    FileChannel channel = channel(file, WRITE, CREATE_NEW, DELETE_ON_CLOSE);
    channel.write(bytes("x"));
    fs.close();
    assertThat(channel.isOpen()).isFalse();
  }

  @Statement(19)
  @Needs(WATCHING)
  @Test
  void watch_services_close_with_the_file_system() throws IOException {
    WatchService watcher = fs.newWatchService();
    WatchKey key = dir.register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
    fs.close();
    thrown(ClosedWatchServiceException.class, watcher::poll);
    thrown(ClosedWatchServiceException.class, watcher::take);
    assertThat(key.isValid()).isFalse();
    watcher.close();
  }

  @Statement(19)
  @Needs(FILE_CHANNELS)
  @Test
  void closing_stops_those_at_work() throws Exception {
    Path file = file("f", "content");
    AtomicReference<Throwable> reader = new AtomicReference<>();
    AtomicReference<Throwable> opener = new AtomicReference<>();
    FileChannel channel = FileChannel.open(file, Set.of(READ, WRITE));
    Thread reading =
        new Thread(
            () ->
                reader.set(
                    catchThrowable(
                        () -> {
                          while (true) {
                            channel.write(bytes("x"), 3);
                            channel.read(ByteBuffer.allocate(7), 0);
                          }
                        })));
    Thread opening =
        new Thread(
            () ->
                opener.set(
                    catchThrowable(
                        () -> {
                          while (true) {
                            Files.readAllBytes(file);
                            Files.write(file, new byte[9]);
                          }
                        })));
    reading.start();
    opening.start();
    for (int i = 0; i < 200; i++) {
      Files.size(file);
    }
    fs.close();
    reading.join();
    opening.join();
    assertThat(reader.get()).isInstanceOf(ClosedChannelException.class);
    // A stream of a provider's own may tell it by any IOException.
    assertThat(opener.get()).isInstanceOfAny(IOException.class, ClosedFileSystemException.class);
  }

  @Statement(18)
  @ParameterizedTest
  @EnumSource
  void a_closed_file_system_refuses_every(Act act) throws IOException {
    Path file = file("f", "content");
    fs.close();
    thrown(ClosedFileSystemException.class, () -> act.on(fs.provider(), file, at("free")));
  }
}
