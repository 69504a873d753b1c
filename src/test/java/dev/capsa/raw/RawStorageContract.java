package dev.capsa.raw;

import static dev.capsa.raw.RawStorage.SEGMENT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link RawStorage} promises, statement by statement, for every medium there is. */
abstract class RawStorageContract {
  static final int PAGE = 4096;

  RawStorage medium;

  /** An empty medium. */
  abstract RawStorage create() throws IOException;

  /** Closes the medium and opens it again. */
  abstract RawStorage reopen(RawStorage closing) throws IOException;

  /** What a caller gets who breaks the rules. */
  Class<? extends Throwable> misuse() {
    return IllegalArgumentException.class;
  }

  @BeforeEach
  final void open() throws IOException {
    medium = create();
  }

  @AfterEach
  final void close() throws IOException {
    Thread.interrupted();
    medium.close();
  }

  // 1. Reads.

  @Test
  void a_read_fills_the_buffer_from_its_position_to_its_limit() throws IOException {
    byte[] content = fill(3 * PAGE, 1);
    for (ByteBuffer buffer :
        List.of(
            ByteBuffer.allocate(200),
            ByteBuffer.allocateDirect(200),
            ByteBuffer.allocate(300).position(50).slice().limit(200))) {
      buffer.position(20).limit(150);
      medium.read(5000, buffer);
      assertThat(buffer.position()).isEqualTo(150);
      assertThat(buffer.limit()).isEqualTo(150);
      assertThat(bytesOf(buffer, 20, 130)).isEqualTo(Arrays.copyOfRange(content, 5000, 5130));
      assertThat(bytesOf(buffer, 0, 20)).isEqualTo(new byte[20]);
    }
  }

