package dev.capsa.nio;

import static dev.capsa.nio.CopyRig.assertWhole;
import static dev.capsa.nio.CopyRig.random;
import static dev.capsa.nio.CopyRig.used;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies within one container have the blocks of the original until one of the two is written. */
class SharedCopyTest {
  private static final int MIB = 1 << 20;
  private static final int PAGE = 4096;

  /** 1024 for the figures of the documents. */
  private static final int LARGE_MIB = Integer.getInteger("capsa.copy.mib", 96);

  private static final int COPIES = Integer.getInteger("capsa.copy.copies", 1000);

  @TempDir Path folder;

  private CapsaFileSystem open() throws IOException {
    return Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true));
  }

  /** Waits until what was removed is gone: large files go with several commits. */
  private static void assertAllIsFree(CapsaFileSystem fs) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (used(fs) >= MIB && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(used(fs)).isLessThan(MIB);
  }

  private static void write(Path file, long position, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), position);
    }
  }

  @Test
  void a_copy_of_a_large_file_takes_no_time_and_no_room() throws IOException {
    try (CapsaFileSystem fs = open()) {
      Path original = fs.getPath("/original");
      byte[] chunk = random(1, MIB);
      try (FileChannel out = FileChannel.open(original, CREATE, WRITE)) {
        for (int i = 0; i < LARGE_MIB; i++) {
          chunk[0] = (byte) i;
          out.write(ByteBuffer.wrap(chunk));
        }
      }
      long before = used(fs);
      long length = fs.statistics().lengthBytes();
      long best = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        Files.copy(original, fs.getPath("/copy " + i));
        best = Math.min(best, System.nanoTime() - start);
      }
      long grown = used(fs) - before;
      System.out.printf(
          "20 copies of %d MiB: the fastest took %d us, the container grew by %d bytes%n",
          LARGE_MIB, best / 1000, grown);
      assertThat(grown).isLessThan(64 << 10);
      assertThat(fs.statistics().lengthBytes()).isLessThan(length + 2 * MIB);
      assertThat(best).as("nanoseconds").isLessThan(50_000_000L);
      assertThat(Files.mismatch(original, fs.getPath("/copy 7"))).isEqualTo(-1);
      Files.delete(original);
      assertThat(used(fs)).isGreaterThan((long) LARGE_MIB * MIB);
      for (int i = 0; i < 20; i++) {
        Files.delete(fs.getPath("/copy " + i));
      }
      assertAllIsFree(fs);
      assertWhole(fs);
    }
  }

  @Test
  void a_thousand_copies_that_are_all_written_have_each_its_own_bytes() throws IOException {
    Random random = new Random(5);
    int pages = 2 * MIB / PAGE;
    try (CapsaFileSystem fs = open()) {
      Path original = fs.getPath("/original");
      byte[] bytes = random(1, pages * PAGE);
      Files.write(original, bytes);
      long before = used(fs);
      List<byte[]> ownPages = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < COPIES; i++) {
        Files.copy(original, fs.getPath("/copy " + i));
      }
      long shared = used(fs);
      assertThat(shared - before).isLessThan(COPIES * 1024L);
      for (int i = 0; i < COPIES; i++) {
        byte[] page = random(100 + i, PAGE);
        int place = random.nextInt(pages * PAGE - PAGE);
        write(fs.getPath("/copy " + i), place, page);
        ownPages.add(page);
        places.add(place);
      }
      long written = used(fs);
      assertThat(written - shared).isBetween(COPIES * 4096L, COPIES * 3 * 4096L + MIB);
      for (int i = 0; i < COPIES; i++) {
        byte[] expected = bytes.clone();
        System.arraycopy(ownPages.get(i), 0, expected, places.get(i), PAGE);
        assertThat(Files.readAllBytes(fs.getPath("/copy " + i)))
            .as("copy %d", i)
            .isEqualTo(expected);
      }
      assertThat(Files.readAllBytes(original)).isEqualTo(bytes);
      assertWhole(fs);
      Files.delete(original);
      for (int i = 0; i < COPIES; i++) {
        Files.delete(fs.getPath("/copy " + i));
      }
      assertAllIsFree(fs);
      assertWhole(fs);
    }
    assertThat(Capsa.check(folder.resolve("c.capsa"))).isEmpty();
  }

  @Test
  void a_copy_is_the_file_of_one_moment_while_others_write_it() throws Exception {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path original = fs.getPath("/original");
      Files.write(original, new byte[4 * MIB]);
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService writer = Executors.newSingleThreadExecutor();
      try (FileChannel channel = FileChannel.open(original, WRITE)) {
        Future<?> writing =
            writer.submit(
                () -> {
                  for (long i = 1; !over.get(); i++) {
                    ByteBuffer number = ByteBuffer.allocate(8).putLong(0, i);
                    channel.write(number.duplicate(), 0);
                    channel.write(number, 3 * MIB + 17);
                    channel.write(ByteBuffer.wrap(random(i, 5000)), channel.size());
                    if (i % 50 == 0) {
                      channel.truncate(4 * MIB + 1);
                    }
                  }
                  return null;
                });
        for (int i = 0; i < 200; i++) {
          Path copy = fs.getPath("/copy " + i % 40);
          Files.copy(original, copy, REPLACE_EXISTING);
          try (FileChannel reader = FileChannel.open(copy)) {
            ByteBuffer first = ByteBuffer.allocate(8);
            ByteBuffer second = ByteBuffer.allocate(8);
            reader.read(second, 3 * MIB + 17);
            reader.read(first, 0);
            assertThat(first.getLong(0) - second.getLong(0)).isBetween(0L, 1L);
          }
        }
        over.set(true);
        writing.get();
      } finally {
        over.set(true);
        writer.shutdownNow();
      }
      assertWhole(fs);
    }
  }

  @Test
  void who_reads_a_file_that_a_copy_replaces_finds_the_old_one_or_the_new_one() throws Exception {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      List<byte[]> contents = List.of(random(1, 300_000), random(2, 200_000));
      Files.write(fs.getPath("/0"), contents.get(0));
      Files.write(fs.getPath("/1"), contents.get(1));
      Path target = fs.getPath("/target");
      Files.copy(fs.getPath("/0"), target);
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService reader = Executors.newSingleThreadExecutor();
      try {
        Future<?> reading =
            reader.submit(
                () -> {
                  while (!over.get()) {
                    assertThat(Files.readAllBytes(target)).isIn(contents);
                  }
                  return null;
                });
        for (int i = 1; i <= 300; i++) {
          Files.copy(fs.getPath("/" + i % 2), target, REPLACE_EXISTING);
        }
        over.set(true);
        reading.get();
      } finally {
        over.set(true);
        reader.shutdownNow();
      }
    }
  }

  @Test
  void attributes_come_along_if_they_are_asked_for() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path original = fs.getPath("/original");
      Files.write(original, random(1, 100_000));
      Files.setPosixFilePermissions(original, PosixFilePermissions.fromString("rwxr-x---"));
      Files.setLastModifiedTime(original, FileTime.fromMillis(1_000_000));
      UserDefinedFileAttributeView user =
          Files.getFileAttributeView(original, UserDefinedFileAttributeView.class);
      user.write("short", ByteBuffer.wrap("value".getBytes(UTF_8)));
      user.write("long", ByteBuffer.wrap(random(2, 4000)));
      Path plain = Files.copy(original, fs.getPath("/plain"));
      Path same = Files.copy(original, fs.getPath("/same"), COPY_ATTRIBUTES);
      assertThat(Files.getLastModifiedTime(same)).isEqualTo(FileTime.fromMillis(1_000_000));
      assertThat(Files.getLastModifiedTime(plain)).isGreaterThan(FileTime.fromMillis(1_000_000));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)))
          .isEqualTo("rwxr-x---");
      UserDefinedFileAttributeView copied =
          Files.getFileAttributeView(same, UserDefinedFileAttributeView.class);
      assertThat(copied.list()).containsExactlyInAnyOrder("short", "long");
      ByteBuffer value = ByteBuffer.allocate(4000);
      copied.read("long", value);
      assertThat(value.array()).isEqualTo(random(2, 4000));
      assertThat(Files.getFileAttributeView(plain, UserDefinedFileAttributeView.class).list())
          .isEmpty();
      assertWhole(fs);
    }
  }

  @Test
  void a_name_that_is_taken_is_refused_and_nothing_is_left() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path original = fs.getPath("/original");
      Files.write(original, random(1, MIB));
      Files.createDirectories(fs.getPath("/directory/full"));
      Files.write(fs.getPath("/file"), random(2, MIB));
      long before = used(fs);
      assertThatThrownBy(() -> Files.copy(original, fs.getPath("/file")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.copy(original, fs.getPath("/directory"), REPLACE_EXISTING))
          .isInstanceOf(DirectoryNotEmptyException.class);
      assertThat(used(fs)).isLessThan(before + 64 * 1024);
      Files.copy(original, fs.getPath("/directory/full"), REPLACE_EXISTING);
      assertThat(Files.mismatch(original, fs.getPath("/directory/full"))).isEqualTo(-1);
      assertWhole(fs);
    }
  }

  @Test
  void holes_stay_holes() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path original = fs.getPath("/original");
      Files.createFile(original);
      write(original, 0, random(1, 100_000));
      write(original, 1L << 40, random(2, 100_000));
      Path copy = Files.copy(original, fs.getPath("/copy"));
      assertThat(Files.size(copy)).isEqualTo((1L << 40) + 100_000);
      assertThat(used(fs)).isLessThan(MIB);
      try (FileChannel reader = FileChannel.open(copy)) {
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        reader.read(bytes, 1L << 40);
        assertThat(bytes.array()).isEqualTo(random(2, 100_000));
        reader.read(bytes.clear(), 1L << 39);
        assertThat(bytes.array()).containsOnly(0);
      }
      assertWhole(fs);
    }
  }

  @Test
  void writing_and_cutting_one_of_the_two_never_shows_in_the_other() throws IOException {
    Random random = new Random(7);
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[][] model = new byte[6][];
      model[0] = random(1, 700_000);
      Files.write(fs.getPath("/0"), model[0]);
      for (int step = 0; step < 400; step++) {
        int at = random.nextInt(model.length);
        Path file = fs.getPath("/" + at);
        if (model[at] == null || random.nextInt(6) == 0) {
          int from = random.nextInt(model.length);
          if (from != at && model[from] != null) {
            Files.copy(fs.getPath("/" + from), file, REPLACE_EXISTING);
            model[at] = model[from].clone();
          }
        } else if (random.nextInt(8) == 0) {
          int length = 70_000 + random.nextInt(model[at].length);
          try (FileChannel channel = FileChannel.open(file, WRITE)) {
            channel.truncate(length);
            length = Math.min(length, model[at].length);
            model[at] = Arrays.copyOf(model[at], length);
          }
        } else {
          byte[] bytes = random(step, 1 + random.nextInt(20_000));
          int place = random.nextInt(model[at].length);
          write(file, place, bytes);
          int length = Math.max(model[at].length, place + bytes.length);
          model[at] = Arrays.copyOf(model[at], length);
          System.arraycopy(bytes, 0, model[at], place, bytes.length);
        }
        if (step % 40 == 0) {
          fs.sync();
          assertWhole(fs);
        }
      }
      for (int i = 0; i < model.length; i++) {
        if (model[i] != null) {
          assertThat(Files.readAllBytes(fs.getPath("/" + i))).isEqualTo(model[i]);
        }
      }
      assertWhole(fs);
    }
  }

  @Test
  void a_file_comes_back_out_of_a_snapshot_and_takes_no_room() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path file = fs.getPath("/file");
      byte[] bytes = random(1, 3 * MIB);
      Files.write(file, bytes);
      fs.snapshot("before");
      write(file, 5, random(2, MIB));
      try (CapsaFileSystem past = fs.openSnapshot("before")) {
        long used = used(fs);
        Files.copy(past.getPath("/file"), file, REPLACE_EXISTING);
        Files.copy(past.getPath("/file"), fs.getPath("/second"));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(used(fs)).isLessThan(used + (64 << 10));
      }
      write(file, 0, random(3, 100));
      assertWhole(fs);
      fs.deleteSnapshot("before");
      fs.sync();
      assertThat(Files.readAllBytes(fs.getPath("/second"))).isEqualTo(bytes);
      assertWhole(fs);
      Files.delete(fs.getPath("/second"));
      Files.delete(file);
      assertAllIsFree(fs);
      assertWhole(fs);
    }
  }

  @Test
  void a_file_can_be_copied_out_of_a_snapshot_that_is_dropped_meanwhile() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] bytes = random(1, 3 * MIB);
      Files.write(fs.getPath("/file"), bytes);
      fs.snapshot("before");
      Files.delete(fs.getPath("/file"));
      try (CapsaFileSystem past = fs.openSnapshot("before")) {
        fs.deleteSnapshot("before");
        for (int i = 0; i < 3; i++) {
          Files.write(fs.getPath("/other " + i), random(7, MIB));
          fs.sync();
          Path copy = fs.getPath("/copy " + i);
          Files.copy(past.getPath("/file"), copy);
          assertThat(Files.readAllBytes(copy)).isEqualTo(bytes);
        }
        assertWhole(fs);
      }
    }
  }

  @Test
  void mapped_memory_stays_as_it_was_while_original_and_copy_are_written() throws IOException {
    try (CapsaFileSystem fs = open()) {
      Path original = fs.getPath("/original");
      byte[] bytes = random(1, MIB);
      Files.write(original, bytes);
      MappedByteBuffer mapped;
      try (FileChannel channel = FileChannel.open(original, READ)) {
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, MIB);
      }
      Path copy = Files.copy(original, fs.getPath("/copy"));
      MappedByteBuffer mappedCopy;
      try (FileChannel channel = FileChannel.open(copy, READ)) {
        mappedCopy = channel.map(FileChannel.MapMode.READ_ONLY, 0, MIB);
      }
      for (int i = 0; i < 20; i++) {
        write(original, i * 5000L, random(i, 9000));
        write(copy, i * 7000L, random(i, 3000));
        fs.sync();
      }
      Files.delete(original);
      Files.delete(copy);
      for (int i = 0; i < 5; i++) {
        Files.write(fs.getPath("/other " + i), random(i, MIB));
        fs.sync();
      }
      byte[] seen = new byte[MIB];
      mapped.get(0, seen);
      assertThat(seen).isEqualTo(bytes);
      mappedCopy.get(0, seen);
      assertThat(seen).isEqualTo(bytes);
      assertWhole(fs);
    }
  }

  @Test
  void a_full_container_refuses_a_copy_wholly_and_can_still_delete() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory(Capsa.options().maxSize(8 * MIB))) {
      Path original = fs.getPath("/original");
      Files.write(original, random(1, MIB));
      fs.sync();
      int copies = 0;
      for (boolean full = false; !full; copies += full ? 0 : 1) {
        try {
          Path copy = Files.copy(original, fs.getPath("/copy " + copies));
          for (int page = 0; page < 40; page += 2) {
            write(copy, page * 8L * PAGE, random(page, 100));
          }
        } catch (CapsaFullException e) {
          full = true;
        }
      }
      assertThat(copies).isGreaterThan(20);
      for (boolean full = false; !full; ) {
        try {
          Files.write(fs.getPath("/filler"), new byte[PAGE], CREATE, APPEND);
        } catch (CapsaFullException e) {
          full = true;
        }
      }
      int more = copies + 1;
      assertThatThrownBy(
              () -> {
                for (int i = more; ; i++) {
                  Files.copy(original, fs.getPath("/copy " + i));
                }
              })
          .isInstanceOf(CapsaFullException.class);
      assertWhole(fs);
      try (var names = Files.newDirectoryStream(fs.getPath("/"))) {
        for (Path each : names) {
          Files.delete(each);
        }
      }
      assertAllIsFree(fs);
      assertWhole(fs);
    }
  }
}
