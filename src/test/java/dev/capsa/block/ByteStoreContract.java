package dev.capsa.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link ByteStore} does. */
abstract class ByteStoreContract {
  private static final long INODE = 7;

  /** The store, with all that was done so far; a bound one may be bound anew. */
  abstract ByteStore store() throws IOException;

  @Test
  void a_new_inode_has_size_0() throws IOException {
    assertThat(store().size(INODE)).isZero();
    assertThat(store().readAt(INODE, 0, ByteBuffer.allocate(1))).isEqualTo(-1);
    store().remove(INODE);
    store().truncate(INODE, 0);
    assertThat(store().size(INODE)).isZero();
  }

  @Test
  void what_is_written_is_read() throws IOException {
    write(0, "hello");
    assertThat(text()).isEqualTo("hello");
    assertThat(store().size(INODE)).isEqualTo(5);
    assertThat(store().size(INODE + 1)).isZero();
  }

  @Test
  void a_write_at_the_end_appends_and_one_within_replaces() throws IOException {
    write(0, "hello");
    write(5, " world");
    assertThat(text()).isEqualTo("hello world");
    write(1, "E");
    assertThat(text()).isEqualTo("hEllo world");
  }

  @Test
  void cutting_keeps_the_start() throws IOException {
    write(0, "hello world");
    store().truncate(INODE, 5);
    assertThat(text()).isEqualTo("hello");
  }

