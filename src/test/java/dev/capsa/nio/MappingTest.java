package dev.capsa.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.capsa.Capsa;
import dev.capsa.CapsaOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of containers in all places and layouts, mapped. */
class MappingTest {
  @TempDir Path folder;

  private enum Where {
    FILE,
    CHAINS,
    NESTED,
    ON_JIMFS,
    IN_MEMORY;

    /** Opens a container, and what lies around it, in the order of opening. */
    List<FileSystem> open(Path folder) throws IOException {
      CapsaOptions create = Capsa.options().create(true);
      List<FileSystem> opened = new ArrayList<>();
      switch (this) {
        case FILE -> opened.add(Capsa.open(folder.resolve("c.capsa"), create));
        case CHAINS -> opened.add(Capsa.open(folder.resolve("c.capsa"), create.layout("chain")));
        case NESTED -> {
          opened.add(Capsa.open(folder.resolve("c.capsa"), create));
          opened.add(Capsa.open(opened.get(0).getPath("/inner.capsa"), create));
        }
        case ON_JIMFS -> {
          opened.add(Jimfs.newFileSystem(Configuration.unix()));
          opened.add(Capsa.open(opened.get(0).getPath("/c.capsa"), create));
        }
        default -> opened.add(Capsa.inMemory());
      }
      return opened;
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static MappedByteBuffer map(Path file, MapMode mode, long from, long size)
      throws IOException {
    try (FileChannel channel =
        mode == MapMode.READ_ONLY ? FileChannel.open(file) : FileChannel.open(file, READ, WRITE)) {
      return channel.map(mode, from, size);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_mapping_shows_the_file_as_it_was_whatever_comes_after(Where where) throws IOException {
    List<FileSystem> opened = where.open(folder);
    FileSystem fs = opened.get(opened.size() - 1);
    try {
      for (int length : new int[] {1, 100, 5000, 70_000, 9_000_000}) {
        byte[] content = random(length);
        Path file = fs.getPath("/f" + length);
        Files.write(file, content);
        MappedByteBuffer whole = map(file, MapMode.READ_ONLY, 0, length);
        MappedByteBuffer part = map(file, MapMode.READ_ONLY, length / 3, length - length / 3);
        MappedByteBuffer own = map(file, MapMode.PRIVATE, 0, length);
        own.put(0, (byte) ~content[0]);
        for (int i = 0; i < 3; i++) {
          Files.write(file, random(length + 1));
          Files.write(fs.getPath("/other"), random(length + 2));
          force(file);
        }
        Files.delete(file);
        force(fs.getPath("/other"));
        Files.write(fs.getPath("/other"), random(length));
        force(fs.getPath("/other"));
        assertThat(whole.isReadOnly()).isTrue();
        assertThat(bytes(whole)).isEqualTo(content);
        assertThat(bytes(part)).isEqualTo(Arrays.copyOfRange(content, length / 3, length));
        content[0] = (byte) ~content[0];
        assertThat(bytes(own)).isEqualTo(content);
      }
    } finally {
      for (int i = opened.size(); i-- > 0; ) {
        opened.get(i).close();
      }
    }
    if (where == Where.FILE || where == Where.CHAINS) {
      assertThat(Capsa.check(folder.resolve("c.capsa"))).isEmpty();
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      channel.force(true);
    }
  }

  @Test
  void what_a_private_mapping_changes_never_reaches_the_file() throws IOException {
    try (FileSystem fs = Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true))) {
      byte[] content = random(100_000);
      Path file = Files.write(fs.getPath("/f"), content);
      MappedByteBuffer own = map(file, MapMode.PRIVATE, 0, content.length);
      for (int i = 0; i < content.length; i++) {
        own.put(i, (byte) 0);
      }
      own.force();
      assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }
    assertThat(Capsa.check(folder.resolve("c.capsa"))).isEmpty();
  }

  @Test
  void a_second_mapping_writes_nothing() throws IOException {
    Path container = folder.resolve("c.capsa");
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Path file = Files.write(fs.getPath("/f"), random(3_000_000));
      map(file, MapMode.READ_ONLY, 0, 3_000_000);
      force(file);
      byte[] before = Files.readAllBytes(container);
      map(file, MapMode.READ_ONLY, 0, 3_000_000);
      map(file, MapMode.READ_ONLY, 1000, 2_000_000);
      force(file);
      assertThat(Files.readAllBytes(container)).isEqualTo(before);
    }
  }

