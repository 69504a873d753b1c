package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What the table has to be told of a segment. */
class SegmentTest {
  private static Segment written(Segment segment) {
    ByteBuffer entry = ByteBuffer.allocate(EntryLayout.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    segment.encode(entry);
    segment.wasWritten();
    return Segment.decode(segment.number, entry.clear());
  }

  private static Segment meta(int number) {
    Segment segment = new Segment(number, Geometry.startOf(number));
    segment.assign(SegmentKind.META, Geometry.PAGE_BYTES);
    return segment;
  }

  @Test
  void a_new_segment_of_state_is_new_until_the_table_has_it() {
    Segment segment = meta(7);
    assertThat(segment.isNewMeta()).isTrue();
    Segment read = written(segment);
    assertThat(segment.isNewMeta()).isFalse();
    assertThat(read.isNewMeta()).isFalse();
  }

  @Test
  void a_segment_of_state_that_is_at_another_place_than_before_is_new() {
    Segment segment = meta(7);
    Segment read = written(segment);
    for (Segment each : new Segment[] {segment, read}) {
      each.physicalOffset = Geometry.startOf(9);
      each.assign(SegmentKind.META, Geometry.PAGE_BYTES);
      assertThat(each.isNewMeta()).as("the table says that it is at the place of 7").isTrue();
      assertThat(written(each).physicalOffset).isEqualTo(Geometry.startOf(9));
      assertThat(each.isNewMeta()).isFalse();
    }
  }

  @Test
  void a_segment_that_is_drained_is_so_for_some_commits_and_until_it_is_taken_again() {
    Segment segment = new Segment(7, Geometry.startOf(7));
    segment.drainUntil(20);
    assertThat(segment.isDrained(19)).isTrue();
    assertThat(segment.isDrained(20)).isFalse();
    segment.take(Geometry.startOf(9), 12);
    assertThat(segment.isDrained(13)).as("pages of state must find room in it").isFalse();
    assertThat(segment.takenAt()).isEqualTo(12);
    assertThat(segment.physicalOffset).isEqualTo(Geometry.startOf(9));
  }
}
