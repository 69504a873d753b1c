package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several packs into one container, and what a killed one leaves. */
class PackingTogetherTest {
  private static final int PACKS = 3;
  private static final int FILES = 30;

  @TempDir Path folder;
  private Path outputs;
  private Path place;
  private Path container;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<CountDownLatch> held = new ArrayList<>();

  @BeforeEach
  void makeSources() throws IOException {
    outputs = Files.createDirectory(folder.resolve("outputs"));
    place = Files.createDirectory(folder.resolve("place"));
    container = place.resolve("box.capsa");
    for (int pack = 0; pack < PACKS; pack++) {
      Path source = Files.createDirectory(source(pack));
      for (int file = 0; file < FILES; file++) {
        Files.writeString(source.resolve("f" + file), ("of " + pack + " ").repeat(file * 40 + 1));
      }
    }
  }

  @AfterEach
  void endThreads() throws InterruptedException {
    held.forEach(CountDownLatch::countDown);
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  private Path source(int pack) {
    return folder.resolve("source" + pack);
  }

  /** Which source the container holds, whole and with nothing else. */
  private int packed() throws IOException {
    assertThat(Capsa.check(container)).isEmpty();
    Set<Integer> packs = new HashSet<>();
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().readOnly(true))) {
      for (int file = 0; file < FILES; file++) {
        String text = Files.readString(fs.getPath("/f" + file));
        int pack = text.charAt(3) - '0';
        assertThat(text).isEqualTo(("of " + pack + " ").repeat(file * 40 + 1));
        packs.add(pack);
      }
      try (Stream<Path> all = Files.list(fs.getPath("/"))) {
        assertThat(all).hasSize(FILES);
      }
    }
    assertThat(packs).hasSize(1);
    return packs.iterator().next();
  }

  private void assertNothingElseIsThere() {
    assertThat(place).isDirectoryContaining(it -> it.equals(container));
    assertThat(place).isDirectoryNotContaining(it -> !it.equals(container));
  }

  @Test
  void of_three_at_once_the_one_that_says_so_made_the_container() throws Exception {
    for (int round = 0; round < 40; round++) {
      List<CommandRun> runs = packAtOnce("--layout=extents");
      assertOneSucceeded(runs, "round " + round);
      Files.delete(container);
    }
  }

  private void assertOneSucceeded(List<CommandRun> runs, String description) throws IOException {
    int made = packed();
    for (int pack = 0; pack < PACKS; pack++) {
      CommandRun run = runs.get(pack);
      if (pack == made) {
        assertThat(run.exitCode()).as("%s %s", description, runs).isZero();
        assertThat(run.out()).startsWith("packed " + FILES + " files, 0 directories");
        assertThat(run.err()).isEmpty();
      } else {
        assertThat(run.exitCode()).as("%s %s", description, runs).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("exists already").hasLineCount(1);
      }
    }
    assertNothingElseIsThere();
  }

  @Test
  void of_three_at_once_that_replace_all_succeed_and_one_stays_whole() throws Exception {
    for (int round = 0; round < 40; round++) {
      List<CommandRun> runs = packAtOnce("--replace");
      for (CommandRun run : runs) {
        assertThat(run.exitCode()).as("round %d %s", round, runs).isZero();
        assertThat(run.err()).isEmpty();
      }
      assertThat(packed()).isBetween(0, PACKS - 1);
      assertNothingElseIsThere();
    }
  }

  private List<CommandRun> packAtOnce(String option) throws Exception {
    CyclicBarrier start = new CyclicBarrier(PACKS);
    List<Future<CommandRun>> packs = new ArrayList<>();
    for (int pack = 0; pack < PACKS; pack++) {
      Path source = source(pack);
      packs.add(
          threads.submit(
              () -> {
                start.await();
                return CommandRun.of("pack", option, source, container);
              }));
    }
    List<CommandRun> runs = new ArrayList<>();
    for (Future<CommandRun> pack : packs) {
      runs.add(pack.get(60, TimeUnit.SECONDS));
    }
    return runs;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--layout=extents", "--replace"})
  void three_processes_at_once_do_the_same(String option) throws Exception {
    for (int round = 0; round < 4; round++) {
      List<CommandProcess> processes = new ArrayList<>();
      for (int pack = 0; pack < PACKS; pack++) {
        processes.add(CommandProcess.start(outputs, "pack", option, source(pack), container));
      }
      List<CommandRun> runs = new ArrayList<>();
      for (CommandProcess process : processes) {
        runs.add(process.end());
      }
      if (option.equals("--replace")) {
        assertThat(runs).as("%s", runs).allMatch(run -> run.exitCode() == 0);
        assertThat(packed()).isBetween(0, PACKS - 1);
        assertNothingElseIsThere();
      } else {
        assertOneSucceeded(runs, "round " + round);
      }
      Files.delete(container);
    }
  }

  /** A pack of the first source, at work in this process until it is let go. */
  private record Waiting(CountDownLatch letGo, CompletableFuture<CommandRun> run) {}

  private Waiting startAndHold(String option) throws InterruptedException {
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    held.add(letGo);
    Main.Reader reader =
        HookedChannel.reader(
            "f7",
            position -> {
              atWork.countDown();
              try {
                assertThat(letGo.await(120, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            });
    CompletableFuture<CommandRun> run =
        CompletableFuture.supplyAsync(
            () -> CommandRun.reading(reader, "pack", option, source(0), container), threads);
    assertThat(atWork.await(60, TimeUnit.SECONDS)).isTrue();
    return new Waiting(letGo, run);
  }

  private CommandRun packSecond(boolean inProcess, String option) throws Exception {
    if (inProcess) {
      return CommandRun.of("pack", option, source(1), container);
    }
    try (CommandProcess process =
        CommandProcess.start(outputs, "pack", option, source(1), container)) {
      return process.end();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_pack_at_work_is_not_disturbed_and_the_last_that_replaces_stays(boolean inProcess)
      throws Exception {
    Waiting first = startAndHold("--replace");
    CommandRun second = packSecond(inProcess, "--replace");
    assertThat(second.err()).isEmpty();
    assertThat(second.exitCode()).isZero();
    assertThat(packed()).isEqualTo(1);
    CommandRun third = packSecond(false, "--replace");
    assertThat(third.exitCode()).as(third.err()).isZero();
    first.letGo().countDown();
    assertThat(first.run().join().err()).isEmpty();
    assertThat(first.run().join().exitCode()).isZero();
    assertThat(packed()).isZero();
    assertNothingElseIsThere();
  }

  @Test
  void a_container_that_another_process_writes_is_not_replaced() throws Exception {
    assertThat(CommandRun.of("pack", source(0), container).exitCode()).isZero();
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options())) {
      CommandRun refused = packSecond(false, "--replace");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains(container.toString(), "open for writing").hasLineCount(1);
      Files.writeString(fs.getPath("/kept"), "kept");
    }
    try (CapsaFileSystem fs = Capsa.open(container, Capsa.options().readOnly(true))) {
      assertThat(Files.readString(fs.getPath("/kept"))).isEqualTo("kept");
    }
    assertNothingElseIsThere();
    assertThat(packSecond(false, "--replace").exitCode()).isZero();
    assertThat(packed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_container_that_was_made_meanwhile_stays(boolean inProcess) throws Exception {
    Waiting first = startAndHold("--layout=extents");
    assertThat(packSecond(inProcess, "--layout=extents").exitCode()).isZero();
    first.letGo().countDown();
    CommandRun refused = first.run().join();
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("exists already", "--replace").hasLineCount(1);
    assertThat(packed()).isEqualTo(1);
    assertNothingElseIsThere();
  }

  @Test
  void what_a_killed_pack_left_is_removed_by_the_next_one() throws Exception {
    Path huge = Files.createDirectory(folder.resolve("huge"));
    OddTree.sparse(huge.resolve("file"), 1L << 42);
    try (CommandProcess process = CommandProcess.start(outputs, "pack", huge, container)) {
      while (made().isEmpty()) {
        assertThat(process.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      process.kill();
    }
    assertThat(place).isNotEmptyDirectory();
    assertThat(container).doesNotExist();

    assertThat(CommandRun.of("pack", source(0), container))
        .matches(run -> run.exitCode() == 0 && run.err().isEmpty());
    assertThat(packed()).isZero();
    assertNothingElseIsThere();
  }

  /** The containers that are being made. */
  private List<Path> made() throws IOException {
    try (Stream<Path> below = Files.walk(place)) {
      return below.filter(it -> it.endsWith("box.capsa") && !it.equals(container)).toList();
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  @Test
  void files_of_the_user_with_such_names_stay() throws IOException {
    Path packing = Files.writeString(place.resolve("box.capsa.packing"), "mine");
    Path lock = Files.writeString(place.resolve("box.capsa.packing.lock"), "mine");
    Path named = Files.writeString(place.resolve("box.capsa.packing-0123abcd"), "mine");
    Path inside =
        Files.writeString(
            Files.createDirectory(place.resolve("box.capsa.packing-89abcdef")).resolve("box.capsa"),
            "mine");
    Path other =
        Files.writeString(
            Files.createDirectory(place.resolve("box.capsa.packing-old")).resolve(OWNER), "mine");
    for (String option : new String[] {"--layout=extents", "--replace"}) {
      assertThat(CommandRun.of("pack", option, source(0), container).exitCode()).isZero();
    }
    assertThat(List.of(packing, lock, named, inside, other))
        .allSatisfy(it -> assertThat(it).hasContent("mine"));
  }

  private static final String OWNER = "capsa-pack.owner";

  @Test
  void what_is_packed_does_not_hold_what_other_packs_are_making_beside_it() throws Exception {
    container = source(0).resolve("box.capsa");
    Waiting first = startAndHold("--replace");
    assertThat(CommandRun.of("pack", "--replace", source(0), container).exitCode()).isZero();
    assertThat(packed()).isZero();
    first.letGo().countDown();
    assertThat(first.run().join().exitCode()).isZero();
    assertThat(packed()).isZero();
  }

  @Test
  void without_links_a_container_gets_its_name_too_but_replaces_nothing() throws IOException {
    Path target = place.toRealPath().resolve("box.capsa");
    try (PackingFolder making = PackingFolder.make(target)) {
      Files.writeString(making.container(), "first");
      making.publishWithoutLinks();
    }
    try (PackingFolder making = PackingFolder.make(target)) {
      Files.writeString(making.container(), "second");
      assertThatThrownBy(making::publishWithoutLinks)
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(target).hasContent("first");
    assertNothingElseIsThere();
    Files.delete(target);
    try (PackingFolder making = PackingFolder.make(target)) {
      assertThatThrownBy(making::publishWithoutLinks).isInstanceOf(IOException.class);
    }
    assertThat(target).doesNotExist();
  }
}
