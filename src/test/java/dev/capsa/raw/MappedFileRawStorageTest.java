package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MappedFileRawStorageTest extends FileRawStorageTest {
  @Override
  FileRawStorage.Reads reads() {
    return FileRawStorage.Reads.MAPPED;
  }

  private MappedWindows windows() throws IOException {
    Path file = folder.resolve("container");
    return new MappedWindows(
        new MappingFile(file, FileRawStorage.identity(file), Set.of(StandardOpenOption.READ)));
  }

  @Test
  void whole_pages_are_mapped_and_the_rest_is_left() throws IOException {
    byte[] content = fill(100_000, 40);
    MappedWindows windows = windows();
    ByteBuffer buffer = ByteBuffer.allocate(5000);
    assertThat(windows.read(93_000, buffer, 100_000)).isTrue();
    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(buffer.array()).isEqualTo(Arrays.copyOfRange(content, 93_000, 98_000));
    assertThat(windows.read(95_000, buffer.clear(), 100_000)).isFalse();
    assertThat(buffer.position()).isZero();
  }

  @Test
  void a_window_grows_with_the_file() throws IOException {
    MappedWindows windows = windowsOver(200_000);
    byte[] content = fill(400_000, 41);
    assertThat(windows.read(350_000, ByteBuffer.allocate(10), 400_000)).isTrue();
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    assertThat(windows.read(199_500, buffer, 400_000)).isTrue();
    assertThat(buffer.array()).isEqualTo(Arrays.copyOfRange(content, 199_500, 200_500));
  }

  private MappedWindows windowsOver(int length) throws IOException {
    fill(length, 42);
    MappedWindows windows = windows();
    assertThat(windows.read(0, ByteBuffer.allocate(10), length)).isTrue();
    return windows;
  }

  @Test
  void the_second_window_is_mapped_too() throws IOException {
    medium.resize(MappedWindows.WINDOW_BYTES + 100_000L);
    medium.write(MappedWindows.WINDOW_BYTES, ByteBuffer.wrap(new byte[] {1, 2}));
    MappedWindows windows = windows();
    ByteBuffer two = ByteBuffer.allocate(2);
    assertThat(windows.read(MappedWindows.WINDOW_BYTES, two, medium.length())).isTrue();
    assertThat(two.array()).containsExactly(1, 2);
    assertThat(windows.read(5, two.clear(), medium.length())).isTrue();
    assertThat(two.array()).containsExactly(0, 0);
  }

  @Test
  void a_file_that_somebody_else_cuts_gives_an_exception() throws IOException {
    byte[] content = fill(1_000_000, 43);
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    for (int i = 0; i < 30_000; i++) {
      medium.read(900_000, buffer.clear()); // until it is compiled
    }
    try (FileChannel other =
        FileChannel.open(folder.resolve("container"), StandardOpenOption.WRITE)) {
      other.truncate(500_000);
    }
    for (int i = 0; i < 2000; i++) {
      assertThatThrownBy(() -> read(900_000, 4096))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("4096 bytes at 900000")
          .hasMessageContaining("length of 500000");
    }
    assertThat(read(400_000, 4096)).isEqualTo(Arrays.copyOfRange(content, 400_000, 404_096));
  }

  @Test
  void a_moved_file_is_read_through_its_channels() throws IOException {
    byte[] content = fill(500_000, 44);
    MappedWindows windows = windows();
    Files.move(folder.resolve("container"), folder.resolve("moved"));
    Files.write(folder.resolve("container"), new byte[500_000]);
    assertThat(windows.read(0, ByteBuffer.allocate(10), 500_000)).isFalse();
    assertThat(read(100_000, 4096)).isEqualTo(Arrays.copyOfRange(content, 100_000, 104_096));
  }

  @Test
  void an_interrupted_thread_maps_and_stays_interrupted() throws IOException {
    fill(500_000, 45);
    MappedWindows windows = windows();
    Thread.currentThread().interrupt();
    assertThat(windows.read(0, ByteBuffer.allocate(10), 500_000)).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
