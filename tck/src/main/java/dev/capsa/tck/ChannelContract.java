package dev.capsa.tck;

import static dev.capsa.tck.Capability.FILE_CHANNELS;
import static dev.capsa.tck.Capability.MAPS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Open files: {@code SeekableByteChannel} and {@code FileChannel}. */
@Needs({WRITING, FILE_CHANNELS})
public abstract class ChannelContract extends Contract {
  protected ChannelContract(Subject subject) {
    super(subject);
  }

  private FileChannel open(String content, OpenOption... options) throws IOException {
    return channel(file("f", content), options);
  }

  private static String read(FileChannel channel, long position, int most) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(most);
    int count = channel.read(buffer, position);
    assertThat(buffer.position()).isEqualTo(Math.max(0, count));
    return new String(buffer.array(), 0, buffer.position(), UTF_8);
  }

  @Statement(48)
  @Test
  void reading_and_writing_move_the_position() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      ByteBuffer four = ByteBuffer.allocate(4);
      assertThat(channel.read(four)).isEqualTo(4);
      assertThat(channel.position()).isEqualTo(4);
      assertThat(channel.write(bytes("AB"))).isEqualTo(2);
      assertThat(channel.position()).isEqualTo(6);
      assertThat(channel.size()).isEqualTo(10);
      assertThat(channel.position(8)).isSameAs(channel);
      assertThat(channel.read(four.clear())).isEqualTo(2);
      assertThat(channel.read(four.clear())).isEqualTo(-1);
      assertThat(channel.position()).isEqualTo(10);
      assertThat(read(channel, 0, 20)).isEqualTo("0123AB6789");
    }
  }

  @Statement(48)
  @Test
  void a_position_past_the_end_reads_nothing_and_changes_nothing() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE)) {
      channel.position(100);
      assertThat(channel.position()).isEqualTo(100);
      assertThat(channel.size()).isEqualTo(3);
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(channel.position()).isEqualTo(100);
      channel.position(1L << 42);
      assertThat(channel.position()).isEqualTo(1L << 42);
    }
  }

  @Statement(48)
  @Test
  void writing_past_the_end_leaves_zeros() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE)) {
      channel.position(5).write(bytes("x"));
      assertThat(read(channel, 0, 20)).isEqualTo("abc\0\0x");
      channel.write(bytes("y"), 8);
      assertThat(channel.position()).isEqualTo(6);
      assertThat(read(channel, 0, 20)).isEqualTo("abc\0\0x\0\0y");
    }
  }

  @Statement(48)
  @Test
  void an_empty_write_past_the_end_does_not_grow_the_file() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE)) {
      assertThat(channel.position(10).write(ByteBuffer.allocate(0))).isZero();
      assertThat(channel.write(ByteBuffer.allocate(0), 20)).isZero();
      assertThat(channel.size()).isEqualTo(3);
    }
  }

  @Statement(49)
  @Test
  void bytes_cut_off_do_not_come_back() throws IOException {
    try (FileChannel channel = open("abcdefgh", READ, WRITE)) {
      channel.truncate(2);
      channel.write(bytes("x"), 6);
      assertThat(read(channel, 0, 20)).isEqualTo("ab\0\0\0\0x");
    }
  }

  @Statement({48, 49, 54})
  @Test
  void negative_positions_are_refused() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE)) {
      refused(IllegalArgumentException.class, () -> channel.position(-1));
      refused(IllegalArgumentException.class, () -> channel.truncate(-1));
      refused(IllegalArgumentException.class, () -> channel.read(ByteBuffer.allocate(1), -1));
      refused(IllegalArgumentException.class, () -> channel.write(bytes("x"), -1));
      WritableByteChannel out = Channels.newChannel(new ByteArrayOutputStream());
      refused(IllegalArgumentException.class, () -> channel.transferTo(-1, 1, out));
      refused(IllegalArgumentException.class, () -> channel.transferTo(0, -1, out));
      ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(new byte[1]));
      refused(IllegalArgumentException.class, () -> channel.transferFrom(in, -1, 1));
      refused(IllegalArgumentException.class, () -> channel.transferFrom(in, 0, -1));
      refused(IllegalArgumentException.class, () -> channel.map(MapMode.READ_ONLY, -1, 1));
      refused(IllegalArgumentException.class, () -> channel.map(MapMode.READ_ONLY, 0, -1));
      refused(
          IllegalArgumentException.class, () -> channel.map(MapMode.READ_ONLY, Long.MAX_VALUE, 1));
      assertThat(channel.position()).isZero();
    }
  }

  @Statement(49)
  @Test
  void truncating_cuts_and_pulls_the_position_back() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      channel.position(8);
      assertThat(channel.truncate(5)).isSameAs(channel);
      assertThat(channel.size()).isEqualTo(5);
      assertThat(channel.position()).isEqualTo(5);
      channel.position(2).truncate(4);
      assertThat(channel.position()).isEqualTo(2);
    }
  }

  @Statement(49)
  @Test
  void truncating_to_more_than_there_is_moves_the_position_alone() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      channel.position(100).truncate(50);
      assertThat(channel.size()).isEqualTo(10);
      assertThat(channel.position()).isEqualTo(50);
    }
  }

  @Statement(50)
  @Test
  void a_channel_does_what_it_was_opened_for() throws IOException {
    try (FileChannel reader = open("abc", READ)) {
      refused(NonWritableChannelException.class, () -> reader.write(bytes("x")));
      refused(NonWritableChannelException.class, () -> reader.write(bytes("x"), 0));
      refused(NonWritableChannelException.class, () -> reader.write(new ByteBuffer[] {bytes("x")}));
      refused(NonWritableChannelException.class, () -> reader.truncate(1));
      refused(NonWritableChannelException.class, () -> reader.truncate(100));
      ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(new byte[1]));
      refused(NonWritableChannelException.class, () -> reader.transferFrom(in, 0, 1));
    }
    try (FileChannel writer = channel(at("f"), WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      refused(NonReadableChannelException.class, () -> writer.read(one));
      refused(NonReadableChannelException.class, () -> writer.read(one, 0));
      refused(NonReadableChannelException.class, () -> writer.read(new ByteBuffer[] {one}));
      WritableByteChannel out = Channels.newChannel(new ByteArrayOutputStream());
      refused(NonReadableChannelException.class, () -> writer.transferTo(0, 1, out));
      refused(NonReadableChannelException.class, () -> writer.map(MapMode.READ_ONLY, 0, 1));
    }
    try (FileChannel appender = channel(at("f"), APPEND)) {
      refused(NonReadableChannelException.class, () -> appender.read(ByteBuffer.allocate(1)));
    }
  }

  @Statement(49)
  @Test
  void a_closed_channel_does_nothing() throws IOException {
    FileChannel channel = open("abc", READ, WRITE);
    channel.close();
    channel.close();
    assertThat(channel.isOpen()).isFalse();
    ByteBuffer one = ByteBuffer.allocate(1);
    refused(ClosedChannelException.class, () -> channel.read(one));
    refused(ClosedChannelException.class, () -> channel.read(one, 0));
    refused(ClosedChannelException.class, () -> channel.read(new ByteBuffer[] {one}));
    refused(ClosedChannelException.class, () -> channel.write(bytes("x")));
    refused(ClosedChannelException.class, () -> channel.write(bytes("x"), 0));
    refused(ClosedChannelException.class, () -> channel.write(new ByteBuffer[] {one}));
    refused(ClosedChannelException.class, channel::position);
    refused(ClosedChannelException.class, () -> channel.position(0));
    refused(ClosedChannelException.class, channel::size);
    refused(ClosedChannelException.class, () -> channel.truncate(0));
    refused(ClosedChannelException.class, () -> channel.force(true));
    WritableByteChannel out = Channels.newChannel(new ByteArrayOutputStream());
    refused(ClosedChannelException.class, () -> channel.transferTo(0, 1, out));
    ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(new byte[1]));
    refused(ClosedChannelException.class, () -> channel.transferFrom(in, 0, 1));
    refused(ClosedChannelException.class, channel::lock);
    refused(ClosedChannelException.class, channel::tryLock);
  }

  @Statement(49)
  @Test
  void closed_is_told_before_anything_else() throws IOException {
    FileChannel channel = open("abc", READ);
    channel.close();
    refused(ClosedChannelException.class, () -> channel.truncate(-1));
    refused(ClosedChannelException.class, () -> channel.position(-1));
    refused(ClosedChannelException.class, () -> channel.write(bytes("x")));
  }

  @Statement(52)
  @Test
  void a_buffer_without_room_reads_zero_bytes() throws IOException {
    try (FileChannel channel = open("abc", READ)) {
      assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
      assertThat(channel.position()).isZero();
    }
  }

  @Statement(52)
  @Test
  void a_read_only_buffer_cannot_be_read_into() throws IOException {
    try (FileChannel channel = open("abc", READ)) {
      ByteBuffer constant = ByteBuffer.allocate(2).asReadOnlyBuffer();
      refused(IllegalArgumentException.class, () -> channel.read(constant));
      refused(IllegalArgumentException.class, () -> channel.read(constant, 0));
      assertThat(channel.position()).isZero();
    }
  }

  @Statement(27)
  @Test
  void null_is_refused() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE)) {
      refused(NullPointerException.class, () -> channel.read((ByteBuffer) null));
      refused(NullPointerException.class, () -> channel.read(null, 0L));
      refused(NullPointerException.class, () -> channel.write((ByteBuffer) null));
      refused(NullPointerException.class, () -> channel.write(null, 0L));
      refused(NullPointerException.class, () -> channel.transferTo(0, 1, null));
      refused(NullPointerException.class, () -> channel.transferFrom(null, 0, 1));
      refused(NullPointerException.class, () -> channel.map(null, 0, 1));
    }
  }

  @Statement({27, 52})
  @Test
  void a_buffer_that_will_not_do_is_refused_before_others_are_touched() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      ByteBuffer room = ByteBuffer.allocate(2);
      ByteBuffer constant = ByteBuffer.allocate(2).asReadOnlyBuffer();
      refused(NullPointerException.class, () -> channel.read(new ByteBuffer[] {room, null}));
      refused(
          IllegalArgumentException.class, () -> channel.read(new ByteBuffer[] {room, constant}));
      assertThat(room.position()).isZero();
      ByteBuffer some = bytes("ab");
      refused(NullPointerException.class, () -> channel.write(new ByteBuffer[] {some, null}));
      assertThat(some.position()).isZero();
      assertThat(channel.position()).isZero();
    }
  }

  @Statement(48)
  @Test
  void buffers_of_every_kind_are_filled_and_emptied() throws IOException {
    try (FileChannel channel = open("", READ, WRITE)) {
      ByteBuffer direct = ByteBuffer.allocateDirect(8).put(bytes("01234567")).flip();
      direct.position(2).limit(6);
      assertThat(channel.write(direct)).isEqualTo(4);
      assertThat(direct.position()).isEqualTo(6);
      channel.write(bytes("abcdef").asReadOnlyBuffer().position(1).slice());
      assertThat(read(channel, 0, 20)).isEqualTo("2345bcdef");
      ByteBuffer part = ByteBuffer.allocateDirect(10).position(3).limit(5);
      assertThat(channel.read(part, 1)).isEqualTo(2);
      assertThat(part.position()).isEqualTo(5);
      assertThat(part.get(3)).isEqualTo((byte) '3');
      ByteBuffer sliced = ByteBuffer.allocate(10).position(4).slice().limit(3);
      assertThat(channel.read(sliced, 6)).isEqualTo(3);
      assertThat(sliced.array()[4]).isEqualTo((byte) 'd');
    }
  }

  @Statement(48)
  @Test
  void buffers_are_filled_one_after_the_other() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      ByteBuffer[] buffers = {
        ByteBuffer.allocate(2),
        ByteBuffer.allocate(0),
        ByteBuffer.allocate(3),
        ByteBuffer.allocate(9)
      };
      assertThat(channel.read(buffers, 0, 3)).isEqualTo(5);
      assertThat(buffers[2].flip()).isEqualTo(bytes("234"));
      assertThat(channel.position()).isEqualTo(5);
      assertThat(channel.read(buffers, 3, 1)).isEqualTo(5);
      assertThat(channel.read(buffers, 3, 1)).isEqualTo(-1);
      thrown(IndexOutOfBoundsException.class, () -> channel.read(buffers, 3, 2));
      thrown(IndexOutOfBoundsException.class, () -> channel.read(buffers, -1, 1));
    }
  }

  @Statement({48, 51})
  @Test
  void buffers_are_written_one_after_the_other() throws IOException {
    try (FileChannel channel = open("..........", READ, WRITE)) {
      ByteBuffer[] buffers = {bytes("ab"), bytes(""), bytes("cde"), bytes("f")};
      channel.position(1);
      assertThat(channel.write(buffers, 0, 3)).isEqualTo(5);
      assertThat(channel.position()).isEqualTo(6);
      assertThat(buffers[2].hasRemaining()).isFalse();
      assertThat(buffers[3].remaining()).isEqualTo(1);
      assertThat(read(channel, 0, 20)).isEqualTo(".abcde....");
      thrown(IndexOutOfBoundsException.class, () -> channel.write(buffers, 4, 1));
    }
    try (FileChannel appender = channel(at("f"), APPEND)) {
      assertThat(appender.write(new ByteBuffer[] {bytes("x"), bytes("yz")})).isEqualTo(3);
    }
    assertThat(content(at("f"))).isEqualTo(".abcde....xyz");
  }

  @Statement(48)
  @Test
  void buffers_outside_the_range_are_left_alone() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      ByteBuffer[] given = {bytes("ab"), bytes("cd"), bytes("ef"), bytes("gh")};
      assertThat(channel.write(given, 1, 2)).isEqualTo(4);
      assertThat(given).extracting(ByteBuffer::remaining).containsExactly(2, 0, 0, 2);
      assertThat(read(channel, 0, 20)).isEqualTo("cdef456789");
      ByteBuffer[] filled = {
        ByteBuffer.allocate(2), ByteBuffer.allocate(3), ByteBuffer.allocate(4)
      };
      assertThat(channel.read(filled, 1, 1)).isEqualTo(3);
      assertThat(filled).extracting(ByteBuffer::position).containsExactly(0, 3, 0);
      assertThat(channel.position()).isEqualTo(7);
    }
  }

  @Statement(51)
  @Test
  void appending_goes_to_the_end_whatever_the_position() throws IOException {
    try (FileChannel channel = open("abc", APPEND)) {
      channel.position(0);
      channel.write(bytes("d"));
      try (FileChannel other = channel(at("f"), WRITE)) {
        other.write(bytes("EF"), 4);
      }
      channel.position(1).write(bytes("g"));
      assertThat(channel.position()).isEqualTo(7);
      assertThat(channel.size()).isEqualTo(7);
    }
    assertThat(content(at("f"))).isEqualTo("abcdEFg");
  }

  @Statement(51)
  @Test
  void appending_at_a_place_goes_to_the_end_too() throws IOException {
    try (FileChannel channel = open("abc", APPEND)) {
      assertThat(channel.write(bytes("de"), 1)).isEqualTo(2);
      assertThat(channel.size()).isEqualTo(5);
    }
    assertThat(content(at("f"))).isEqualTo("abcde");
  }

  @Statement(51)
  @Test
  void appenders_do_not_overwrite_each_other() throws Exception {
    Path file = file("f", "");
    int each = 200;
    inThreads(
        4,
        () -> {
          try (FileChannel channel = channel(file, APPEND)) {
            for (int i = 0; i < each; i++) {
              channel.write(bytes("0123456789"));
            }
            return null;
          }
        });
    assertThat(content(file)).isEqualTo("0123456789".repeat(4 * each));
  }

  @Statement({16, 48})
  @Test
  void threads_share_the_position_of_a_channel() throws Exception {
    try (FileChannel channel = open("", READ, WRITE)) {
      CyclicBarrier together = new CyclicBarrier(4);
      inThreads(
          4,
          () -> {
            together.await();
            for (int i = 0; i < 1000; i++) {
              channel.write(bytes("0123456789"));
            }
            return null;
          });
      assertThat(channel.position()).isEqualTo(40_000);
      assertThat(read(channel, 0, 50_000)).isEqualTo("0123456789".repeat(4000));
    }
  }

  @Statement(52)
  @Test
  void reading_at_a_place_leaves_the_position() throws IOException {
    try (FileChannel channel = open("0123456789", READ)) {
      channel.position(3);
      assertThat(read(channel, 5, 3)).isEqualTo("567");
      assertThat(channel.position()).isEqualTo(3);
      assertThat(channel.read(ByteBuffer.allocate(1), 10)).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(1), 1L << 42)).isEqualTo(-1);
    }
  }

  @Statement(31)
  @Test
  void a_write_is_seen_at_once_by_everybody() throws IOException {
    try (FileChannel writer = open("abc", WRITE);
        FileChannel reader = channel(at("f"), READ)) {
      writer.write(bytes("XY"), 2);
      assertThat(reader.size()).isEqualTo(4);
      assertThat(read(reader, 0, 9)).isEqualTo("abXY");
      assertThat(Files.size(at("f"))).isEqualTo(4);
      assertThat(content(at("f"))).isEqualTo("abXY");
      writer.truncate(1);
      assertThat(Files.size(at("f"))).isEqualTo(1);
      assertThat(read(reader, 0, 9)).isEqualTo("a");
    }
  }

  @Statement(53)
  @Test
  void transferTo_copies_and_leaves_the_position() throws IOException {
    try (FileChannel channel = open("0123456789", READ)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      WritableByteChannel target = Channels.newChannel(out);
      channel.position(1);
      assertThat(channel.transferTo(2, 3, target)).isEqualTo(3);
      assertThat(channel.transferTo(8, 100, target)).isEqualTo(2);
      assertThat(channel.transferTo(10, 1, target)).isZero();
      assertThat(channel.transferTo(1000, 1, target)).isZero();
      assertThat(channel.transferTo(0, 0, target)).isZero();
      assertThat(out.toString(UTF_8)).isEqualTo("23489");
      assertThat(channel.position()).isEqualTo(1);
    }
  }

  @Statement(53)
  @Test
  void transferFrom_copies_and_leaves_the_position() throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      channel.position(1);
      ReadableByteChannel in =
          Channels.newChannel(new ByteArrayInputStream("abcd".getBytes(UTF_8)));
      assertThat(channel.transferFrom(in, 2, 3)).isEqualTo(3);
      assertThat(channel.transferFrom(in, 10, 100)).isEqualTo(1);
      assertThat(channel.transferFrom(in, 0, 5)).isZero();
      assertThat(read(channel, 0, 20)).isEqualTo("01abc56789d");
      assertThat(channel.position()).isEqualTo(1);
    }
  }

  /** Takes up to three bytes at a time. */
  private static final class SlowTarget implements WritableByteChannel {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public int write(ByteBuffer src) {
      int count = Math.min(3, src.remaining());
      for (int i = 0; i < count; i++) {
        taken.write(src.get());
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Statement(53)
  @Test
  void transferTo_tells_what_the_target_took() throws IOException {
    try (FileChannel channel = open("0123456789", READ)) {
      SlowTarget target = new SlowTarget();
      long all = 0;
      while (all < 10) {
        long count = channel.transferTo(all, 10 - all, target);
        assertThat(count).isPositive();
        all += count;
        assertThat(all).isEqualTo(target.taken.size());
      }
      assertThat(target.taken.toString(UTF_8)).isEqualTo("0123456789");
    }
  }

  @Statement(53)
  @ParameterizedTest
  @ValueSource(ints = {1, 8191, 8193, 1_048_577, 2_500_000})
  void transferFrom_takes_no_more_than_it_is_asked_for(int count) throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(count).nextBytes(content);
    ByteArrayInputStream in = new ByteArrayInputStream(content);
    try (FileChannel channel = open("", READ, WRITE)) {
      assertThat(channel.transferFrom(Channels.newChannel(in), 0, count)).isEqualTo(count);
      assertThat(in.available()).isEqualTo(content.length - count);
      assertThat(channel.size()).isEqualTo(count);
    }
    assertThat(Files.readAllBytes(at("f"))).isEqualTo(Arrays.copyOf(content, count));
  }

  @Statement(53)
  @Test
  void transfers_that_fail_midway_tell_what_was_transferred() throws IOException {
    InputStream failing =
        new InputStream() {
          private int left = 4;

          @Override
          public int read() throws IOException {
            if (left == 0) {
              throw new IOException("no more");
            }
            left--;
            return 'x';
          }
        };
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      assertThat(channel.transferFrom(Channels.newChannel(failing), 1, 8)).isEqualTo(4);
      assertThat(read(channel, 0, 20)).isEqualTo("0xxxx56789");
    }
  }

  @Statement(53)
  @Test
  void transferFrom_past_the_end_does_as_the_release_says() throws IOException {
    boolean grows = Runtime.version().feature() >= 21;
    try (FileChannel channel = open("abc", READ, WRITE)) {
      ReadableByteChannel in = Channels.newChannel(new ByteArrayInputStream(new byte[] {'x'}));
      assertThat(channel.transferFrom(in, 5, 1)).isEqualTo(grows ? 1 : 0);
      assertThat(read(channel, 0, 9)).isEqualTo(grows ? "abc\0\0x" : "abc");
    }
  }

  @Statement(53)
  @Test
  void transfers_between_files_move_the_other_position_alone() throws IOException {
    file("g", "abcdef");
    try (FileChannel source = open("0123456789", READ);
        FileChannel target = channel(at("g"), READ, WRITE)) {
      assertThat(source.transferTo(4, 2, target)).isEqualTo(2);
      assertThat(target.position()).isEqualTo(2);
      source.position(7);
      assertThat(target.transferFrom(source, 3, 10)).isEqualTo(3);
      assertThat(source.position()).isEqualTo(10);
      assertThat(read(target, 0, 20)).isEqualTo("45c789");
    }
  }

  @Statement({50, 53})
  @Test
  void transfers_need_the_other_end_open_and_right() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE);
        FileChannel reader = channel(at("f"), READ);
        FileChannel writer = channel(at("f"), WRITE)) {
      refused(NonWritableChannelException.class, () -> channel.transferTo(0, 1, reader));
      refused(NonReadableChannelException.class, () -> channel.transferFrom(writer, 0, 1));
      FileChannel closed = channel(at("f"), READ, WRITE);
      closed.close();
      refused(ClosedChannelException.class, () -> channel.transferTo(0, 1, closed));
      refused(ClosedChannelException.class, () -> channel.transferFrom(closed, 0, 1));
    }
  }

  @Statement(54)
  @Test
  void mapping_to_write_needs_a_writable_channel() throws IOException {
    try (FileChannel channel = open("abc", READ)) {
      refused(NonWritableChannelException.class, () -> channel.map(MapMode.READ_WRITE, 0, 1));
      refused(NonWritableChannelException.class, () -> channel.map(MapMode.PRIVATE, 0, 1));
    }
  }

  @Statement(57)
  @Test
  void force_works_on_readers_and_writers() throws IOException {
    try (FileChannel writer = open("abc", READ, WRITE);
        FileChannel reader = channel(at("f"), READ)) {
      writer.write(bytes("x"));
      writer.force(false);
      writer.force(true);
      reader.force(true);
      assertThat(content(at("f"))).isEqualTo("xbc");
    }
  }

  @Statement(60)
  @Test
  void a_deleted_file_stays_usable_while_it_is_open() throws IOException {
    Path file = file("f", "old");
    try (FileChannel channel = channel(file, READ, WRITE)) {
      Files.delete(file);
      assertThat(Files.exists(file)).isFalse();
      channel.write(bytes("er"), 3);
      assertThat(read(channel, 0, 9)).isEqualTo("older");
      file("f", "another");
      assertThat(read(channel, 0, 9)).isEqualTo("older");
      assertThat(content(file)).isEqualTo("another");
    }
    assertThat(content(file)).isEqualTo("another");
  }

  @Statement(60)
  @Test
  void a_replaced_file_stays_usable_while_it_is_open() throws IOException {
    Path file = file("f", "old");
    Path other = file("g", "new");
    try (FileChannel channel = channel(file, READ, WRITE)) {
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      channel.write(bytes("er"), 3);
      assertThat(read(channel, 0, 9)).isEqualTo("older");
    }
    assertThat(content(file)).isEqualTo("new");
  }

  @Statement(60)
  @Test
  void a_moved_file_stays_usable_while_it_is_open() throws IOException {
    Path file = file("f", "old");
    try (FileChannel channel = channel(file, READ, WRITE)) {
      Files.move(file, at("g"));
      channel.write(bytes("er"), 3);
    }
    assertThat(content(at("g"))).isEqualTo("older");
    assertThat(isThere(file)).isFalse();
  }

  @Statement({48, 49, 52})
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void random_reads_and_writes_agree_with_an_array(int seed) throws IOException {
    Random random = new Random(seed);
    byte[] model = new byte[0];
    try (FileChannel channel = open("", READ, WRITE)) {
      for (int step = 0; step < 150; step++) {
        int position = random.nextInt(random.nextInt(200_000) + 1);
        byte[] some = new byte[random.nextInt(random.nextInt(30_000) + 1)];
        random.nextBytes(some);
        switch (random.nextInt(3)) {
          case 0 -> {
            channel.write(ByteBuffer.wrap(some), position);
            int end = some.length == 0 ? 0 : position + some.length;
            model = Arrays.copyOf(model, Math.max(model.length, end));
            System.arraycopy(some, 0, model, Math.min(position, model.length), some.length);
          }
          case 1 -> {
            channel.truncate(position);
            model = Arrays.copyOf(model, Math.min(model.length, position));
          }
          default -> {
            ByteBuffer read = ByteBuffer.wrap(some);
            while (read.hasRemaining() && channel.read(read, position + read.position()) > 0) {
              // Reads on.
            }
            int from = Math.min(position, model.length);
            int to = Math.min(position + some.length, model.length);
            assertThat(Arrays.copyOf(some, read.position()))
                .as("seed %d step %d", seed, step)
                .isEqualTo(Arrays.copyOfRange(model, from, to));
          }
        }
        assertThat(channel.size()).as("seed %d step %d", seed, step).isEqualTo(model.length);
      }
    }
    assertThat(Files.readAllBytes(at("f"))).as("seed %d", seed).isEqualTo(model);
  }

  @Statement(56)
  @Test
  void an_interrupt_closes_the_channel_and_nothing_else() throws Exception {
    Path file = file("f", "content");
    FileChannel interrupted = channel(file, READ, WRITE);
    try (FileChannel other = channel(file, READ, WRITE)) {
      AtomicReference<Object> outcome = new AtomicReference<>();
      Thread thread =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                try {
                  outcome.set(interrupted.read(ByteBuffer.allocate(3)));
                } catch (IOException e) {
                  outcome.set(e);
                }
                if (!Thread.interrupted()) {
                  outcome.set("the interrupt is lost");
                }
              });
      thread.start();
      thread.join();
      assertThat(outcome.get()).isExactlyInstanceOf(ClosedByInterruptException.class);
      assertThat(interrupted.isOpen()).isFalse();
      assertThat(other.isOpen()).isTrue();
      assertThat(read(other, 0, 9)).isEqualTo("content");
      other.write(bytes("C"), 0);
      other.force(true);
    }
    assertThat(content(file)).isEqualTo("Content");
    assertThat(names(dir)).containsExactly("f");
  }

  @Statement(56)
  @Test
  void an_interrupted_write_closes_its_channel_alone() throws Exception {
    Path file = file("f", "content");
    FileChannel interrupted = channel(file, WRITE);
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              try {
                interrupted.write(bytes("x"), 100);
              } catch (IOException e) {
                outcome.set(e);
              }
            });
    thread.start();
    thread.join();
    assertThat(outcome.get()).isExactlyInstanceOf(ClosedByInterruptException.class);
    assertThat(interrupted.isOpen()).isFalse();
    Files.write(file, new byte[2], WRITE, CREATE);
  }

  @Statement(31)
  @Test
  void newFileChannel_and_newByteChannel_see_the_same_file() throws IOException {
    Path file = file("f", "abc");
    try (SeekableByteChannel simple = Files.newByteChannel(file, WRITE);
        FileChannel full = fs.provider().newFileChannel(file, Set.of(READ))) {
      simple.write(bytes("X"));
      assertThat(read(full, 0, 9)).isEqualTo("Xbc");
      assertThat(simple.position()).isEqualTo(1);
      assertThat(full.position()).isZero();
    }
  }

  @Statement({48, 52})
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 6, 7, 8, 511, 4095, 4096, 4097, 65_535, 65_536, 100_000, 1_048_577})
  void a_write_at_a_place_reads_back(long position) throws IOException {
    try (FileChannel channel = open("content", READ, WRITE)) {
      assertThat(channel.write(bytes("XYZ"), position)).isEqualTo(3);
      assertThat(channel.position()).isZero();
      assertThat(channel.size()).isEqualTo(Math.max(7, position + 3));
      assertThat(read(channel, position, 3)).isEqualTo("XYZ");
      if (position > 8) {
        assertThat(read(channel, position - 1, 1)).isEqualTo("\0");
        assertThat(read(channel, 0, 7)).isEqualTo("content");
      }
    }
  }

  @Statement(49)
  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "3,0,0",
    "3,2,2",
    "3,5,3",
    "10,5,5",
    "10,10,10",
    "10,20,10",
    "20,10,10",
    "20,15,15",
    "20,30,20"
  })
  void truncating_moves_the_position_back_to_the_size(long position, long size, long then)
      throws IOException {
    try (FileChannel channel = open("0123456789", READ, WRITE)) {
      channel.position(position).truncate(size);
      assertThat(channel.position()).isEqualTo(then);
      assertThat(channel.size()).isEqualTo(Math.min(size, 10));
    }
  }

  @Statement(53)
  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "0,7", "0,100", "3,2", "3,100", "6,1", "7,1", "8,1", "1000000,5"})
  void transferTo_gives_what_there_is(long position, long count) throws IOException {
    try (FileChannel channel = open("content", READ)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      long expected = Math.max(0, Math.min(count, 7 - position));
      assertThat(channel.transferTo(position, count, Channels.newChannel(out))).isEqualTo(expected);
      int from = (int) Math.min(position, 7);
      assertThat(out.toString(UTF_8)).isEqualTo("content".substring(from, from + (int) expected));
      assertThat(channel.position()).isZero();
    }
  }

  @Statement(54)
  @Needs(MAPS)
  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "0,100000", "1,10", "4095,2", "4096,4096", "4097,5", "99999,1"})
  void a_mapping_has_the_bytes_of_the_file(int position, int size) throws IOException {
    byte[] content = new byte[100_000];
    new Random(7).nextBytes(content);
    Files.write(at("f"), content);
    try (FileChannel channel = channel(at("f"), READ)) {
      ByteBuffer mapped = channel.map(MapMode.READ_ONLY, position, size);
      assertThat(mapped.capacity()).isEqualTo(size);
      assertThat(mapped.isReadOnly()).isTrue();
      byte[] read = new byte[size];
      mapped.get(read);
      assertThat(read).isEqualTo(Arrays.copyOfRange(content, position, position + size));
    }
  }

  @Statement(54)
  @Needs(MAPS)
  @ParameterizedTest
  @ValueSource(ints = {1, 3000, 100_000})
  void a_mapping_outlives_its_channel(int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.write(at("f"), content);
    ByteBuffer mapped;
    try (FileChannel channel = channel(at("f"), READ)) {
      mapped = channel.map(MapMode.READ_ONLY, 0, size);
      assertThat(channel.position()).isZero();
    }
    Files.delete(at("f"));
    byte[] read = new byte[size];
    mapped.get(read);
    assertThat(read).isEqualTo(content);
  }

  @Statement(54)
  @Needs(MAPS)
  @ParameterizedTest
  @ValueSource(ints = {1, 3000, 100_000})
  void a_private_mapping_changes_no_file(int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.write(at("f"), content);
    try (FileChannel channel = channel(at("f"), READ, WRITE)) {
      ByteBuffer mapped = channel.map(MapMode.PRIVATE, 0, size);
      assertThat(mapped.isReadOnly()).isFalse();
      for (int i = 0; i < size; i++) {
        assertThat(mapped.get(i)).isEqualTo(content[i]);
        mapped.put(i, (byte) ~content[i]);
        assertThat(mapped.get(i)).isEqualTo((byte) ~content[i]);
      }
    }
    assertThat(Files.readAllBytes(at("f"))).isEqualTo(content);
  }

  @Statement(54)
  @Needs(MAPS)
  @Test
  void a_mapping_ends_with_the_file_or_makes_it_longer() throws IOException {
    try (FileChannel channel = open("abc", READ)) {
      Assertions.assertThatThrownBy(() -> channel.map(MapMode.READ_ONLY, 2, 2))
          .isInstanceOf(IOException.class);
      assertThat(channel.size()).isEqualTo(3);
    }
    try (FileChannel channel = channel(at("f"), READ, WRITE)) {
      ByteBuffer mapped = channel.map(MapMode.READ_ONLY, 2, 2);
      assertThat(mapped.get(0)).isEqualTo((byte) 'c');
      assertThat(mapped.get(1)).isZero();
      assertThat(channel.size()).isEqualTo(4);
    }
  }

  @Statement(54)
  @Needs(MAPS)
  @Test
  void a_mapping_has_less_than_2_GiB() throws IOException {
    try (FileChannel channel = open("abc", READ, WRITE)) {
      refused(IllegalArgumentException.class, () -> channel.map(MapMode.READ_ONLY, 0, 1L << 31));
      assertThat(channel.size()).isEqualTo(3);
    }
  }

  @Statement(57)
  @Test
  void force_works_on_a_directory() throws IOException {
    try (FileChannel channel = channel(dir, READ)) {
      channel.force(true);
      channel.force(false);
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Statement(58)
  @ParameterizedTest
  @CsvSource({"SYNC,1", "SYNC,100000", "DSYNC,1", "DSYNC,100000"})
  void what_is_written_synchronously_is_there(StandardOpenOption option, int size)
      throws IOException {
    try (FileChannel channel = channel(at("f"), CREATE, WRITE, option)) {
      assertThat(channel.write(ByteBuffer.allocate(size))).isEqualTo(size);
      assertThat(Files.size(at("f"))).isEqualTo(size);
    }
  }
}
