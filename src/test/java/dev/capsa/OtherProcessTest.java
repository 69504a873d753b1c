package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This process writes a container, another one reads it. */
class OtherProcessTest {
  @TempDir Path folder;
  private Path container;
  private long step;

  @BeforeEach
  void make() throws IOException {
    container = folder.resolve("box.capsa");
    try (FileSystem fs = open()) {
      write(fs, 1);
    }
  }

  private FileSystem open() throws IOException {
    return open("0");
  }

  private FileSystem open(String maxSize) throws IOException {
    return FileSystems.newFileSystem(
        URI.create("capsa:" + container.toUri()),
        Map.of("create", "true", "commitInterval", "3600000", "maxSize", maxSize));
  }

  /** Overwrites every file so many times, with a durable commit each. */
  private void write(FileSystem fs, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      step++;
      for (int file = 0; file < ReadingProcess.FILES; file++) {
        Files.write(fs.getPath("/f" + file), ReadingProcess.content(step, file));
      }
      Files.writeString(fs.getPath("/step"), Long.toString(step));
      try (FileChannel root = FileChannel.open(fs.getPath("/"), StandardOpenOption.READ)) {
        root.force(true);
      }
    }
  }

  @Test
  void a_reader_sees_its_revision_to_the_end_while_everything_is_overwritten() throws Exception {
    try (ReadingProcess reader = ReadingProcess.start(container)) {
      try (FileSystem fs = open()) {
        write(fs, 15);
        assertThat(reader.read()).isEqualTo("step 1");
        write(fs, 15);
      }
      try (FileSystem fs = open();
          ReadingProcess later = ReadingProcess.start(container)) {
        write(fs, 15);
        assertThat(reader.read()).isEqualTo("step 1");
        assertThat(later.read()).isEqualTo("step 31");
        later.end();
      }
      assertThat(reader.read()).isEqualTo("step 1");
      reader.end();
    }
    assertThat(folder).isDirectoryNotContaining(it -> it.toString().endsWith(".lock"));
    assertNoFault();
  }

  @Test
  void a_reader_opens_while_the_writer_commits_and_finds_whole_steps() throws Exception {
    try (FileSystem fs = open()) {
      List<ReadingProcess> readers = new ArrayList<>();
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (!enough.get()) {
                    write(fs, 1);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      for (int i = 0; i < 4; i++) {
        readers.add(ReadingProcess.start(container));
      }
      for (ReadingProcess reader : readers) {
        String first = reader.read();
        assertThat(first).startsWith("step ");
        assertThat(reader.read()).isEqualTo(first);
        reader.end();
      }
      enough.set(true);
      writer.join();
    }
    assertNoFault();
  }

  @Test
  void a_killed_reader_no_longer_holds_space() throws Exception {
    try (FileSystem fs = open()) {
      long held;
      try (ReadingProcess reader = ReadingProcess.start(container)) {
        write(fs, 20);
        assertThat(reader.read()).isEqualTo("step 1");
        held = Files.size(container);
        reader.kill();
      }
      write(fs, 60); // three times what was held, of which a quarter may be room kept ahead
      assertThat(Files.size(container)).as("reused").isLessThanOrEqualTo(held + held / 4);
    }
    assertNoFault();
  }

  @Test
  void a_reader_that_cannot_register_learns_that_its_revision_is_gone() throws Exception {
    Path lockFile = container.resolveSibling("box.capsa.lock");
    Files.createDirectory(lockFile);
    try (ReadingProcess reader = ReadingProcess.start(container)) {
      Files.delete(lockFile);
      assertThat(reader.read()).isEqualTo("step 1");
      try (FileSystem fs = open("6M")) {
        write(fs, 5);
        fill(fs);
        String said = reader.read();
        assertThat(said)
            .contains(CapsaRevisionGoneException.class.getName())
            .contains("is gone")
            .contains("open the container again");
      }
    }
    assertNoFault();
  }

  /** Writes until there is no room: all that is free is reused. */
  private static void fill(FileSystem fs) throws IOException {
    try {
      for (int i = 0; ; i++) {
        Files.write(fs.getPath("/fill" + i), new byte[100_000]);
        try (FileChannel root = FileChannel.open(fs.getPath("/"), StandardOpenOption.READ)) {
          root.force(true);
        }
      }
    } catch (CapsaFullException e) {
      assertThat(fs.getPath("/fill1")).exists();
    }
  }

  @Test
  void a_second_writer_is_refused_also_by_another_name_and_without_the_lock_file()
      throws Exception {
    Path hard = Files.createLink(folder.resolve("hard.capsa"), container);
    try (FileSystem fs = open()) {
      write(fs, 1);
      assertThat(ReadingProcess.tryToWrite(container))
          .contains(CapsaLockedException.class.getName())
          .contains("process " + ProcessHandle.current().pid());
      assertThat(ReadingProcess.tryToWrite(hard))
          .contains(CapsaLockedException.class.getName())
          .contains("under another name");
      Files.delete(container.resolveSibling("box.capsa.lock"));
      assertThat(ReadingProcess.tryToWrite(container))
          .contains(CapsaLockedException.class.getName())
          .contains("lock file was removed");
      write(fs, 1);
    }
    assertThat(ReadingProcess.tryToWrite(hard)).isEqualTo("opened");
    assertNoFault();
  }

  private void assertNoFault() throws IOException {
    List<CapsaFileSystem.Fault> faults = new ArrayList<>();
    Capsa.check(container, faults::add);
    assertThat(faults).isEmpty();
  }
}