  @Test
  void a_removed_file_is_like_one_that_never_was() throws IOException {
    write(0, "hello world");
    store().remove(INODE);
    assertThat(store().size(INODE)).isZero();
    assertThat(store().readAt(INODE, 0, ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThat(store().allocatedBytes(INODE)).isZero();
    write(3, "x");
    assertThat(text()).isEqualTo("\0\0\0x");
  }

  @Test
  void a_gap_before_a_write_reads_as_zeros() throws IOException {
    write(1000, "test");
    assertThat(store().size(INODE)).isEqualTo(1004);
    assertThat(text()).isEqualTo("\0".repeat(1000) + "test");
  }

  @Test
  void a_read_ends_where_the_file_ends() throws IOException {
    write(0, "hello");
    ByteBuffer buffer = ByteBuffer.allocate(10);
    assertThat(store().readAt(INODE, 3, buffer)).isEqualTo(2);
    assertThat(buffer.position()).isEqualTo(2);
    assertThat(store().readAt(INODE, 5, buffer)).isEqualTo(-1);
    assertThat(store().readAt(INODE, Long.MAX_VALUE, buffer)).isEqualTo(-1);
    assertThat(store().readAt(INODE, 5, ByteBuffer.allocate(0))).isZero();
    assertThat(buffer.position()).isEqualTo(2);
  }

  @Test
  void growing_shows_zeros_also_after_a_cut() throws IOException {
    for (int size : new int[] {11, 3000, 50_000, 200_000}) {
      store().remove(INODE);
      store().writeAt(INODE, 0, ByteBuffer.wrap(random(size, 1)));
      store().truncate(INODE, size / 2);
      store().truncate(INODE, size + 10_000);
      byte[] expected = Arrays.copyOf(Arrays.copyOf(random(size, 1), size / 2), size + 10_000);
      assertThat(bytes()).as("%d bytes cut in half", size).isEqualTo(expected);
      store().truncate(INODE, size / 2);
      write(size + 5L, "x");
      expected = Arrays.copyOf(expected, size + 6);
      expected[size + 5] = 'x';
      assertThat(bytes()).as("%d bytes cut in half, written beyond", size).isEqualTo(expected);
    }
  }

  @Test
  void a_negative_position_is_refused() throws IOException {
    write(0, "hello");
    assertThatThrownBy(() -> store().readAt(INODE, -1, ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> write(-1, "x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> write(Long.MAX_VALUE, "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().truncate(INODE, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(text()).isEqualTo("hello");
  }

  @Test
  void an_empty_write_changes_nothing() throws IOException {
    write(500, "");
    assertThat(store().size(INODE)).isZero();
    write(0, "hello");
    write(500, "");
    assertThat(text()).isEqualTo("hello");
  }

  @Test
  void holes_take_no_space() throws IOException {
    store().truncate(INODE, 1L << 40);
    write(3L << 30, "far");
    write(5L << 30, "farther");
    assertThat(store().size(INODE)).isEqualTo(1L << 40);
    assertThat(store().allocatedBytes(INODE)).isLessThanOrEqualTo(2 << 16);
    ByteBuffer buffer = ByteBuffer.allocate(3);
    assertThat(store().readAt(INODE, 3L << 30, buffer)).isEqualTo(3);
    assertThat(buffer.array()).isEqualTo("far".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void appending_costs_what_is_appended() throws IOException {
    // 32 MiB in blocks of 4 KiB, in one binding: if each append copied the file, 128 GiB.
    ByteStore store = store();
    byte[] block = random(4096, 3);
    for (int i = 0; i < 8192; i++) {
      store.writeAt(INODE, i * 4096L, ByteBuffer.wrap(block));
    }
    assertThat(store.size(INODE)).isEqualTo(32 << 20);
    ByteBuffer last = ByteBuffer.allocate(4096);
    store.readAt(INODE, (32 << 20) - 4096, last);
    assertThat(last.array()).isEqualTo(block);
  }

  @Test
  void random_operations_agree_with_a_model() throws IOException {
    long seed = 20_24;
    Random random = new Random(seed);
    byte[] model = new byte[0];
    ByteStore store = store();
    for (int step = 0; step < 300; step++) {
      int at = random.nextInt(random.nextBoolean() ? 3_000 : 200_000);
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3 -> {
          byte[] bytes = random(1 + random.nextInt(9_000), step);
          store.writeAt(INODE, at, ByteBuffer.wrap(bytes));
          model = Arrays.copyOf(model, Math.max(model.length, at + bytes.length));
          System.arraycopy(bytes, 0, model, at, bytes.length);
        }
        case 4, 5, 6 -> {
          store.truncate(INODE, at);
          model = Arrays.copyOf(model, at);
        }
        default -> store = store();
      }
      ByteBuffer read = ByteBuffer.allocate(model.length);
      store.readAt(INODE, 0, read);
      assertThat(Arrays.mismatch(read.array(), model))
          .as("first wrong byte of %d; seed %d, step %d", model.length, seed, step)
          .isEqualTo(-1);
      assertThat(store.size(INODE)).as("seed %d, step %d", seed, step).isEqualTo(model.length);
    }
  }

  @Test
  void a_channel_reads_and_writes_one_file() throws IOException {
    ByteStore store = store();
    try (ByteStoreChannel writer = ByteStoreChannel.writer(store, INODE)) {
      assertThat(writer.write(ByteBuffer.wrap("hello ".getBytes(StandardCharsets.UTF_8))))
          .isEqualTo(6);
      writer.write(ByteBuffer.wrap("world!".getBytes(StandardCharsets.UTF_8)));
      writer.truncate(11).truncate(100);
      assertThat(writer.position()).isEqualTo(11);
      assertThat(writer.size()).isEqualTo(11);
      assertThatThrownBy(() -> writer.read(ByteBuffer.allocate(1)))
          .isInstanceOf(NonReadableChannelException.class);
    }
    ByteStoreChannel reader = ByteStoreChannel.reader(store, INODE);
    ByteBuffer buffer = ByteBuffer.allocate(20);
    assertThat(reader.position(6).read(buffer)).isEqualTo(5);
    assertThat(reader.read(buffer)).isEqualTo(-1);
    assertThat(new String(buffer.array(), 0, 5, StandardCharsets.UTF_8)).isEqualTo("world");
    assertThatThrownBy(() -> reader.write(buffer)).isInstanceOf(NonWritableChannelException.class);
    reader.close();
    assertThatThrownBy(reader::position).isInstanceOf(ClosedChannelException.class);
    ByteStoreChannel both = ByteStoreChannel.readerAndWriter(store, INODE);
    both.position(20).write(ByteBuffer.wrap(new byte[] {1}));
    assertThat(both.size()).isEqualTo(21);
    assertThat(both.position(20).read(ByteBuffer.allocate(9))).isEqualTo(1);
  }

  private void write(long position, String text) throws IOException {
    store().writeAt(INODE, position, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private String text() throws IOException {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private byte[] bytes() throws IOException {
    ByteStore store = store();
    ByteBuffer all = ByteBuffer.allocate((int) store.size(INODE));
    store.readAt(INODE, 0, all);
    assertThat(all.hasRemaining()).isFalse();
    return all.array();
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
