package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaLockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers register in the lock file, and the writer sees those that live. */
class ReadersOfAContainerTest {
  @TempDir Path folder;
  private Path container;
  private Path lockFile;

  @BeforeEach
  void makeContainer() throws IOException {
    container = Files.createFile(folder.resolve("box.capsa"));
    lockFile = container.resolveSibling("box.capsa.lock");
  }

  private static ReadState state(long sequence) {
    return new ReadState(sequence, 4096 * sequence, 1000, -sequence);
  }

  @Test
  void a_writer_sees_what_readers_in_other_processes_read_until_they_end() throws Exception {
    try (ContainerLock writer = ContainerLock.acquire(container);
        LockingProcess seven = LockingProcess.start(container, "read7");
        LockingProcess choosing = LockingProcess.start(container, "read0")) {
      assertThat(seven.line()).isEqualTo("true");
      assertThat(choosing.line()).isEqualTo("true");
      assertThat(writer.others()).containsExactlyInAnyOrder(state(7), ReadState.ALL);
      choosing.release();
      assertThat(writer.others()).containsExactly(state(7));
      seven.release();
      assertThat(writer.others()).isEmpty();
    }
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_reader_that_was_killed_counts_no_longer_and_its_entry_is_cleared() throws Exception {
    try (ContainerLock writer = ContainerLock.acquire(container);
        LockingProcess reader = LockingProcess.start(container, "read7")) {
      assertThat(reader.line()).isEqualTo("true");
      assertThat(writer.others()).containsExactly(state(7));
      reader.kill();
      assertThat(entries()).as("before the writer looks").hasSize(1);
      assertThat(writer.others()).isEmpty();
      assertThat(entries()).isEmpty();
    }
    assertThat(lockFile).doesNotExist();
  }

  /** Opens the lock file and keeps it open, for closing it would drop the locks. */
  private List<Integer> entries() throws IOException {
    return new ReaderTable(
            UninterruptibleFile.open(
                lockFile,
                Set.of(
                    java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE)))
        .used();
  }

  @Test
  void a_reader_may_come_first_and_the_last_to_go_removes_the_file() throws Exception {
    try (LockingProcess reader = LockingProcess.start(container, "read3")) {
      assertThat(reader.line()).isEqualTo("true");
      assertThat(lockFile).exists();
      ContainerLock.acquire(container).close();
      assertThat(lockFile).as("the reader's").exists();
      try (ContainerLock writer = ContainerLock.acquire(container)) {
        assertThat(writer.others()).containsExactly(state(3));
      }
      reader.release();
    }
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void what_a_killed_reader_left_is_removed_by_the_next_that_goes() throws Exception {
    try (LockingProcess reader = LockingProcess.start(container, "read3")) {
      assertThat(reader.line()).isEqualTo("true");
      reader.kill();
    }
    assertThat(lockFile).exists();
    ContainerAccess.open(container, true).close();
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_second_writer_is_told_of_the_writer_not_of_readers() throws Exception {
    try (LockingProcess reader = LockingProcess.start(container, "read3");
        LockingProcess writer = LockingProcess.start(container, "hold")) {
      assertThat(reader.line()).isEqualTo("true");
      assertThat(writer.line()).isEqualTo("held");
      assertThatThrownBy(() -> ContainerLock.acquire(container))
          .isInstanceOf(CapsaLockedException.class)
          .hasMessageContaining(container + " is open for writing by process " + writer.pid());
    }
  }

  @Test
  void readers_and_a_writer_of_one_process_share_the_open_file() throws Exception {
    ContainerAccess first = ContainerAccess.open(container, true);
    ContainerLock writer = ContainerLock.acquire(container);
    ContainerAccess second = ContainerAccess.open(container, true);
    first.reads(state(1));
    second.reads(state(2));
    assertThat(writer.others()).containsExactlyInAnyOrder(state(1), state(2));
    first.close();
    assertThat(writer.others()).containsExactly(state(2));
    try (LockingProcess other = LockingProcess.start(container, "hold")) {
      assertThat(other.line()).contains("is open for writing by " + LockHolder.current());
    }
    writer.close();
    try (LockingProcess other = LockingProcess.start(container, "hold")) {
      assertThat(other.line()).isEqualTo("held");
      assertThat(lockFile).exists();
      second.close();
      second.close();
      assertThat(lockFile).as("of the other process").exists();
      other.release();
    }
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_reader_that_finds_no_free_entry_is_not_protected() throws Exception {
    List<ContainerAccess> readers = new ArrayList<>();
    for (int i = 0; i < LockFileLayout.MOST_READERS; i++) {
      readers.add(ContainerAccess.open(container, true));
    }
    assertThat(readers).allMatch(ContainerAccess::protectsReads);
    assertThat(ContainerAccess.open(container, true).protectsReads()).isFalse();
    readers.remove(17).close();
    readers.add(ContainerAccess.open(container, true));
    assertThat(readers).allMatch(ContainerAccess::protectsReads);
    for (ContainerAccess each : readers) {
      each.close();
    }
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_reader_that_cannot_write_the_lock_file_is_not_protected() throws Exception {
    Files.createDirectory(lockFile);
    try (ContainerAccess reader = ContainerAccess.open(container, true)) {
      assertThat(reader.protectsReads()).isFalse();
    }
    assertThatThrownBy(() -> ContainerAccess.open(folder.resolve("none"), true))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void an_entry_that_does_not_verify_holds_everything() throws Exception {
    try (ContainerLock writer = ContainerLock.acquire(container);
        LockingProcess reader = LockingProcess.start(container, "read7")) {
      assertThat(reader.line()).isEqualTo("true");
      UninterruptibleFile file =
          UninterruptibleFile.open(lockFile, Set.of(java.nio.file.StandardOpenOption.WRITE));
      file.write(LockFileLayout.READERS, ByteBuffer.allocate(1).put(0, (byte) 9));
      assertThat(writer.others()).containsExactly(ReadState.ALL);
    }
  }

  @Test
  void a_lock_file_that_was_removed_under_its_user_is_not_joined() throws Exception {
    ContainerAccess reader = ContainerAccess.open(container, true);
    Files.delete(lockFile);
    assertThatThrownBy(() -> ContainerLock.acquire(container))
        .isInstanceOf(CapsaLockedException.class)
        .hasMessageContaining("was removed or replaced");
    assertThat(ContainerAccess.open(container, true).protectsReads()).isFalse();
    reader.close();
    ContainerLock.acquire(container).close();
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_container_of_another_file_system_has_no_other_processes() throws Exception {
    try (var memory = com.google.common.jimfs.Jimfs.newFileSystem()) {
      Path inside = Files.createFile(memory.getPath("box.capsa"));
      assertThat(ContainerAccess.open(inside, true)).isSameAs(ContainerAccess.ALONE);
    }
  }
}
