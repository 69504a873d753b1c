package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several openings of a container within one process share one engine. */
class OneProcessTest {
  private static final Map<String, ?> WRITE = Map.of("create", "true");
  private static final Map<String, ?> READ = Map.of("accessMode", "readOnly");

  @TempDir Path folder;

  @Test
  void who_reads_while_it_is_written_here_sees_the_live_head_and_cannot_write() throws Exception {
    Path container = Files.createFile(folder.resolve("box.capsa"));
    Path lockFile = folder.resolve("box.capsa.lock");
    try (FileSystem reader = openBoth(container)) {
      assertThat(Files.readString(reader.getPath("/f"))).isEqualTo("not yet committed");
      assertThatThrownBy(() -> Files.writeString(reader.getPath("/f"), "x"))
          .isInstanceOf(ReadOnlyFileSystemException.class);
      assertThat(lockFile).as("the engine keeps the right to write").exists();
    }
    assertThat(lockFile).doesNotExist();
  }

  /** Opens for writing, then for reading, writes, and closes the writer. */
  private static FileSystem openBoth(Path container) throws Exception {
    try (FileSystem writer = FileSystems.newFileSystem(container, WRITE)) {
      FileSystem reader = FileSystems.newFileSystem(container, READ);
      Files.writeString(writer.getPath("/f"), "not yet committed");
      assertThat(Files.readString(reader.getPath("/f"))).isEqualTo("not yet committed");
      return reader;
    }
  }

  @Test
  void who_wants_to_write_while_it_is_open_for_reading_only_here_is_refused() throws Exception {
    Path container = Files.createFile(folder.resolve("box.capsa"));
    FileSystems.newFileSystem(container, WRITE).close();
    try (FileSystem reader = FileSystems.newFileSystem(container, READ)) {
      assertThatThrownBy(() -> FileSystems.newFileSystem(container, WRITE))
          .isInstanceOf(CapsaLockedException.class)
          .hasMessageContaining("open for reading only in this process");
      assertThat(reader.isOpen()).isTrue();
    }
    FileSystems.newFileSystem(container, WRITE).close();
    assertThat(folder.resolve("box.capsa.lock")).doesNotExist();
  }
}
