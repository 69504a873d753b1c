package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How large containers are that people mail. */
class ContainerSizeTest {
  @TempDir Path folder;

  private Path container() {
    return folder.resolve("c.capsa");
  }

  @Test
  void an_empty_container_takes_at_most_192_KiB() throws IOException {
    Capsa.create(container()).close();
    assertThat(Files.size(container())).isLessThanOrEqualTo(192 << 10);
    assertThat(Capsa.check(container())).isEmpty();
  }

  @Test
  void ten_files_of_1_KiB_take_at_most_11264_bytes_more() throws IOException {
    Capsa.create(container()).close();
    long before = used();
    long lengthBefore = Files.size(container());
    Random random = new Random(3);
    try (CapsaFileSystem fs = Capsa.open(container())) {
      for (int i = 0; i < 10; i++) {
        byte[] bytes = new byte[1024];
        random.nextBytes(bytes);
        Files.write(fs.getPath("/file-" + i), bytes);
      }
    }
    assertThat(used() - before).as("bytes in use").isLessThanOrEqualTo(11_264);
    assertThat(Files.size(container()) - lengthBefore)
        .as("bytes of the file")
        .isLessThanOrEqualTo(11_264);
  }

  @ParameterizedTest
  @CsvSource({"1, 5120", "6, 16384", "100, 8192", "400, 12288"})
  void a_small_container_takes_192_KiB_and_its_content_and_little_more(int files, int most)
      throws IOException {
    Random random = new Random(files);
    long content = 0;
    try (CapsaFileSystem fs = Capsa.create(container())) {
      for (int i = 0; i < files; i++) {
        byte[] bytes = new byte[files == 1 ? most : random.nextInt(most)];
        random.nextBytes(bytes);
        Files.write(fs.getPath("/file-" + i), bytes);
        content += bytes.length;
      }
    }
    assertThat(Files.size(container()))
        .as("with %d bytes of content", content)
        .isLessThanOrEqualTo((192 << 10) + content * 120 / 100);
    assertThat(Capsa.check(container())).isEmpty();
    try (CapsaFileSystem fs = Capsa.open(container());
        Stream<Path> all = Files.list(fs.getPath("/"))) {
      assertThat(all.mapToLong(ContainerSizeTest::read).sum()).isEqualTo(content);
    }
  }

  @Test
  void a_container_whose_files_are_written_again_and_again_is_short_when_it_is_closed()
      throws IOException {
    Random random = new Random(8);
    byte[] bytes = new byte[9000];
    try (CapsaFileSystem fs = Capsa.create(container())) {
      for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 100; i++) {
          random.nextBytes(bytes);
          Files.write(fs.getPath("/f" + i), bytes);
        }
        fs.sync();
      }
    }
    assertThat(Files.size(container())).isLessThan((192 << 10) + 900_000 * 125L / 100);
    assertThat(Capsa.check(container())).isEmpty();
  }

  /** At most 192 KiB more than after plain writing. */
  @ParameterizedTest
  @ValueSource(longs = {2, 9, 30})
  void a_container_that_went_to_and_fro_is_short_when_all_snapshots_are_deleted(long seed)
      throws IOException {
    Random random = new Random(seed);
    long content;
    try (CapsaFileSystem fs = Capsa.create(container())) {
      for (int i = 0; i < 400; i++) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(3) == 0 ? 200_000 : 6_000)];
        random.nextBytes(bytes);
        Path file = fs.getPath("/f" + random.nextInt(20));
        if (random.nextInt(3) > 0) {
          Files.write(file, bytes);
        } else {
          Files.deleteIfExists(file);
        }
        if (i % 40 == 0) {
          fs.snapshot("s" + i);
        } else if (i % 20 == 0) {
          fs.rollback("s" + (i - 20));
        }
        if (i % 80 == 0) {
          fs.compact();
        }
      }
      for (Revision each : fs.snapshots()) {
        fs.deleteSnapshot(each.snapshot().orElseThrow());
      }
      try (Stream<Path> all = Files.list(fs.getPath("/"))) {
        content = all.mapToLong(ContainerSizeTest::read).sum();
      }
    }
    long closed = Files.size(container());
    System.out.printf("to and fro: %,d bytes, %,d content%n", closed, content);
    assertThat(closed).isLessThan(2 * (192 << 10) + content * 120 / 100);
    assertThat(Capsa.check(container())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4, 70", "100, 90", "400, 94"})
  void most_of_a_limit_can_be_filled(int megabytes, int percent) throws IOException {
    byte[] bytes = new byte[100_000];
    int files = 0;
    boolean full = false;
    try (CapsaFileSystem fs =
        Capsa.open(container(), Capsa.options().create(true).maxSize(megabytes * 1_000_000L))) {
      while (!full) {
        try {
          Files.write(fs.getPath("/f" + files), bytes);
          files++;
        } catch (CapsaFullException e) {
          full = true;
        }
      }
    }
    System.out.printf("files of 100 kB fill %.1f of %d MB%n", files / 10.0, megabytes);
    assertThat(files * 10).as("hundredths of MB").isGreaterThanOrEqualTo(megabytes * percent);
  }

  private long used() throws IOException {
    try (CapsaFileSystem fs = Capsa.open(container(), Capsa.options().readOnly(true))) {
      return fs.statistics().usedBytes();
    }
  }

  @Test
  void opening_and_reading_never_changes_a_container() throws IOException {
    try (CapsaFileSystem fs = Capsa.create(container())) {
      for (int i = 0; i < 50; i++) {
        Files.write(fs.getPath("/f" + i), new byte[i * 3000]);
      }
    }
    byte[] before = Files.readAllBytes(container());
    for (int i = 0; i < 10; i++) {
      Capsa.open(container()).close();
      try (CapsaFileSystem fs = Capsa.open(container());
          Stream<Path> files = Files.list(fs.getPath("/"))) {
        assertThat(files.mapToLong(ContainerSizeTest::read).sum()).isEqualTo(49 * 50 / 2 * 3000);
      }
    }
    assertThat(Files.readAllBytes(container())).isEqualTo(before);
  }

  @Test
  void opening_and_a_small_change_do_not_let_a_container_grow() throws IOException {
    Capsa.create(container()).close();
    for (int i = 0; i < 30; i++) {
      try (CapsaFileSystem fs = Capsa.open(container())) {
        Files.writeString(fs.getPath("/f"), "round " + i);
      }
    }
    assertThat(Files.size(container())).isLessThanOrEqualTo(256 << 10);
  }

  private static long read(Path file) {
    try {
      return Files.readAllBytes(file).length;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_file_that_is_no_container_is_refused_and_stays_as_it_is() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "dear diary");
    assertThatThrownBy(() -> Capsa.open(file, Capsa.options().create(true)))
        .isInstanceOf(CapsaFormatException.class);
    assertThat(Files.readString(file)).isEqualTo("dear diary");
  }
}
