package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Containers in the heap. */
class InMemoryTest {
  @Test
  void a_container_in_memory_is_one_like_any_other() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] large = new byte[5 << 20];
      new java.util.Random(3).nextBytes(large);
      Path file = Files.write(fs.getPath("/large"), large);
      fs.sync();
      assertThat(Files.readAllBytes(Path.of(file.toUri()))).isEqualTo(large);
      List<CapsaFileSystem.Fault> faults = new ArrayList<>();
      fs.check(faults::add);
      assertThat(faults).isEmpty();
      assertThat(fs.statistics().usedBytes()).isGreaterThan(large.length);
      assertThat(Files.getFileStore(file).getUsableSpace()).isPositive();
      assertThat(fs.container()).isEmpty();
    }
  }

  @Test
  void two_have_nothing_in_common() throws IOException {
    try (FileSystem one = Capsa.inMemory();
        FileSystem two = Capsa.inMemory()) {
      Files.createFile(one.getPath("/f"));
      assertThat(two.getPath("/f")).doesNotExist();
      assertThat(one.getPath("/f").toUri()).isNotEqualTo(two.getPath("/f").toUri());
    }
  }

  @Test
  void one_with_a_name_is_found_by_it_until_it_is_closed() throws IOException {
    URI uri = URI.create("capsa://memory/scratch");
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of())) {
      Files.writeString(fs.getPath("/a b"), "x");
      assertThat(FileSystems.getFileSystem(uri)).isSameAs(fs);
      assertThat(Path.of(URI.create("capsa://memory/scratch!/a%20b"))).hasContent("x");
      assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()))
          .isInstanceOf(FileSystemAlreadyExistsException.class);
    }
    assertThatThrownBy(() -> FileSystems.getFileSystem(uri))
        .isInstanceOf(FileSystemNotFoundException.class);
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of())) {
      assertThat(fs.getPath("/a b")).doesNotExist();
    }
  }

  @Test
  void a_limit_holds() throws IOException {
    try (FileSystem fs = Capsa.inMemory(Capsa.options().maxSize(1 << 20))) {
      assertThatThrownBy(() -> Files.write(fs.getPath("/f"), new byte[4 << 20]))
          .isInstanceOf(CapsaFullException.class);
      Files.delete(fs.getPath("/f"));
      Files.write(fs.getPath("/g"), new byte[100_000]);
    }
  }
}
