package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaFullException;
import dev.capsa.CapsaStoppedException;
import dev.capsa.raw.Fault.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedRawStorageTest extends RawStorageContract {
  @Override
  RawStorage create() {
    return new SimulatedRawStorage();
  }

  @Override
  RawStorage reopen(RawStorage closing) throws IOException {
    closing.close();
    return ((SimulatedRawStorage) closing).reopen();
  }

  @Override
  Class<? extends Throwable> misuse() {
    return AssertionError.class;
  }

  private SimulatedRawStorage simulated() {
    return (SimulatedRawStorage) medium;
  }

  // What a crash leaves.

  @Test
  void each_byte_of_a_crash_image_is_one_it_had_since_the_last_force() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int history = 0; history < 60; history++) {
      medium = new SimulatedRawStorage();
      List<byte[]> states = new ArrayList<>(List.of(new byte[0]));
      for (int step = 0; step < 40; step++) {
        randomStep(random);
        states.add(all());
      }
      int moment = random.nextInt(41);
      int base = 0;
      for (int i = 0; i < moment; i++) {
        base = simulated().log().get(i) instanceof SimulatedRawStorage.Force ? i + 1 : base;
      }
      byte[] image = bytes(simulated().crashImage(moment, random));
      checkBytes(image, states.subList(base, moment + 1), "long seed = " + seed + "L");
      assertThat(bytes(simulated().killImage(moment))).isEqualTo(states.get(moment));
      assertThat(bytes(simulated().durableImage(moment))).isEqualTo(states.get(base));
    }
  }

  /** Changes the medium by one event. */
  private void randomStep(Random random) throws IOException {
    int length = (int) medium.length();
    int kind = random.nextInt(8);
    if (kind == 0) {
      medium.force();
    } else if (kind < 3 || length == 0) {
      medium.resize(random.nextInt(40_000));
    } else {
      int offset = random.nextInt(length);
      int count = random.nextInt(Math.min(length - offset, 10_000) + 1);
      medium.write(offset, ByteBuffer.wrap(random(count, random.nextLong())));
    }
  }

  private static void checkBytes(byte[] image, List<byte[]> states, String description) {
    int least = states.stream().mapToInt(it -> it.length).min().orElseThrow();
    int most = states.stream().mapToInt(it -> it.length).max().orElseThrow();
    assertThat(image.length).as(description).isBetween(least, most);
    for (int i = 0; i < image.length; i++) {
      boolean was = false;
      for (byte[] state : states) {
        was |= (i < state.length ? state[i] : 0) == image[i];
      }
      if (!was) {
        throw new AssertionError(description + ": byte " + i + " never was " + image[i]);
      }
    }
  }

  @Test
  void a_crash_loses_nothing_that_was_forced() throws IOException {
    byte[] content = fill(3 * PAGE, 30);
    medium.force();
    for (int seed = 0; seed < 50; seed++) {
      assertThat(bytes(simulated().crashImage(simulated().events(), new Random(seed))))
          .isEqualTo(content);
    }
  }

  @Test
  void every_subset_of_writes_may_be_left_and_each_may_be_torn() throws IOException {
    medium.resize(4 * PAGE);
    medium.force();
    for (int i = 0; i < 3; i++) {
      byte[] page = new byte[PAGE];
      Arrays.fill(page, (byte) (i + 1));
      medium.write((long) i * PAGE, ByteBuffer.wrap(page));
    }
    Set<Integer> subsets = new HashSet<>();
    boolean torn = false;
    for (int seed = 0; seed < 2000; seed++) {
      byte[] image = bytes(simulated().crashImage(simulated().events(), new Random(seed)));
      int subset = 0;
      for (int i = 0; i < 3; i++) {
        int left = count(image, i * PAGE, (byte) (i + 1));
        subset |= left == PAGE ? 1 << i : 0;
        torn |= left > 0 && left < PAGE;
        assertThat(left % 512).isZero();
      }
      subsets.add(subset);
    }
    assertThat(subsets).hasSize(8);
    assertThat(torn).isTrue();
  }

  @Test
  void growth_may_be_lost_in_part_or_come_without_the_bytes() throws IOException {
    medium.resize(PAGE);
    medium.force();
    medium.resize(3 * PAGE);
    byte[] page = new byte[PAGE];
    Arrays.fill(page, (byte) 9);
    medium.write(2 * PAGE, ByteBuffer.wrap(page));
    Set<String> outcomes = new HashSet<>();
    for (int seed = 0; seed < 1000; seed++) {
      byte[] image = bytes(simulated().crashImage(simulated().events(), new Random(seed)));
      int left = image.length == 3 * PAGE ? count(image, 2 * PAGE, (byte) 9) : 0;
      outcomes.add(image.length / PAGE + (left == PAGE ? " whole" : left > 0 ? " torn" : " none"));
    }
    assertThat(outcomes)
        .containsExactlyInAnyOrder("1 none", "2 none", "3 none", "3 torn", "3 whole");
  }

  @Test
  void a_seed_gives_one_image_and_images_share_nothing_that_changes() throws IOException {
    byte[] content = fill(50 * PAGE, 31);
    SimulatedRawStorage first = simulated().crashImage(2, new Random(5));
    byte[] before = bytes(first);
    first.resize(50 * PAGE);
    first.write(0, ByteBuffer.wrap(new byte[PAGE]));
    first.force();
    assertThat(bytes(simulated().crashImage(2, new Random(5)))).isEqualTo(before);
    assertThat(all()).isEqualTo(content);
    assertThat(first.events()).isEqualTo(3);
    medium.write(0, ByteBuffer.wrap(new byte[2 * PAGE]));
    assertThat(bytes(first)).startsWith(new byte[PAGE]);
    assertThat(bytes(simulated().killImage(2))).isEqualTo(content);
  }

  @Test
  void rot_reaches_every_image() throws IOException {
    byte[] content = fill(2 * PAGE, 32);
    simulated().rot(5000, 0x10);
    content[5000] ^= 0x10;
    assertThat(all()).isEqualTo(content);
    medium.force();
    simulated().rot(5001, 1);
    content[5001] ^= 1;
    for (int seed = 0; seed < 30; seed++) {
      assertThat(bytes(simulated().crashImage(simulated().events(), new Random(seed))))
          .isEqualTo(content);
    }
  }

  // The log.

  @Test
  void the_trace_says_what_was_done() throws IOException {
    medium.resize(PAGE);
    medium.write(10, ByteBuffer.allocate(5), ByteBuffer.allocate(7));
    medium.force();
    simulated().rot(3, 4);
    assertThat(simulated().trace()).isEqualTo("resize 0 -> 4096\nwrite 10 +12\nforce\nrot 3 ^4");
    assertThat(simulated().writes()).isEqualTo(1);
    assertThat(simulated().forces()).isEqualTo(1);
    assertThat(simulated().resizes()).isEqualTo(1);
    assertThat(simulated().reads()).isZero();
  }

  @Test
  void an_observer_may_stop_an_event() throws IOException {
    medium.resize(PAGE);
    simulated()
        .observe(
            event -> {
              if (event instanceof SimulatedRawStorage.Write write && write.offset() == 7) {
                throw new AssertionError("byte 7 is dear");
              }
            });
    assertThatThrownBy(() -> medium.write(7, ByteBuffer.wrap(new byte[] {1})))
        .hasMessage("byte 7 is dear");
    medium.write(8, ByteBuffer.wrap(new byte[] {1}));
    assertThat(read(7, 2)).containsExactly(0, 1);
  }

  // Faults.

  @Test
  void the_nth_write_fails_and_leaves_only_its_own_range_in_doubt() throws IOException {
    byte[] content = fill(10 * PAGE, 33);
    simulated().inject(Fault.nth(Operation.WRITE, 2));
    byte[] ones = new byte[4 * PAGE];
    Arrays.fill(ones, (byte) 1);
    medium.write(0, ByteBuffer.wrap(content, 0, PAGE));
    assertThatThrownBy(() -> medium.write(3 * PAGE, ByteBuffer.wrap(ones)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("WRITE number 2 at 12288");
    assertThat(read(0, 3 * PAGE)).isEqualTo(Arrays.copyOf(content, 3 * PAGE));
    assertThat(read(7 * PAGE, 3 * PAGE))
        .isEqualTo(Arrays.copyOfRange(content, 7 * PAGE, 10 * PAGE));
    medium.write(3 * PAGE, ByteBuffer.wrap(ones));
    assertThat(read(3 * PAGE, 4 * PAGE)).isEqualTo(ones);
  }

  @Test
  void after_a_failed_force_only_reads_go_on() throws IOException {
    byte[] content = fill(PAGE, 34);
    simulated().inject(Fault.nth(Operation.FORCE, 1));
    assertThatThrownBy(() -> medium.force()).hasMessageContaining("FORCE number 1");
    simulated().heal();
    assertThatThrownBy(() -> medium.force()).isInstanceOf(CapsaStoppedException.class);
    assertThatThrownBy(() -> medium.write(0, ByteBuffer.allocate(1)))
        .isInstanceOf(CapsaStoppedException.class);
    assertThatThrownBy(() -> medium.resize(0)).isInstanceOf(CapsaStoppedException.class);
    assertThat(all()).isEqualTo(content);
    assertThat(bytes(simulated().durableImage(simulated().events()))).isEmpty();
  }

  @Test
  void a_full_medium_keeps_its_length_until_it_is_healed() throws IOException {
    simulated().inject(Fault.full(PAGE));
    medium.resize(PAGE);
    assertThatThrownBy(() -> medium.resize(PAGE + 1))
        .isInstanceOf(CapsaFullException.class)
        .hasMessageContaining("4097");
    assertThat(medium.length()).isEqualTo(PAGE);
    simulated().heal();
    assertThatCode(() -> medium.resize(PAGE + 1)).doesNotThrowAnyException();
  }

  @Test
  void reads_and_resizes_fail_by_rule_too() throws IOException {
    fill(PAGE, 35);
    simulated().inject(Fault.from(Operation.READ, 2));
    simulated().inject(Fault.sometimes(Operation.RESIZE, 1, new Random(1)));
    assertThat(read(0, 1)).hasSize(1);
    assertThatThrownBy(() -> read(0, 1)).hasMessageContaining("READ number 2");
    assertThatThrownBy(() -> read(0, 1)).hasMessageContaining("READ number 3");
    assertThatThrownBy(() -> medium.resize(0)).hasMessageContaining("RESIZE number 1");
  }

  private static int count(byte[] image, int from, byte value) {
    int count = 0;
    for (int i = from; i < from + PAGE; i++) {
      count += image[i] == value ? 1 : 0;
    }
    return count;
  }

  private static byte[] bytes(RawStorage storage) throws IOException {
    byte[] bytes = new byte[(int) storage.length()];
    storage.read(0, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