  @Test
  void a_mapping_outlives_the_file_system_and_what_others_do_to_the_container() throws IOException {
    Path container = folder.resolve("c.capsa");
    byte[] content = random(9_000_000);
    MappedByteBuffer mapped;
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Path file = Files.write(fs.getPath("/f"), content);
      mapped = map(file, MapMode.READ_ONLY, 0, content.length);
    }
    for (int i = 0; i < 4; i++) {
      try (FileSystem fs = Capsa.open(container, Capsa.options())) {
        Files.deleteIfExists(fs.getPath("/f"));
        Files.deleteIfExists(fs.getPath("/g"));
        force(fs.getPath("/"));
        Files.write(fs.getPath("/g"), random(i == 3 ? 1 : 20_000_000 + i));
      }
      assertThat(bytes(mapped)).as("after opening %d", i).isEqualTo(content);
      assertThat(Capsa.check(container)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_mapped_of_an_empty_file_and_writing_goes_on(Where where) throws IOException {
    List<FileSystem> opened = where.open(folder);
    FileSystem fs = opened.get(opened.size() - 1);
    try {
      Path file = Files.createFile(fs.getPath("/f"));
      assertThat(map(file, MapMode.READ_ONLY, 0, 0).capacity()).isZero();
      assertThat(map(file, MapMode.PRIVATE, 0, 0).capacity()).isZero();
      Files.write(file, random(100_000));
      assertThat(map(file, MapMode.READ_ONLY, 50_000, 0).capacity()).isZero();
      force(file);
      assertThat(Files.readAllBytes(file)).isEqualTo(random(100_000));
    } finally {
      for (int i = opened.size(); i-- > 0; ) {
        opened.get(i).close();
      }
    }
  }

  @Test
  void holes_stay_holes_in_a_mapping_too() throws IOException {
    Path container = folder.resolve("c.capsa");
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Path file = fs.getPath("/f");
      try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
        channel.write(ByteBuffer.wrap(random(5000)), 300 << 20);
        MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, channel.size());
        assertThat(mapped.capacity()).isEqualTo((300 << 20) + 5000);
        assertThat(mapped.get(150 << 20)).isZero();
        byte[] end = new byte[5000];
        mapped.get(300 << 20, end);
        assertThat(end).isEqualTo(random(5000));
        force(file);
      }
      assertThat(Files.size(container)).isLessThan(4 << 20);
    }
  }

  @Test
  void a_mapping_has_what_was_written_last() throws IOException {
    try (FileSystem fs = Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true))) {
      byte[] content = random(200_000);
      Path file = Files.write(fs.getPath("/f"), content);
      map(file, MapMode.READ_ONLY, 0, content.length);
      for (int i = 0; i < 50; i++) {
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
          content[i * 4000] ^= 1;
          channel.write(ByteBuffer.wrap(content, i * 4000, 1), i * 4000);
          assertThat(bytes(channel.map(MapMode.READ_ONLY, 0, content.length))).isEqualTo(content);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_container_opened_for_reading_is_mapped(boolean gathered) throws IOException {
    Path container = folder.resolve("c.capsa");
    byte[] content = random(3_000_000);
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Path file = Files.write(fs.getPath("/f"), content);
      force(file);
      try (FileChannel channel = FileChannel.open(file, WRITE)) {
        channel.write(ByteBuffer.wrap(content, 500_000, 1000), 500_000);
      }
      if (gathered) {
        map(file, MapMode.READ_ONLY, 0, content.length);
      }
    }
    try (FileSystem fs = Capsa.open(container, Capsa.options().readOnly(true))) {
      assertThat(bytes(map(fs.getPath("/f"), MapMode.READ_ONLY, 0, content.length)))
          .isEqualTo(content);
    }
  }

  @Test
  void a_file_that_is_too_short_grows_if_the_channel_may_write() throws IOException {
    try (FileSystem fs = Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true))) {
      Path file = fs.getPath("/f");
      try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
        channel.write(ByteBuffer.wrap(new byte[] {7}));
        MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, 10_000);
        assertThat(bytes(mapped)).isEqualTo(Arrays.copyOf(new byte[] {7}, 10_000));
        assertThat(channel.size()).isEqualTo(10_000);
      }
      try (FileChannel channel = FileChannel.open(file)) {
        assertThatThrownBy(() -> channel.map(MapMode.READ_ONLY, 1, 10_000))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("10000 bytes")
            .hasMessageContaining("10001");
        assertThat(channel.size()).isEqualTo(10_000);
      }
    }
  }

  @Test
  void writing_through_a_mapping_is_not_supported() throws IOException {
    try (FileSystem fs = Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true));
        FileChannel channel = FileChannel.open(fs.getPath("/f"), CREATE, READ, WRITE)) {
      assertThatThrownBy(() -> channel.map(MapMode.READ_WRITE, 0, 10))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("READ_WRITE");
      assertThat(channel.size()).as("nothing was done").isZero();
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Test
  void an_interrupt_closes_the_channel_that_maps_and_no_other() throws IOException {
    try (FileSystem fs = Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true))) {
      Path file = Files.write(fs.getPath("/f"), random(100_000));
      try (FileChannel channel = FileChannel.open(file)) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> channel.map(MapMode.READ_ONLY, 0, 100))
            .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(channel.isOpen()).isFalse();
      }
      assertThat(bytes(map(file, MapMode.READ_ONLY, 0, 100_000))).isEqualTo(random(100_000));
    }
  }

  @Test
  void damage_is_found_before_anybody_sees_it() throws IOException {
    Path container = folder.resolve("c.capsa");
    byte[] content = random(200_000);
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Files.write(fs.getPath("/f"), content);
    }
    byte[] all = Files.readAllBytes(container);
    int at = find(all, Arrays.copyOfRange(content, 100_000, 100_050));
    all[at] ^= 1;
    Files.write(container, all);
    try (FileSystem fs = Capsa.open(container, Capsa.options())) {
      assertThatThrownBy(() -> map(fs.getPath("/f"), MapMode.READ_ONLY, 0, content.length))
          .isInstanceOf(dev.capsa.CapsaCorruptException.class)
          .hasMessageContaining("does not match its checksum");
      assertThat(bytes(map(fs.getPath("/f"), MapMode.READ_ONLY, 0, 90_000)))
          .isEqualTo(Arrays.copyOf(content, 90_000));
    }
  }

  private static int find(byte[] in, byte[] what) {
    for (int at = 0; at <= in.length - what.length; at++) {
      if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }
}
