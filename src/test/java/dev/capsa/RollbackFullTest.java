package dev.capsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A container without room for anything more goes back all the same, if little differs. */
class RollbackFullTest {
  private static final long MOST = 12 << 20;

  @TempDir Path folder;
  private Path container;
  private CapsaFileSystem fs;

  private void open() throws IOException {
    container = folder.resolve("full.capsa");
    fs = Capsa.open(container, Capsa.options().create(true).maxSize(MOST));
  }

  /** Writes files until one is refused; how many there are. */
  private int fill(String name, int bytes, Random random) throws IOException {
    byte[] content = new byte[bytes];
    for (int i = 0; true; i++) {
      random.nextBytes(content);
      try {
        Files.write(fs.getPath(name + i), content);
      } catch (CapsaFullException e) {
        return i;
      }
    }
  }

  private Map<String, Integer> all() throws IOException {
    Map<String, Integer> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(fs.getPath("/"))) {
      for (Path each : (Iterable<Path>) files::iterator) {
        all.put(
            each.toString(),
            Files.isDirectory(each) ? 0 : Arrays.hashCode(Files.readAllBytes(each)));
      }
    }
    return all;
  }

  private void closeAndCheck() throws IOException {
    fs.close();
    assertThat(Capsa.check(container)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,2000", "2,50000", "3,300000", "4,2000", "5,50000", "6,300000"})
  void a_full_container_goes_back_over_a_small_difference_and_can_be_emptied(long seed, int bytes)
      throws IOException {
    open();
    Random random = new Random(seed);
    byte[] content = new byte[bytes];
    Files.createDirectory(fs.getPath("/d"));
    for (int i = 0; i < 5; i++) {
      random.nextBytes(content);
      Files.write(fs.getPath("/d/f" + i), content);
    }
    fs.snapshot("old");
    Map<String, Integer> old = all();
    random.nextBytes(content);
    Files.write(fs.getPath("/d/f0"), content);
    Files.delete(fs.getPath("/d/f1"));
    Files.move(fs.getPath("/d/f2"), fs.getPath("/moved"));
    List<Path> junk = new ArrayList<>();
    int count;
    do {
      count = 0;
      for (int each : new int[] {400_000, 20_000, 1_500, 0}) {
        String name = "/junk-" + junk.size() + "-";
        count = fill(name, each, random);
        for (int i = 0; i < count; i++) {
          junk.add(fs.getPath(name + i));
        }
      }
      fs.sync();
    } while (count > 0); // not even a name has room
    assertThat(junk).hasSizeGreaterThan(10);
    Map<String, Integer> present = all();

    Revision undo = fs.rollback("old");

    assertThat(all()).isEqualTo(old);
    try {
      fs.rollback(undo.number());
      assertThat(all()).isEqualTo(present);
    } catch (CapsaFullException full) { // what both states have of their own takes room now
      assertThat(all()).isEqualTo(old);
      assertThat(fs.snapshots()).hasSize(2);
    }
    for (Path each : junk) {
      Files.deleteIfExists(each);
    }
    Files.delete(fs.getPath("/d/f0"));
    for (Revision each : fs.snapshots()) {
      fs.deleteSnapshot(each.snapshot().orElseThrow());
    }
    Files.write(fs.getPath("/again"), new byte[1 << 20]);
    closeAndCheck();
  }

  /** The more files differ, the less is left; at some number there is no room any more. */
  @Test
  void whatever_is_done_or_refused_the_container_can_be_emptied() throws IOException {
    int done = 0;
    int refused = 0;
    for (int files = 1; files <= 2801; files += 700) {
      open();
      Random random = new Random(files);
      byte[] content = new byte[300]; // which lie in the directory's nodes
      for (int i = 0; i < 3000; i++) {
        random.nextBytes(content);
        Files.write(fs.getPath("/f" + i), content);
      }
      fs.snapshot("old");
      Map<String, Integer> old = all();
      for (int i = 0; i < Math.min(3000, files); i++) {
        random.nextBytes(content);
        Files.write(fs.getPath("/f" + i), content);
      }
      for (int each : new int[] {400_000, 20_000, 1_500, 0}) {
        fill("/junk-" + each + "-", each, random);
      }
      fs.sync();
      Map<String, Integer> present = all();
      try {
        fs.rollback("old");
        assertThat(all()).isEqualTo(old);
        done++;
      } catch (CapsaFullException e) {
        assertThat(all()).isEqualTo(present);
        refused++;
      }
      for (String each : all().keySet()) {
        if (!each.equals("/")) {
          Files.delete(fs.getPath(each));
        }
      }
      fs.sync();
      for (Revision each : fs.snapshots()) {
        fs.deleteSnapshot(each.snapshot().orElseThrow());
      }
      Files.write(fs.getPath("/again"), new byte[4 << 20]);
      closeAndCheck();
      Files.delete(container);
    }
    System.out.println("full containers: " + done + " rolled back, " + refused + " refused");
    assertThat(done).isPositive();
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void what_has_no_room_is_refused_and_changes_nothing(long seed) throws IOException {
    open();
    Random random = new Random(seed);
    byte[] content = new byte[300];
    for (int i = 0; i < 3000; i++) {
      random.nextBytes(content);
      Files.write(fs.getPath("/f" + i), content);
    }
    fs.snapshot("old");
    for (int i = 0; i < 3000; i++) {
      random.nextBytes(content);
      Files.write(fs.getPath("/f" + i), content);
    }
    for (int each : new int[] {20_000, 1_500, 0}) {
      fill("/junk-" + each + "-", each, random);
    }
    fs.sync();
    Map<String, Integer> present = all();
    List<Revision> snapshots = fs.snapshots();

    assertThatThrownBy(() -> fs.rollback("old"))
        .isInstanceOf(CapsaFullException.class)
        .hasMessageContaining("nothing was rolled back");

    assertThat(all()).isEqualTo(present);
    assertThat(fs.snapshots()).isEqualTo(snapshots);
    for (int i = 0; i < 3000; i++) {
      Files.delete(fs.getPath("/f" + i));
    }
    fs.deleteSnapshot("old");
    Files.write(fs.getPath("/again"), new byte[1 << 20]);
    closeAndCheck();
  }
}
