package dev.capsa;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What those who watch directories are told of a rollback. */
class RollbackWatchingTest {
  private CapsaFileSystem fs;
  private WatchService watcher;

  @BeforeEach
  void open() throws IOException {
    fs = Capsa.inMemory();
    watcher = fs.newWatchService();
  }

  @AfterEach
  void close_and_check() throws IOException {
    List<CapsaFileSystem.Fault> faults = new ArrayList<>();
    fs.check(faults::add);
    fs.close();
    assertThat(faults).isEmpty();
  }

  private Path at(String path) {
    return fs.getPath(path);
  }

  private WatchKey watch(String directory) throws IOException {
    return at(directory).register(watcher, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
  }

  private static List<String> events(WatchKey key) {
    return key.pollEvents().stream().map(it -> it.kind().name() + " " + it.context()).toList();
  }

  @Test
  void names_that_come_go_and_change_are_told_once_it_is_done() throws IOException {
    Files.createDirectories(at("/d/sub"));
    Files.writeString(at("/d/same"), "same");
    Files.writeString(at("/d/changed"), "before");
    Files.writeString(at("/d/dated"), "dated");
    Files.writeString(at("/d/deleted"), "deleted");
    Files.writeString(at("/d/replaced"), "replaced");
    Files.writeString(at("/d/renamed"), "renamed");
    Files.writeString(at("/d/linked"), "linked");
    Files.createDirectory(at("/other"));
    Files.createLink(at("/other/further"), at("/d/linked"));
    fs.snapshot("old");
    Files.writeString(at("/d/changed"), "after");
    Files.setLastModifiedTime(at("/d/dated"), FileTime.fromMillis(5));
    Files.delete(at("/d/deleted"));
    Files.writeString(at("/replacement"), "replacement");
    Files.move(at("/replacement"), at("/d/replaced"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(at("/d/renamed"), at("/d/name"));
    Files.writeString(at("/d/added"), "added");
    Files.writeString(at("/d/sub/inner"), "inner");
    Files.writeString(at("/d/linked"), "other");
    WatchKey d = watch("/d");
    WatchKey other = watch("/other");
    WatchKey sub = watch("/d/sub");
    WatchKey root = watch("/");

    fs.rollback("old");

    assertThat(events(d))
        .containsExactlyInAnyOrder(
            "ENTRY_MODIFY changed",
            "ENTRY_MODIFY dated",
            "ENTRY_MODIFY linked",
            "ENTRY_CREATE deleted",
            "ENTRY_DELETE replaced",
            "ENTRY_CREATE replaced",
            "ENTRY_DELETE name",
            "ENTRY_CREATE renamed",
            "ENTRY_DELETE added");
    assertThat(events(other)).containsExactly("ENTRY_MODIFY further");
    assertThat(events(sub)).containsExactly("ENTRY_DELETE inner");
    assertThat(events(root)).isEmpty();
  }

  @Test
  void a_directory_that_is_gone_ends_its_key() throws IOException {
    fs.snapshot("old");
    Files.createDirectories(at("/d/sub"));
    Files.writeString(at("/d/f"), "f");
    WatchKey d = watch("/d");
    WatchKey sub = watch("/d/sub");
    fs.rollback("old");
    assertThat(d.isValid()).isFalse();
    assertThat(sub.isValid()).isFalse();
    assertThat(events(d)).containsExactlyInAnyOrder("ENTRY_DELETE f", "ENTRY_DELETE sub");
    assertThat(d.reset()).isFalse();
  }

  @Test
  void a_rollback_that_is_refused_tells_nothing() throws IOException {
    Files.writeString(at("/f"), "f");
    WatchKey root = watch("/");
    assertThatThrownBy(() -> fs.rollback(99)).isInstanceOf(CapsaNoSuchSnapshotException.class);
    assertThat(events(root)).isEmpty();
    assertThat(root.isValid()).isTrue();
  }

  /**
   * Names come and go in several threads, and so do states of the whole. Whoever applies the events
   * to what he knew has what is there, and has been told of all that was written.
   */
  @Test
  void who_keeps_a_picture_by_events_has_what_is_there() throws Exception {
    List<String> directories = List.of("/", "/a", "/b");
    Files.createDirectory(at("/a"));
    Files.createDirectory(at("/b"));
    Map<WatchKey, String> keys = new HashMap<>();
    for (String directory : directories) {
      keys.put(watch(directory), directory);
    }
    fs.snapshot("empty");
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      change(random);
    }
    fs.snapshot("other");
    Map<String, String> picture = new TreeMap<>();
    apply(keys, picture);
    assertThat(picture).isEqualTo(listing());
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      int rollbacks = 0;
      for (int round = 0; round < 150; round++) {
        rollbacks += round(executor, round);
        apply(keys, picture);
        assertThat(picture).as("round %d", round).isEqualTo(listing());
      }
      assertThat(rollbacks).isGreaterThan(100);
    } finally {
      executor.shutdownNow();
    }
  }

  private int round(ExecutorService executor, int round) throws Exception {
    CyclicBarrier start = new CyclicBarrier(4);
    List<Future<Integer>> parts = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(round * 10L + thread);
      boolean rollsBack = thread == 0;
      parts.add(
          executor.submit(
              () -> {
                start.await();
                if (!rollsBack) {
                  for (int i = 0; i < 8; i++) {
                    change(random);
                  }
                  return 0;
                }
                Revision undo = fs.rollback(random.nextBoolean() ? "empty" : "other");
                if (random.nextInt(3) == 0 && undo.snapshot().isPresent()) {
                  fs.rollback(undo.number());
                }
                for (Revision each : fs.snapshots()) {
                  if (each.snapshot().orElseThrow().startsWith("before")) {
                    fs.deleteSnapshot(each.snapshot().orElseThrow());
                  }
                }
                return 1;
              }));
    }
    int rollbacks = 0;
    for (Future<Integer> part : parts) {
      rollbacks += part.get();
    }
    return rollbacks;
  }

