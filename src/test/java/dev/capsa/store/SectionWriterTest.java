package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/**
 * Writing within an object (S1 to S12). An empty write within the object is allowed at its end,
 * too, so that an object of no bytes can be written like others.
 */
class SectionWriterTest {
  private final byte[] target = new byte[10];
  private int finished;
  private int abandoned;

  private SectionWriter writer(int limit) {
    return new SectionWriter(
        new ObjectId(1),
        limit,
        new SectionWriter.Target() {
          @Override
          public void write(int offset, ByteBuffer source) throws IOException {
            if (offset == 7) {
              throw new IOException("broken at 7");
            }
            source.get(target, offset, source.remaining());
          }

          @Override
          public void finish() {
            finished++;
          }

          @Override
          public void abandon() {
            abandoned++;
          }
        });
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  @Test
  void writes_follow_each_other() throws IOException {
    SectionWriter writer = writer(10);
    assertThat(writer.write(bytes(1, 2))).isEqualTo(2);
    assertThat(writer.bytesWritten()).isEqualTo(2);
    assertThat(writer.write(new byte[] {3})).isEqualTo(1);
    assertThat(writer.bytesWritten()).isEqualTo(3);
    assertThat(writer.limit()).isEqualTo(10);
    assertThat(target).startsWith(1, 2, 3, 0);
  }

  @Test
  void a_write_past_the_limit_writes_nothing() {
    SectionWriter writer = writer(3);
    assertThatThrownBy(() -> writer.write(bytes(1, 2, 3, 4)))
        .isInstanceOf(WriteLimitExceededException.class)
        .hasMessageContaining("it has 3 bytes");
    assertThat(target).containsOnly(0);
    assertThat(writer.bytesWritten()).isZero();
  }

  @Test
  void a_write_up_to_the_limit_is_the_last() throws IOException {
    SectionWriter writer = writer(3);
    writer.write(bytes(1, 2, 3));
    assertThatThrownBy(() -> writer.write(bytes(4)))
        .isInstanceOf(WriteLimitExceededException.class);
    assertThat(target).startsWith(1, 2, 3, 0);
  }

  @Test
  void a_write_that_begins_inside_and_ends_outside_writes_nothing() throws IOException {
    SectionWriter writer = writer(3);
    writer.write(bytes(1, 2));
    assertThatThrownBy(() -> writer.write(bytes(3, 4)))
        .isInstanceOf(WriteLimitExceededException.class);
    assertThat(target).startsWith(1, 2, 0);
    assertThat(writer.bytesWritten()).isEqualTo(2);
    assertThat(writer.write(bytes(3))).isOne();
  }

  @Test
  void a_write_at_an_offset_does_not_move_the_position() throws IOException {
    SectionWriter writer = writer(10);
    writer.write(bytes(1));
    writer.writeAt(5, bytes(6, 7));
    assertThat(writer.bytesWritten()).isOne();
    writer.write(bytes(2));
    assertThat(target).startsWith(1, 2, 0, 0, 0, 6, 7, 0);
  }

  @Test
  void an_offset_at_or_past_the_limit_is_refused() {
    SectionWriter writer = writer(5);
    for (int offset : new int[] {5, 6, Integer.MAX_VALUE, -1}) {
      assertThatThrownBy(() -> writer.writeAt(offset, bytes(1)))
          .isInstanceOf(WriteLimitExceededException.class);
    }
    assertThatThrownBy(() -> writer.writeAt(4, bytes(1, 2)))
        .isInstanceOf(WriteLimitExceededException.class);
    assertThat(target).containsOnly(0);
  }

  @Test
  void nothing_can_be_written_anywhere_within_the_limit() throws IOException {
    SectionWriter writer = writer(5);
    assertThat(writer.write(bytes())).isZero();
    writer.writeAt(5, bytes());
    assertThatThrownBy(() -> writer.writeAt(6, bytes()))
        .isInstanceOf(WriteLimitExceededException.class);
  }

  @Test
  void an_object_of_no_bytes_takes_none() throws IOException {
    SectionWriter writer = writer(0);
    assertThat(writer.write(bytes())).isZero();
    assertThatThrownBy(() -> writer.write(bytes(1)))
        .isInstanceOf(WriteLimitExceededException.class);
  }

  @Test
  void a_failure_below_comes_through_and_moves_nothing() throws IOException {
    SectionWriter writer = writer(10);
    assertThatThrownBy(() -> writer.writeAt(7, bytes(1))).hasMessage("broken at 7");
    writer.write(new byte[7]);
    assertThatThrownBy(() -> writer.write(bytes(1))).hasMessage("broken at 7");
    assertThat(writer.bytesWritten()).isEqualTo(7);
  }

  @Test
  void closing_twice_finishes_once_and_ends_writing() throws IOException {
    SectionWriter writer = writer(10);
    writer.close();
    writer.close();
    writer.abandon();
    assertThat(finished).isOne();
    assertThat(abandoned).isZero();
    assertThatThrownBy(() -> writer.write(bytes(1))).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void an_abandoned_writer_finishes_nothing() throws IOException {
    SectionWriter writer = writer(10);
    writer.abandon();
    writer.close();
    assertThat(abandoned).isOne();
    assertThat(finished).isZero();
  }
}
