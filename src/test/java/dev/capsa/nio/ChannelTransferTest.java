package dev.capsa.nio;

import static dev.capsa.nio.CopyRig.assertWhole;
import static dev.capsa.nio.CopyRig.random;
import static dev.capsa.nio.CopyRig.used;
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
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Transfers between channels of one container share whole blocks, and copy the rest. */
class ChannelTransferTest {
  private static final int MIB = 1 << 20;
  private static final int PAGE = 4096;
  private static final int LARGE_MIB = 64;

  @TempDir Path folder;

  private CapsaFileSystem open() throws IOException {
    return Capsa.open(folder.resolve("c.capsa"), Capsa.options().create(true));
  }

  private static void assertBytes(Path file, byte[] expected) throws IOException {
    assertThat(Arrays.mismatch(Files.readAllBytes(file), expected)).isEqualTo(-1);
  }

  private static void assertAllCounted(CapsaFileSystem.Usage usage) {
    long all = usage.liveBytes() + usage.snapshotBytes() + usage.reclaimableBytes();
    assertThat(all + usage.metadataBytes() + usage.freeBytes()).isEqualTo(usage.lengthBytes());
  }

  private static byte[] with(byte[] before, long position, byte[] source, int from, int length) {
    int end = Math.toIntExact(position + length);
    byte[] after = Arrays.copyOf(before, Math.max(before.length, end));
    System.arraycopy(source, from, after, (int) position, length);
    return after;
  }