  private void change(Random random) throws IOException {
    String[] directories = {"/", "/a/", "/b/"};
    Path one = at(directories[random.nextInt(3)] + "n" + random.nextInt(8));
    Path other = at(directories[random.nextInt(3)] + "n" + random.nextInt(8));
    try {
      switch (random.nextInt(5)) {
        case 0, 1 -> Files.writeString(one, "x".repeat(random.nextInt(3_000)));
        case 2 -> Files.deleteIfExists(one);
        case 3 -> Files.move(one, other, StandardCopyOption.REPLACE_EXISTING);
        default -> Files.createFile(one);
      }
    } catch (NoSuchFileException | FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Others were faster.
    }
  }

  /** What a name stands for; one that was changed since is looked at again. */
  private void apply(Map<WatchKey, String> keys, Map<String, String> picture) throws IOException {
    Set<String> stale = new TreeSet<>();
    for (WatchKey key = watcher.poll(); key != null; key = watcher.poll()) {
      for (WatchEvent<?> event : key.pollEvents()) {
        assertThat(event.kind()).isNotEqualTo(OVERFLOW);
        String path = at(keys.get(key)).resolve((Path) event.context()).toString();
        if (event.kind() == ENTRY_DELETE) {
          picture.remove(path);
        } else if (event.kind() == ENTRY_CREATE) {
          picture.put(path, "");
        }
        stale.add(path);
      }
      assertThat(key.reset()).isTrue();
    }
    for (String path : stale) {
      if (picture.containsKey(path)) {
        picture.put(path, describe(at(path)));
      }
    }
  }

  private static String describe(Path path) throws IOException {
    return Files.exists(path) ? Files.size(path) + " bytes" : "missing";
  }

  private Map<String, String> listing() throws IOException {
    Map<String, String> listing = new TreeMap<>();
    for (String directory : List.of("/", "/a", "/b")) {
      try (Stream<Path> names = Files.list(at(directory))) {
        for (Path each : (Iterable<Path>) names::iterator) {
          if (!Files.isDirectory(each)) {
            listing.put(each.toString(), describe(each));
          }
        }
      }
    }
    return listing;
  }
}