  @Test
  void a_read_may_take_a_whole_segment() throws IOException {
    byte[] content = fill(2 * SEGMENT_BYTES, 2);
    assertThat(read(SEGMENT_BYTES, SEGMENT_BYTES))
        .isEqualTo(Arrays.copyOfRange(content, SEGMENT_BYTES, 2 * SEGMENT_BYTES));
    ByteBuffer direct = ByteBuffer.allocateDirect(SEGMENT_BYTES);
    medium.read(0, direct);
    assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(content, 0, SEGMENT_BYTES));
  }

  @Test
  void a_read_past_the_length_throws_and_names_both() throws IOException {
    fill(PAGE, 3);
    assertThatThrownBy(() -> read(PAGE - 10, 11))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("11 bytes at 4086")
        .hasMessageContaining("length of 4096");
    assertThatThrownBy(() -> read(SEGMENT_BYTES, 1)).isInstanceOf(EOFException.class);
    assertThat(read(PAGE, 0)).isEmpty();
    assertThat(read(PAGE - 10, 10)).hasSize(10);
  }

  @Test
  void many_threads_read_while_another_writes_elsewhere() throws Exception {
    byte[] content = fill(64 * PAGE, 4);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger reads = new AtomicInteger();
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Random random = new Random(i);
      tasks.add(
          () -> {
            while (!done.get()) {
              readAndCompare(content, random, 32 * PAGE);
              reads.incrementAndGet();
            }
            return null;
          });
    }
    tasks.add(
        () -> {
          try {
            for (int i = 0; i < 300 || (reads.get() < 300 && i < 100_000); i++) {
              byte[] page = new byte[PAGE];
              Arrays.fill(page, (byte) i);
              long offset = (32L + i % 32) * PAGE;
              medium.write(offset, ByteBuffer.wrap(page));
              assertThat(read(offset, PAGE)).isEqualTo(page);
            }
          } finally {
            done.set(true);
          }
          return null;
        });
    runTogether(tasks);
  }

  // 2. Writes.

  @Test
  void a_write_takes_all_sources_in_order() throws IOException {
    medium.resize(2L * SEGMENT_BYTES);
    byte[] expected = random(2_000_000, 5);
    ByteBuffer direct = ByteBuffer.allocateDirect(1_000_000).put(expected, 150, 1_000_000).flip();
    ByteBuffer[] sources = {
      ByteBuffer.wrap(expected, 0, 100),
      ByteBuffer.allocate(5).limit(0),
      ByteBuffer.wrap(expected, 100, 50).asReadOnlyBuffer(),
      direct,
      ByteBuffer.wrap(expected, 1_000_150, 999_850),
    };
    medium.write(SEGMENT_BYTES + 7, sources);
    assertThat(read(SEGMENT_BYTES + 7, expected.length)).isEqualTo(expected);
    assertThat(read(SEGMENT_BYTES, 7)).isEqualTo(new byte[7]);
    assertThat(read(SEGMENT_BYTES + 2_000_007, 9)).isEqualTo(new byte[9]);
    assertThat(sources).noneMatch(ByteBuffer::hasRemaining);
  }

  @Test
  void a_write_past_the_length_is_refused_and_changes_nothing() throws IOException {
    byte[] content = fill(PAGE, 6);
    assertThatThrownBy(() -> medium.write(PAGE - 1, ByteBuffer.allocate(2)))
        .isInstanceOf(misuse())
        .hasMessageContaining("4096");
    assertThat(medium.length()).isEqualTo(PAGE);
    assertThat(read(0, PAGE)).isEqualTo(content);
  }

  @Test
  void any_thread_sees_a_write_that_came_before() throws Exception {
    medium.resize(PAGE);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int i = 1; i <= 200; i++) {
        byte[] bytes = new byte[100];
        Arrays.fill(bytes, (byte) i);
        medium.write(i, ByteBuffer.wrap(bytes));
        int offset = i;
        assertThat(other.submit(() -> read(offset, 100)).get()).isEqualTo(bytes);
      }
    } finally {
      other.shutdown();
    }
  }

  @Test
  void what_was_written_is_there_when_it_is_opened_again() throws IOException {
    byte[] content = fill(100_000, 7);
    medium.force();
    medium = reopen(medium);
    assertThat(medium.length()).isEqualTo(100_000);
    assertThat(read(0, 100_000)).isEqualTo(content);
    medium.write(5, ByteBuffer.wrap(content, 0, 10));
    medium.resize(200_000);
    medium.force();
    assertThat(read(5, 10)).isEqualTo(Arrays.copyOf(content, 10));
  }

  @Test
  void a_random_history_gives_the_bytes_of_a_model() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] model = new byte[0];
    for (int step = 0; step < 300; step++) {
      String description = "long seed = " + seed + "L, step " + step;
      int kind = random.nextInt(10);
      if (kind == 0) {
        int length = random.nextInt(SEGMENT_BYTES + 1_000_000);
        length -= random.nextBoolean() ? length % PAGE : 0;
        medium.resize(length);
        model = Arrays.copyOf(model, length);
      } else if (kind == 1) {
        medium.force();
      } else if (model.length > 0) {
        int offset = random.nextInt(model.length);
        int end = offset + 1 + random.nextInt(random.nextBoolean() ? 100 : 300_000);
        int segment = (offset / SEGMENT_BYTES + 1) * SEGMENT_BYTES;
        int count = Math.min(Math.min(end, segment), model.length) - offset;
        if (kind < 6) {
          byte[] bytes = random(count, random.nextLong());
          int middle = random.nextInt(count + 1);
          medium.write(
              offset,
              ByteBuffer.wrap(bytes, 0, middle),
              ByteBuffer.wrap(bytes, middle, count - middle));
          System.arraycopy(bytes, 0, model, offset, count);
        } else {
          assertThat(Arrays.equals(read(offset, count), 0, count, model, offset, offset + count))
              .as("%s: %s bytes at %s", description, count, offset)
              .isTrue();
        }
      }
      assertThat(medium.length()).as(description).isEqualTo(model.length);
    }
    assertThat(Arrays.equals(all(), model)).as("long seed = " + seed + "L, all").isTrue();
  }

  // 3. Segments.

  @Test
  void no_call_crosses_a_segment() throws IOException {
    medium.resize(3L * SEGMENT_BYTES);
    long last = 2L * SEGMENT_BYTES - 1;
    assertThatThrownBy(() -> read(last, 2)).isInstanceOf(misuse());
    assertThatThrownBy(() -> medium.write(last, ByteBuffer.allocate(1), ByteBuffer.allocate(1)))
        .isInstanceOf(misuse());
    assertThatThrownBy(() -> read(5, SEGMENT_BYTES)).isInstanceOf(misuse());
    assertThatCode(() -> read(last, 1)).doesNotThrowAnyException();
    medium.write(last, ByteBuffer.wrap(new byte[] {1}));
    medium.write(last + 1, ByteBuffer.wrap(new byte[] {2}));
    assertThat(read(last, 1)).containsExactly(1);
    assertThat(read(last + 1, 1)).containsExactly(2);
  }

  @Test
  void negative_numbers_are_refused() {
    assertThatThrownBy(() -> read(-1, 1)).isInstanceOf(misuse()).hasMessageContaining("-1");
    assertThatThrownBy(() -> medium.write(-1, ByteBuffer.allocate(1))).isInstanceOf(misuse());
    assertThatThrownBy(() -> medium.resize(-1)).isInstanceOf(misuse()).hasMessageContaining("-1");
  }

  // 4. Lengths.

  @Test
  void a_new_medium_is_empty() throws IOException {
    assertThat(medium.length()).isZero();
    assertThatThrownBy(() -> read(0, 1)).isInstanceOf(EOFException.class);
  }

  @Test
  void new_bytes_read_as_zero_also_where_there_were_others() throws IOException {
    byte[] content = fill(100_000, 8);
    medium.resize(70_001);
    medium.resize(SEGMENT_BYTES + 5);
    assertThat(all()).isEqualTo(Arrays.copyOf(Arrays.copyOf(content, 70_001), SEGMENT_BYTES + 5));
    medium.resize(0);
    medium.resize(100_000);
    assertThat(all()).isEqualTo(new byte[100_000]);
  }

  @Test
  void readers_go_on_while_it_grows_and_is_cut() throws Exception {
    byte[] content = fill(8 * PAGE, 9);
    AtomicBoolean done = new AtomicBoolean();
    Random random = new Random(9);
    runTogether(
        List.of(
            () -> {
              do {
                readAndCompare(content, random, 8 * PAGE);
              } while (!done.get());
              return null;
            },
            () -> {
              try {
                for (int i = 0; i < 100; i++) {
                  medium.resize(8L * PAGE + (i % 5) * 70_000);
                }
              } finally {
                done.set(true);
              }
              return null;
            }));
  }

  // 6. Interrupts.

  @Test
  void calls_of_an_interrupted_thread_complete_and_it_stays_interrupted() throws IOException {
    byte[] content = random(600_000, 10);
    Thread.currentThread().interrupt();
    medium.resize(content.length);
    medium.write(0, ByteBuffer.wrap(content));
    assertThat(read(0, content.length)).isEqualTo(content);
    medium.force();
    assertThat(medium.length()).isEqualTo(content.length);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read(0, content.length)).isEqualTo(content);
  }

  @Test
  void interrupts_in_the_middle_of_calls_disturb_nobody() throws Exception {
    byte[] content = fill(512 * PAGE, 11);
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> victims = new CopyOnWriteArrayList<>();
    AtomicInteger answered = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(3);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Random random = new Random(i);
      tasks.add(
          () -> {
            victims.add(Thread.currentThread());
            started.countDown();
            while (!done.get()) {
              readAndCompare(content, random, 256 * PAGE);
              answered.addAndGet(Thread.interrupted() ? 1 : 0);
            }
            return null;
          });
    }
    tasks.add(
        () -> {
          victims.add(Thread.currentThread());
          started.countDown();
          for (int i = 0; !done.get(); i++) {
            answered.addAndGet(Thread.interrupted() ? 1 : 0);
            byte[] bytes = random(100 * PAGE, i);
            medium.write(300 * PAGE, ByteBuffer.wrap(bytes));
            assertThat(read(300 * PAGE, bytes.length)).isEqualTo(bytes);
            medium.resize((512L + i % 3) * PAGE);
            if (i % 10 == 0) {
              medium.force();
            }
          }
          return null;
        });
    Random random = new Random(12);
    tasks.add(
        () -> {
          try {
            started.await();
            for (int i = 0; i < 2000 || (answered.get() < 50 && i < 200_000); i++) {
              readAndCompare(content, random, 256 * PAGE);
              victims.get(i % 3).interrupt();
            }
          } finally {
            done.set(true);
          }
          return null;
        });
    runTogether(tasks);
    assertThat(answered).hasValueGreaterThanOrEqualTo(50);
    assertThat(read(0, 256 * PAGE)).isEqualTo(Arrays.copyOf(content, 256 * PAGE));
  }

  // 7. Closing.

  @Test
  void every_call_after_closing_says_so() throws IOException {
    fill(PAGE, 13);
    medium.close();
    medium.close();
    assertThatThrownBy(() -> read(0, 1)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> medium.write(0, ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> medium.length()).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> medium.resize(5)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> medium.force()).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closing_ends_calls_under_way_with_the_same_exception() throws Exception {
    byte[] content = fill(64 * PAGE, 14);
    CountDownLatch started = new CountDownLatch(3);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Random random = new Random(i);
      boolean writer = i == 0;
      tasks.add(
          () -> {
            readAndCompare(content, random, 32 * PAGE);
            started.countDown();
            assertThatThrownBy(
                    () -> {
                      while (true) {
                        if (writer) {
                          medium.write(40 * PAGE, ByteBuffer.allocate(5000));
                        } else {
                          readAndCompare(content, random, 32 * PAGE);
                        }
                      }
                    })
                .isInstanceOf(ClosedChannelException.class);
            return null;
          });
    }
    tasks.add(
        () -> {
          started.await();
          medium.close();
          return null;
        });
    runTogether(tasks);
  }

  // Help.

  /** Grows the medium and fills it with random bytes, which are returned. */
  final byte[] fill(int length, long seed) throws IOException {
    byte[] content = random(length, seed);
    medium.resize(length);
    for (int at = 0; at < length; at += SEGMENT_BYTES) {
      medium.write(at, ByteBuffer.wrap(content, at, Math.min(SEGMENT_BYTES, length - at)));
    }
    return content;
  }

  final byte[] read(long offset, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    medium.read(offset, buffer);
    assertThat(buffer.remaining()).isZero();
    return buffer.array();
  }

  final byte[] all() throws IOException {
    byte[] all = new byte[(int) medium.length()];
    for (int at = 0; at < all.length; at += SEGMENT_BYTES) {
      medium.read(at, ByteBuffer.wrap(all, at, Math.min(SEGMENT_BYTES, all.length - at)));
    }
    return all;
  }

  /** Reads a random range below the limit. */
  private void readAndCompare(byte[] content, Random random, int limit) throws IOException {
    int offset = random.nextInt(limit);
    int count = 1 + random.nextInt(Math.min(limit - offset, 3 * PAGE));
    byte[] bytes = read(offset, count);
    assertThat(Arrays.equals(bytes, 0, count, content, offset, offset + count))
        .as("%s bytes at %s", count, offset)
        .isTrue();
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytesOf(ByteBuffer buffer, int from, int count) {
    byte[] bytes = new byte[count];
    buffer.get(from, bytes);
    return bytes;
  }

  /** Runs each task in a thread of its own, and throws what they throw. */
  static void runTogether(List<Callable<Void>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Void> result : threads.invokeAll(tasks)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
