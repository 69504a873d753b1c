package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaException;
import dev.capsa.CapsaFullException;
import dev.capsa.CapsaStoppedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRawStorageTest extends RawStorageContract {
  @TempDir Path folder;

  @Override
  RawStorage create() throws IOException {
    return FileRawStorage.create(folder.resolve("container"), reads());
  }

  @Override
  RawStorage reopen(RawStorage closing) throws IOException {
    closing.close();
    return FileRawStorage.open(((FileRawStorage) closing).file(), false, reads());
  }

  FileRawStorage.Reads reads() {
    return FileRawStorage.Reads.CHANNEL;
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
    try (FileRawStorage reader = FileRawStorage.open(folder.resolve("container"), true, reads())) {
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

  // Mapping.

  @Test
  void any_range_is_mapped_also_over_several_segments_and_by_an_interrupted_thread()
      throws IOException {
    int segment = RawStorage.SEGMENT_BYTES;
    try (FileRawStorage medium = FileRawStorage.create(folder.resolve("mapped"))) {
      medium.resize(3L * segment);
      byte[] content = new byte[segment];
      new Random(1).nextBytes(content);
      for (int i = 0; i < 3; i++) {
        medium.write((long) i * segment, ByteBuffer.wrap(content));
      }
      Thread.currentThread().interrupt();
      ByteBuffer mapped = medium.map(segment - 5, segment + 10, mapper(segment + 10));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(mapped.get(5)).isEqualTo(content[0]);
      assertThat(mapped.get(4)).isEqualTo(content[segment - 1]);
      assertThat(mapped.get(segment + 9)).isEqualTo(content[4]);
      assertThatThrownBy(() -> medium.map(3L * segment - 5, 6, mapper(6)))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("6 bytes at " + (3 * segment - 5));
      medium.close();
      assertThat(mapped.get(5)).as("after closing").isEqualTo(content[0]);
      assertThatThrownBy(() -> medium.map(0, 1, mapper(1)))
          .isInstanceOf(ClosedChannelException.class);
    }
  }

  private static Mapper<ByteBuffer> mapper(int length) {
    return (file, at) -> file.map(FileChannel.MapMode.READ_ONLY, at, length);
  }

  // A host that fails.

  /** A medium over a channel that fails when it is told to. */
  private FileRawStorage over(FaultyChannel channel) throws IOException {
    return new FileRawStorage(
        folder.resolve("faulty"),
        new UninterruptibleFile[] {new UninterruptibleFile(channel)},
        new UninterruptibleFile(channel),
        null,
        null,
        new MappingFile(folder.resolve("faulty"), folder, Set.of()),
        folder,
        false);
  }

  @Test
  void growth_writes_zeros_over_all_of_the_new_range() throws IOException {
    try (FaultyChannel channel = FaultyChannel.open(folder.resolve("faulty"));
        FileRawStorage storage = over(channel)) {
      storage.resize(5000);
      storage.resize(5_000_000);
      assertThat(channel.writtenBytes()).isEqualTo(5_000_000);
    }
    assertThat(Files.readAllBytes(folder.resolve("faulty"))).isEqualTo(new byte[5_000_000]);
  }

  @Test
  void growth_on_a_full_disk_leaves_the_old_length() throws IOException {
    byte[] content = random(10_000, 24);
    try (FaultyChannel channel = FaultyChannel.open(folder.resolve("faulty"));
        FileRawStorage storage = over(channel)) {
      storage.resize(content.length);
      storage.write(0, ByteBuffer.wrap(content));
      channel.failWritesFrom(2_500_000, "No space left on device");
      assertThatThrownBy(() -> storage.resize(8_000_000))
          .isInstanceOf(CapsaFullException.class)
          .hasMessageContaining(folder.resolve("faulty").toString())
          .hasMessageContaining("from 10000 to 8000000 bytes")
          .hasMessageContaining("7990000 needed")
          .hasMessageContaining("No space left on device");
      assertThat(storage.length()).isEqualTo(10_000);
      assertThat(Files.readAllBytes(folder.resolve("faulty"))).isEqualTo(content);
      storage.resize(2_000_000);
      assertThat(storage.length()).isEqualTo(2_000_000);
    }
  }

  @Test
  void growth_that_fails_for_another_reason_is_not_called_full() throws IOException {
    try (FaultyChannel channel = FaultyChannel.open(folder.resolve("faulty"));
        FileRawStorage storage = over(channel)) {
      channel.failWritesFrom(0, "Input/output error");
      assertThatThrownBy(() -> storage.resize(100))
          .isExactlyInstanceOf(CapsaException.class)
          .hasMessageContaining("from 0 to 100 bytes")
          .hasMessageContaining("Input/output error");
      assertThat(storage.length()).isZero();
    }
  }

  @Test
  void a_failed_write_says_where_and_may_be_tried_again() throws IOException {
    try (FaultyChannel channel = FaultyChannel.open(folder.resolve("faulty"));
        FileRawStorage storage = over(channel)) {
      storage.resize(1000);
      channel.failWritesFrom(500, "Input/output error");
      storage.write(400, ByteBuffer.allocate(100));
      assertThatThrownBy(() -> storage.write(450, ByteBuffer.allocate(100)))
          .isExactlyInstanceOf(CapsaException.class)
          .hasMessageContaining("100 bytes at 450")
          .hasMessageContaining("faulty")
          .hasMessageContaining("Input/output error");
      channel.failWritesFrom(Long.MAX_VALUE, "");
      storage.write(450, ByteBuffer.wrap(new byte[] {3}));
      storage.force();
      assertThat(channel.forces()).isEqualTo(1);
    }
  }

  @Test
  void after_a_failed_force_nothing_is_written_or_forced_any_more() throws IOException {
    try (FaultyChannel channel = FaultyChannel.open(folder.resolve("faulty"));
        FileRawStorage storage = over(channel)) {
      storage.resize(1000);
      channel.failForces(true);
      assertThatThrownBy(storage::force)
          .isExactlyInstanceOf(CapsaException.class)
          .hasMessageContaining("Input/output error");
      channel.failForces(false);
      assertThatThrownBy(storage::force)
          .isInstanceOf(CapsaStoppedException.class)
          .hasRootCauseMessage("Input/output error");
      assertThatThrownBy(() -> storage.write(0, ByteBuffer.allocate(1)))
          .isInstanceOf(CapsaStoppedException.class);
      assertThatThrownBy(() -> storage.resize(0)).isInstanceOf(CapsaStoppedException.class);
      storage.read(0, ByteBuffer.allocate(1000));
      assertThat(channel.forces()).as("forces that reached the file").isEqualTo(1);
      assertThat(channel.writtenBytes()).isEqualTo(1000);
    }
  }
}
