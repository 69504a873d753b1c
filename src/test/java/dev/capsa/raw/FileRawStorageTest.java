package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRawStorageTest extends RawStorageContract {
  @TempDir Path folder;

  @Override
  RawStorage create() throws IOException {
    return FileRawStorage.create(folder.resolve("container"));
  }

  @Override
  RawStorage reopen(RawStorage closing) throws IOException {
    closing.close();
    return FileRawStorage.open(((FileRawStorage) closing).file(), false);
  }

  @Test
  void the_bytes_are_those_of_the_file() throws IOException {
    byte[] content = fill(100_000, 20);
    assertThat(Files.readAllBytes(folder.resolve("container"))).isEqualTo(content);
  }

  @Test
  void it_is_made_once_and_opened_only_if_it_is_there() throws IOException {
    fill(10, 21);
    assertThatThrownBy(this::create).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(medium.length()).isEqualTo(10);
    assertThatThrownBy(() -> FileRawStorage.open(folder.resolve("none"), false))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void only_a_regular_file_is_opened() {
    assertThatThrownBy(() -> FileRawStorage.open(folder, true))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void a_medium_for_reading_changes_nothing_and_sees_what_others_write() throws IOException {
    byte[] content = fill(1000, 22);
    try (FileRawStorage reader = FileRawStorage.open(folder.resolve("container"), true)) {
      assertThatThrownBy(() -> reader.write(0, ByteBuffer.allocate(1)))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> reader.resize(0)).isInstanceOf(NonWritableChannelException.class);
      reader.force();
      assertThat(all()).isEqualTo(content);
      medium.resize(5000);
      medium.write(4999, ByteBuffer.wrap(new byte[] {5}));
      assertThat(reader.length()).isEqualTo(5000);
      ByteBuffer one = ByteBuffer.allocate(1);
      reader.read(4999, one);
      assertThat(one.array()).containsExactly(5);
      medium.resize(500);
      assertThatThrownBy(() -> reader.read(499, ByteBuffer.allocate(2)))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("2 bytes at 499")
          .hasMessageContaining("length of 500");
    }
  }

  @Test
  void an_interrupt_does_no_harm_when_the_file_was_moved() throws IOException {
    byte[] content = fill(1000, 23);
    Files.move(folder.resolve("container"), folder.resolve("moved"));
    Thread.currentThread().interrupt();
    medium.write(0, ByteBuffer.wrap(content, 500, 500));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read(0, 500)).isEqualTo(read(500, 500));
  }
}