  @Test
  void a_transfer_of_many_blocks_takes_no_time_and_no_room() throws IOException {
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
      long best = Long.MAX_VALUE;
      for (int i = 0; i < 10; i++) {
        try (FileChannel in = FileChannel.open(original);
            FileChannel to = FileChannel.open(fs.getPath("/to " + i), CREATE, WRITE);
            FileChannel from = FileChannel.open(fs.getPath("/from " + i), CREATE, WRITE)) {
          long start = System.nanoTime();
          assertThat(in.transferTo(0, Long.MAX_VALUE, to)).isEqualTo((long) LARGE_MIB * MIB);
          best = Math.min(best, System.nanoTime() - start);
          assertThat(from.transferFrom(in, 0, Long.MAX_VALUE)).isEqualTo((long) LARGE_MIB * MIB);
        }
      }
      long grown = used(fs) - before;
      System.out.printf(
          "20 transfers of %d MiB: the fastest took %d us, the container grew by %d bytes%n",
          LARGE_MIB, best / 1000, grown);
      assertThat(grown).isLessThan(64 << 10);
      assertThat(best).as("nanoseconds").isLessThan(50_000_000L);
      assertThat(Files.mismatch(original, fs.getPath("/to 3"))).isEqualTo(-1);
      assertThat(Files.mismatch(original, fs.getPath("/from 9"))).isEqualTo(-1);
      assertWhole(fs);
    }
    assertThat(Capsa.check(folder.resolve("c.capsa"))).isEmpty();
  }

  @Test
  void edges_within_blocks_are_copied_and_the_blocks_between_shared() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] bytes = random(1, 8 * MIB);
      byte[] present = random(2, 9 * MIB);
      Files.write(fs.getPath("/source"), bytes);
      Files.write(fs.getPath("/target"), present);
      long before = used(fs);
      try (FileChannel in = FileChannel.open(fs.getPath("/source"));
          FileChannel out = FileChannel.open(fs.getPath("/target"), WRITE)) {
        out.position(PAGE * 3 + 100);
        assertThat(in.transferTo(100, 7 * MIB + 50, out)).isEqualTo(7 * MIB + 50);
        assertThat(out.position()).isEqualTo(PAGE * 3 + 100 + 7 * MIB + 50);
        assertThat(in.position()).isZero();
      }
      assertBytes(fs.getPath("/target"), with(present, PAGE * 3 + 100, bytes, 100, 7 * MIB + 50));
      assertThat(used(fs)).isLessThan(before - 6 * MIB);
      assertWhole(fs);
    }
  }

  @Test
  void bytes_whose_places_in_their_blocks_differ_are_copied() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] bytes = random(1, 2 * MIB);
      Files.write(fs.getPath("/source"), bytes);
      long before = used(fs);
      try (FileChannel in = FileChannel.open(fs.getPath("/source"));
          FileChannel out = FileChannel.open(fs.getPath("/target"), CREATE, WRITE)) {
        assertThat(in.transferTo(1, 2 * MIB, out)).isEqualTo(2 * MIB - 1);
      }
      assertBytes(fs.getPath("/target"), Arrays.copyOfRange(bytes, 1, bytes.length));
      assertThat(used(fs)).isGreaterThan(before + 2 * MIB - PAGE);
    }
  }

  @Test
  void random_transfers_are_as_between_arrays() throws IOException {
    long shared = 0;
    for (long seed = 1; seed <= 6; seed++) {
      shared += new Histories(seed).run();
    }
    System.out.println("random transfers by sharing: " + shared);
    assertThat(shared).isGreaterThan(60);
  }

  /** Files and what was kept of them, in a container and in arrays. */
  private final class Histories {
    private static final int FILES = 4;

    private final long seed;
    private final Random random;
    private byte[][] model = new byte[FILES][0];
    private byte[][] past;
    private int transfers;

    Histories(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    int run() throws IOException {
      Path container = folder.resolve("random " + seed);
      CapsaFileSystem fs = Capsa.open(container, Capsa.options().create(true));
      try {
        for (int i = 0; i < FILES; i++) {
          Files.createFile(fs.getPath("/" + i));
        }
        for (int round = 0; round < 12; round++) {
          for (int i = 0; i < 8; i++) {
            step(fs);
          }
          verify(fs);
          if (random.nextInt(3) == 0) {
            fs.close();
            fs = Capsa.open(container, Capsa.options());
            verify(fs);
          }
        }
      } finally {
        fs.close();
      }
      assertThat(Capsa.check(container)).isEmpty();
      return transfers;
    }

    private void verify(CapsaFileSystem fs) throws IOException {
      boolean committedFirst = random.nextBoolean();
      if (committedFirst) {
        assertWhole(fs);
      }
      for (int i = 0; i < FILES; i++) {
        assertThat(Arrays.mismatch(Files.readAllBytes(fs.getPath("/" + i)), model[i]))
            .as("seed %d, file %d", seed, i)
            .isEqualTo(-1);
      }
      if (!committedFirst) {
        fs.sync();
        assertWhole(fs);
        assertAllCounted(fs.usage());
      }
    }

    private void step(CapsaFileSystem fs) throws IOException {
      int at = random.nextInt(FILES);
      switch (random.nextInt(9)) {
        case 0, 1 -> write(fs, at);
        case 2 -> truncate(fs, at);
        case 3 -> snapshot(fs);
        case 4 -> {
          if (past != null) {
            try (CapsaFileSystem from = fs.openSnapshot("past")) {
              transfer(fs, from, past[random.nextInt(FILES)], at);
            }
          }
        }
        default -> transfer(fs, fs, model[random.nextInt(FILES)], at);
      }
    }

    private void write(CapsaFileSystem fs, int at) throws IOException {
      byte[] bytes = random(random.nextLong(), 1 + random.nextInt(400_000));
      int position = random.nextInt(model[at].length + 100_000);
      try (FileChannel out = FileChannel.open(fs.getPath("/" + at), WRITE)) {
        out.write(ByteBuffer.wrap(bytes), position);
      }
      model[at] = with(model[at], position, bytes, 0, bytes.length);
    }

    private void truncate(CapsaFileSystem fs, int at) throws IOException {
      int length =
          random.nextInt(3) * random.nextInt(60_000) + random.nextInt(model[at].length + 1);
      length = Math.min(length, model[at].length);
      try (FileChannel out = FileChannel.open(fs.getPath("/" + at), WRITE)) {
        out.truncate(length);
      }
      model[at] = Arrays.copyOf(model[at], length);
    }

    private void snapshot(CapsaFileSystem fs) throws IOException {
      if (past == null) {
        fs.snapshot("past");
        past = model.clone();
      } else {
        fs.deleteSnapshot("past");
        past = null;
      }
    }

    private void transfer(CapsaFileSystem fs, CapsaFileSystem fromFs, byte[] source, int at)
        throws IOException {
      List<byte[]> all = Arrays.asList(fromFs == fs ? model : past);
      int number = all.indexOf(source);
      boolean within = fromFs == fs && number == at;
      long from = random.nextInt(source.length + 1);
      long to = random.nextInt(Math.min(model[at].length + 1, 2 * MIB));
      if (random.nextInt(4) > 0) {
        to = to / PAGE * PAGE + from % PAGE;
        to = to > model[at].length ? from % PAGE : to;
      }
      if (to > model[at].length || (within && from < to + source.length && to < source.length)) {
        to = model[at].length; // parts of one file do not overlap
        from = from / PAGE * PAGE + to % PAGE;
      }
      if (from > source.length) {
        return;
      }
      int wanted = random.nextInt(2 * MIB);
      int length = Math.min(wanted, source.length - (int) from);
      try (FileChannel in = FileChannel.open(fromFs.getPath("/" + number));
          FileChannel out = FileChannel.open(fs.getPath("/" + at), WRITE)) {
        long done;
        if (random.nextBoolean()) {
          out.position(to);
          done = in.transferTo(from, wanted, out);
          assertThat(out.position()).isEqualTo(to + done);
          assertThat(in.position()).isZero();
        } else {
          in.position(from);
          done = out.transferFrom(in, to, wanted);
          assertThat(in.position()).isEqualTo(from + done);
          assertThat(out.position()).isZero();
        }
        assertThat(done).isEqualTo(length);
      }
      model[at] = with(model[at], to, source, (int) from, length);
      transfers += (from - to) % PAGE == 0 && length >= 80_000 ? 1 : 0;
    }
  }

  @Test
  void a_channel_that_appends_takes_blocks_at_the_end() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] bytes = random(1, 2 * MIB + 10);
      Files.write(fs.getPath("/source"), bytes);
      Files.write(fs.getPath("/target"), random(2, 5 * PAGE));
      long before = used(fs);
      byte[] expected = random(2, 5 * PAGE);
      try (FileChannel in = FileChannel.open(fs.getPath("/source"));
          FileChannel out = FileChannel.open(fs.getPath("/target"), APPEND)) {
        assertThat(in.transferTo(PAGE, 2 * MIB, out)).isEqualTo(2 * MIB + 10 - PAGE);
        expected = with(expected, expected.length, bytes, PAGE, 2 * MIB + 10 - PAGE);
        assertThat(out.position()).isEqualTo(expected.length);
      }
      assertBytes(fs.getPath("/target"), expected);
      assertThat(used(fs)).isLessThan(before + (128 << 10));
    }
  }

  @Test
  void parts_of_one_file_can_be_transferred_within_it() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] bytes = random(1, 2 * MIB);
      Path file = Files.write(fs.getPath("/file"), bytes);
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        channel.position(2 * MIB);
        assertThat(channel.transferTo(0, 2 * MIB, channel)).isEqualTo(2 * MIB);
        assertThat(channel.position()).isEqualTo(4 * MIB);
        byte[] twice = with(bytes, 2 * MIB, bytes, 0, 2 * MIB);
        assertBytes(file, twice);
        channel.position(10 * PAGE);
        assertThat(channel.transferTo(0, 3 * MIB, channel)).isEqualTo(3 * MIB);
        byte[] overlapped = with(twice, 10 * PAGE, twice, 0, 3 * MIB);
        assertBytes(file, overlapped);
        channel.position(0);
        assertThat(channel.transferTo(3 * PAGE, 3 * MIB, channel)).isEqualTo(3 * MIB);
        assertBytes(file, with(overlapped, 0, overlapped, 3 * PAGE, 3 * MIB));
      }
      assertWhole(fs);
    }
  }

  @Test
  void channels_that_may_not_or_are_closed_are_refused_as_ever() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Files.write(fs.getPath("/source"), random(1, MIB));
      Files.write(fs.getPath("/target"), new byte[0]);
      FileChannel in = FileChannel.open(fs.getPath("/source"), READ);
      FileChannel out = FileChannel.open(fs.getPath("/target"), WRITE);
      assertThatThrownBy(() -> in.transferTo(0, MIB, in))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> out.transferTo(0, MIB, out))
          .isInstanceOf(NonReadableChannelException.class);
      assertThatThrownBy(() -> out.transferFrom(out, 0, MIB))
          .isInstanceOf(NonReadableChannelException.class);
      assertThat(in.transferTo(MIB, MIB, out)).isZero();
      assertThat(in.transferTo(0, 0, out)).isZero();
      out.close();
      assertThatThrownBy(() -> in.transferTo(0, MIB, out))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> out.transferFrom(in, 0, MIB))
          .isInstanceOf(ClosedChannelException.class);
      assertThat(in.isOpen()).isTrue();
      in.close();
      assertThat(Files.size(fs.getPath("/target"))).isZero();
    }
  }

  @Test
  void an_interrupt_closes_both_channels() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Files.write(fs.getPath("/source"), random(1, MIB));
      for (boolean to : new boolean[] {true, false}) {
        FileChannel in = FileChannel.open(fs.getPath("/source"), READ);
        FileChannel out = FileChannel.open(fs.getPath("/target"), CREATE, WRITE);
        Thread.currentThread().interrupt();
        try {
          assertThatThrownBy(
                  () -> {
                    if (to) {
                      in.transferTo(0, MIB, out);
                    } else {
                      out.transferFrom(in, 0, MIB);
                    }
                  })
              .isInstanceOf(ClosedByInterruptException.class);
        } finally {
          assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(in.isOpen()).isFalse();
        assertThat(out.isOpen()).isFalse();
      }
      assertThat(Files.size(fs.getPath("/target"))).isZero();
    }
  }

  @Test
  void a_deleted_snapshot_does_not_take_what_was_transferred_out_of_it() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      byte[] bytes = random(1, 3 * MIB);
      Files.write(fs.getPath("/file"), bytes);
      fs.snapshot("before");
      Files.delete(fs.getPath("/file"));
      long used = used(fs);
      try (CapsaFileSystem past = fs.openSnapshot("before");
          FileChannel in = FileChannel.open(past.getPath("/file"));
          FileChannel out = FileChannel.open(fs.getPath("/copy"), CREATE, WRITE)) {
        assertThat(in.transferTo(0, 3 * MIB, out)).isEqualTo(3 * MIB);
        fs.deleteSnapshot("before");
        assertThat(used(fs)).isLessThan(used + (64 << 10));
        for (int i = 0; i < 3; i++) {
          Files.write(fs.getPath("/other " + i), random(i, MIB));
          fs.sync();
        }
        assertBytes(fs.getPath("/copy"), bytes);
        out.position(0);
        assertThat(in.transferTo(MIB, MIB, out)).isEqualTo(MIB);
        assertBytes(fs.getPath("/copy"), with(bytes, 0, bytes, MIB, MIB));
      }
      assertWhole(fs);
      Files.delete(fs.getPath("/copy"));
      for (int i = 0; i < 3; i++) {
        Files.delete(fs.getPath("/other " + i));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (used(fs) >= MIB && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(used(fs)).isLessThan(MIB);
      assertWhole(fs);
    }
  }

  /** Each transfer and each write changes a MiB as a whole, so each MiB always has one value. */
  @Test
  void transfers_in_opposite_directions_beside_writers_end_and_mix_nothing() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try (CapsaFileSystem fs = Capsa.inMemory()) {
      Path a = Files.write(fs.getPath("/a"), new byte[4 * MIB]);
      Path b = Files.write(fs.getPath("/b"), new byte[4 * MIB]);
      List<Future<?>> running = new ArrayList<>();
      running.add(threads.submit(() -> transferring(a, b, 1, over)));
      running.add(threads.submit(() -> transferring(b, a, 2, over)));
      running.add(threads.submit(() -> writing(a, 3, over)));
      running.add(threads.submit(() -> writing(b, 4, over)));
      Path source = Files.write(fs.getPath("/source"), random(9, MIB));
      running.add(threads.submit(() -> growing(source, fs.getPath("/grown"), over)));
      for (int i = 0; i < 30; i++) {
        fs.snapshot("now");
        try (CapsaFileSystem past = fs.openSnapshot("now")) {
          assertEachMibHasOneValue(past.getPath("/a"));
          assertEachMibHasOneValue(past.getPath("/b"));
        }
        if (i % 3 == 0) {
          assertWhole(fs); // size and content of what grows, too
        }
        fs.deleteSnapshot("now");
      }
      over.set(true);
      long transfers = 0;
      for (Future<?> each : running) {
        transfers += (Long) each.get(60, TimeUnit.SECONDS);
      }
      System.out.println("transfers in opposite directions: " + transfers);
      assertThat(transfers).isGreaterThan(50);
      assertEachMibHasOneValue(a);
      assertEachMibHasOneValue(b);
      assertWhole(fs);
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  private static void assertEachMibHasOneValue(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(4 * MIB);
    for (int at = 0; at < bytes.length; at += MIB) {
      byte[] same = new byte[MIB];
      Arrays.fill(same, bytes[at]);
      assertThat(Arrays.mismatch(bytes, at, at + MIB, same, 0, MIB)).isEqualTo(-1);
    }
  }

  private static Long transferring(Path from, Path to, long seed, AtomicBoolean over)
      throws IOException {
    Random random = new Random(seed);
    long transfers = 0;
    try (FileChannel in = FileChannel.open(from, READ);
        FileChannel out = FileChannel.open(to, WRITE)) {
      while (!over.get()) {
        long place = (long) random.nextInt(4) * MIB;
        in.position((long) random.nextInt(4) * MIB);
        assertThat(out.transferFrom(in, place, MIB)).isEqualTo(MIB);
        out.position(place);
        assertThat(in.transferTo(place, MIB, out)).isEqualTo(MIB);
        transfers += 2;
      }
    }
    return transfers;
  }

  private static Long growing(Path from, Path to, AtomicBoolean over) throws IOException {
    try (FileChannel in = FileChannel.open(from, READ);
        FileChannel out = FileChannel.open(to, CREATE, WRITE)) {
      while (!over.get()) {
        out.truncate(0);
        assertThat(in.transferTo(0, MIB, out)).isEqualTo(MIB);
      }
    }
    return 0L;
  }

  private static Long writing(Path file, long seed, AtomicBoolean over) throws IOException {
    Random random = new Random(seed);
    try (FileChannel out = FileChannel.open(file, WRITE)) {
      while (!over.get()) {
        byte[] same = new byte[MIB];
        Arrays.fill(same, (byte) random.nextInt());
        out.write(ByteBuffer.wrap(same), (long) random.nextInt(4) * MIB);
      }
    }
    return 0L;
  }

  @Test
  @org.junit.jupiter.api.Timeout(60)
  void a_full_container_refuses_and_can_still_delete() throws IOException {
    try (CapsaFileSystem fs = Capsa.inMemory(Capsa.options().maxSize(8 * MIB))) {
      Path original = Files.write(fs.getPath("/original"), random(1, MIB));
      fs.sync();
      int files = 0;
      boolean full = false;
      while (!full) {
        try (FileChannel in = FileChannel.open(original);
            FileChannel out = FileChannel.open(fs.getPath("/to " + files), CREATE, WRITE)) {
          files++;
          for (int page = 0; page < 256 && !full; page += 32) {
            out.position((long) page * PAGE);
            full = in.transferTo((256 - page - 20) * PAGE, 20 * PAGE, out) < 20 * PAGE;
          }
          out.write(ByteBuffer.wrap(random(files, 5000)), 3);
        } catch (CapsaFullException e) {
          full = true;
        }
      }
      assertThat(files).isGreaterThan(20);
      fs.sync();
      assertWhole(fs);
      for (int i = 0; i < files; i++) {
        Files.deleteIfExists(fs.getPath("/to " + i));
      }
      Files.delete(original);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (used(fs) >= MIB && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(used(fs)).isLessThan(MIB);
      assertWhole(fs);
    }
  }
}
