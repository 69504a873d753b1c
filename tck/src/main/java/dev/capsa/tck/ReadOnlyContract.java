package dev.capsa.tck;

import static dev.capsa.tck.Capability.FILE_CHANNELS;
import static dev.capsa.tck.Capability.MAPS;
import static dev.capsa.tck.Capability.READ_ONLY;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A file system opened for reading alone: it refuses every change. The directory holds a file "f"
 * with "content" and a directory "d" with a file "inner" with "x", and nothing else.
 */
@Needs(READ_ONLY)
public abstract class ReadOnlyContract extends Contract {
  private Path file;

  protected ReadOnlyContract(Subject subject) {
    super(subject);
  }

  @BeforeEach
  void fillAndReopen() throws IOException {
    if (subject().capabilities().contains(WRITING)) {
      fill(dir);
      dir = place().reopenReadOnly();
      fs = dir.getFileSystem();
    }
    file = at("f");
  }

  /** Makes what the cases expect: a file "f" with "content", and "d/inner" with "x". */
  public static void fill(Path directory) throws IOException {
    Files.writeString(directory.resolve("f"), "content");
    Files.createDirectory(directory.resolve("d"));
    Files.writeString(directory.resolve("d/inner"), "x");
  }

  private void readOnly(ThrowingCallable call) throws IOException {
    refused(ReadOnlyFileSystemException.class, call);
  }

  @Statement(21)
  @Test
  void it_says_so() throws IOException {
    assertThat(fs.isReadOnly()).isTrue();
    assertThat(Files.getFileStore(file).isReadOnly()).isTrue();
  }

  @Statement(21)
  @Test
  void everything_is_read() throws IOException {
    assertThat(content(file)).isEqualTo("content");
    assertThat(names(dir)).containsExactly("d", "f");
    assertThat(names(at("d"))).containsExactly("inner");
    assertThat(Files.size(file)).isEqualTo(7);
    try (FileChannel channel = channel(file, READ)) {
      channel.force(true);
    }
    fs.provider().checkAccess(file, AccessMode.READ);
  }

  @Statement(21)
  @Test
  void nothing_is_opened_for_writing() throws IOException {
    readOnly(() -> Files.newByteChannel(file, WRITE));
    readOnly(() -> Files.newByteChannel(file, APPEND));
    readOnly(() -> Files.newByteChannel(at("new"), WRITE, CREATE));
    readOnly(() -> Files.newByteChannel(at("new"), WRITE, CREATE_NEW));
    readOnly(() -> Files.newByteChannel(file, READ, DELETE_ON_CLOSE));
    readOnly(() -> Files.newOutputStream(file));
    readOnly(() -> Files.createFile(at("new")));
    refused(NoSuchFileException.class, () -> Files.newByteChannel(at("new"), READ));
  }

  @Statement(21)
  @Test
  void no_name_is_made_or_removed() throws IOException {
    readOnly(() -> Files.createDirectory(at("new")));
    readOnly(() -> Files.delete(file));
    readOnly(() -> Files.delete(at("missing")));
    readOnly(() -> Files.copy(file, at("new")));
    readOnly(() -> Files.copy(file, at("d"), REPLACE_EXISTING));
    readOnly(() -> Files.move(file, at("new")));
    readOnly(() -> Files.createSymbolicLink(at("new"), file));
    readOnly(() -> Files.createLink(at("new"), file));
  }

  @Statement(21)
  @Test
  void no_attribute_is_set() throws IOException {
    BasicFileAttributeView view = Files.getFileAttributeView(file, BasicFileAttributeView.class);
    FileTime time = FileTime.fromMillis(1);
    readOnly(() -> Files.setLastModifiedTime(file, time));
    readOnly(() -> Files.setAttribute(file, "lastModifiedTime", time));
    readOnly(() -> view.setTimes(time, null, null));
  }

  @Statement(21)
  @Test
  void nobody_may_write() {
    assertThat(Files.isWritable(file)).isFalse();
    assertThat(Files.isReadable(file)).isTrue();
    assertThat(Assertions.catchThrowable(() -> fs.provider().checkAccess(file, AccessMode.WRITE)))
        .isInstanceOfAny(FileSystemException.class, ReadOnlyFileSystemException.class);
  }

  @Statement(21)
  @ParameterizedTest
  @EnumSource
  void every_change_is_refused(Act act) throws IOException {
    if (act.changes()) {
      readOnly(() -> act.on(fs.provider(), file, at("free")));
    } else if (act == Act.LIST) {
      act.on(fs.provider(), dir, at("free"));
    } else {
      act.on(fs.provider(), file, at("free"));
    }
  }

  @Statement({21, 54})
  @Needs({FILE_CHANNELS, MAPS})
  @Test
  void a_file_is_mapped_to_be_read() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer mapped = channel.map(MapMode.READ_ONLY, 1, 6);
      byte[] bytes = new byte[6];
      mapped.get(bytes);
      assertThat(new String(bytes, UTF_8)).isEqualTo("ontent");
      thrown(NonWritableChannelException.class, () -> channel.map(MapMode.PRIVATE, 0, 1));
    }
  }
}
