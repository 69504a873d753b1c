package dev.capsa.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.capsa.Capsa;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File systems in file systems. */
class NestedFileSystemsTest {
  @TempDir Path folder;

  private FileSystem container() throws IOException {
    return Capsa.open(folder.resolve("outer.capsa"), Capsa.options().create(true));
  }

  @Test
  void a_zip_file_lies_in_a_container() throws IOException {
    try (FileSystem fs = container()) {
      Path zip = fs.getPath("/archive.zip");
      try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
        Files.createDirectory(inside.getPath("/d"));
        for (int i = 0; i < 100; i++) {
          Files.writeString(inside.getPath("/d/f" + i), "text ".repeat(i));
        }
      }
      try (FileSystem inside = FileSystems.newFileSystem(zip)) {
        for (int i = 0; i < 100; i++) {
          assertThat(inside.getPath("/d/f" + i)).hasContent("text ".repeat(i));
        }
      }
    }
  }

  @Test
  void a_container_lies_in_memory() throws IOException {
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      Path file = memory.getPath("/work/app.capsa");
      URI uri = URI.create("capsa:" + file.toUri());
      for (int round = 0; round < 3; round++) {
        try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
          Path notes = fs.getPath("/notes");
          assertThat(Files.exists(notes)).isEqualTo(round > 0);
          Files.writeString(notes, "round " + round);
          assertThat(Path.of(notes.toUri())).isEqualTo(notes);
        }
        assertThat(Capsa.check(file)).isEmpty();
      }
      try (FileSystem fs = Capsa.open(file)) {
        assertThat(fs.getPath("/notes")).hasContent("round 2");
      }
    }
  }

  @Test
  void a_container_lies_in_a_container() throws IOException {
    try (FileSystem outer = container()) {
      Path file = outer.getPath("/inner.capsa");
      byte[] large = new byte[3 << 20];
      new java.util.Random(1).nextBytes(large);
      try (FileSystem inner = Capsa.open(file, Capsa.options().create(true))) {
        Files.write(inner.getPath("/large"), large);
        Files.createSymbolicLink(inner.getPath("/link"), inner.getPath("large"));
      }
      try (FileSystem inner = Capsa.open(file)) {
        assertThat(Files.readAllBytes(inner.getPath("/link"))).isEqualTo(large);
      }
      assertThat(Capsa.check(file)).isEmpty();
    }
    assertThat(Capsa.check(folder.resolve("outer.capsa"))).isEmpty();
  }
}
