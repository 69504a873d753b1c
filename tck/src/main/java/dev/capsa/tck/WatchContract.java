package dev.capsa.tck;

import static dev.capsa.tck.Capability.HARD_LINKS;
import static dev.capsa.tck.Capability.SYMBOLIC_LINKS;
import static dev.capsa.tck.Capability.USER_ATTRIBUTES;
import static dev.capsa.tck.Capability.WATCHING;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watch services: statements 83 and 84. Events may come late, so each is waited for. */
@Needs({WRITING, WATCHING})
public abstract class WatchContract extends Contract {
  private static final int PATIENCE_SECONDS = 20;

  /** A kind that nobody knows. */
  private static final WatchEvent.Kind<Path> STRANGE =
      new WatchEvent.Kind<>() {
        @Override
        public String name() {
          return "STRANGE";
        }

        @Override
        public Class<Path> type() {
          return Path.class;
        }
      };

  private WatchService watcher;

  protected WatchContract(Subject subject) {
    super(subject);
  }

  @BeforeEach
  void openWatcher() throws IOException {
    watcher = fs.newWatchService();
  }

  @AfterEach
  void closeWatcher() throws IOException {
    if (watcher != null) {
      watcher.close();
    }
  }

  private WatchKey watch(WatchEvent.Kind<?>... kinds) throws IOException {
    return dir.register(watcher, kinds);
  }

  /** Takes events until one is of this kind and name; all that came. */
  private List<WatchEvent<?>> until(WatchKey key, WatchEvent.Kind<?> kind, String name)
      throws InterruptedException {
    List<WatchEvent<?>> all = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (all.stream().noneMatch(it -> is(it, kind, name))) {
      long left = end - System.nanoTime();
      WatchKey signalled = left > 0 ? watcher.poll(left, TimeUnit.NANOSECONDS) : null;
      assertThat(signalled).as("a key for " + kind + " " + name + ", after " + all).isSameAs(key);
      all.addAll(signalled.pollEvents());
      signalled.reset();
    }
    return all;
  }

  private static boolean is(WatchEvent<?> event, WatchEvent.Kind<?> kind, String name) {
    return event.kind() == kind && event.context().toString().equals(name);
  }

  /** Kinds and names, each once, without modifications. */
  private static List<String> names(List<WatchEvent<?>> events) {
    return events.stream()
        .filter(it -> it.kind() != ENTRY_MODIFY)
        .map(it -> it.kind().name() + " " + it.context())
        .toList();
  }

  @Statement(84)
  @Test
  void a_new_file_is_told_by_its_name_alone() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    file("f", "x");
    List<WatchEvent<?>> events = until(key, ENTRY_CREATE, "f");
    assertThat(events).hasSize(1);
    assertThat(events.get(0).context()).isEqualTo(fs.getPath("f"));
    assertThat(events.get(0).count()).isEqualTo(1);
    assertThat(key.watchable()).isEqualTo(dir);
    assertThat(key.isValid()).isTrue();
  }

  @Statement(84)
  @Needs({SYMBOLIC_LINKS, HARD_LINKS})
  @Test
  void new_directories_and_links_are_told() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    directory("d");
    until(key, ENTRY_CREATE, "d");
    link("l", "nowhere");
    until(key, ENTRY_CREATE, "l");
    file("f", "");
    until(key, ENTRY_CREATE, "f");
    Files.createLink(at("hard"), at("f"));
    until(key, ENTRY_CREATE, "hard");
  }

  @Statement(84)
  @Test
  void what_is_removed_is_told() throws Exception {
    file("f", "x");
    directory("d");
    WatchKey key = watch(ENTRY_DELETE);
    Files.delete(at("f"));
    until(key, ENTRY_DELETE, "f");
    Files.delete(at("d"));
    until(key, ENTRY_DELETE, "d");
  }

  @Statement(84)
  @Test
  void writing_is_told() throws Exception {
    file("f", "x");
    WatchKey key = watch(ENTRY_MODIFY);
    Files.writeString(at("f"), "y", StandardOpenOption.APPEND);
    until(key, ENTRY_MODIFY, "f");
  }

  @Statement(84)
  @Test
  void writing_to_a_file_that_was_open_before_is_told() throws Exception {
    file("f", "x");
    try (var channel = channel(at("f"), StandardOpenOption.WRITE)) {
      WatchKey key = watch(ENTRY_MODIFY);
      channel.write(bytes("y"));
      until(key, ENTRY_MODIFY, "f");
      channel.truncate(0);
      until(key, ENTRY_MODIFY, "f");
    }
  }

  @Statement(84)
  @Test
  void writing_to_a_file_that_was_renamed_is_told_by_its_new_name() throws Exception {
    file("f", "x");
    try (var channel = channel(at("f"), StandardOpenOption.WRITE)) {
      Files.move(at("f"), at("g"));
      WatchKey key = watch(ENTRY_MODIFY);
      channel.write(bytes("y"));
      until(key, ENTRY_MODIFY, "g");
    }
  }

  @Statement(84)
  @Test
  void a_change_of_attributes_is_a_modification() throws Exception {
    file("f", "x");
    WatchKey key = watch(ENTRY_MODIFY);
    Files.setLastModifiedTime(at("f"), java.nio.file.attribute.FileTime.fromMillis(1000));
    until(key, ENTRY_MODIFY, "f");
  }

  @Statement(84)
  @Needs(USER_ATTRIBUTES)
  @Test
  void a_change_of_a_user_attribute_is_a_modification() throws Exception {
    file("f", "x");
    WatchKey key = watch(ENTRY_MODIFY);
    Files.setAttribute(at("f"), "user:name", new byte[] {1});
    until(key, ENTRY_MODIFY, "f");
  }

  @Statement(84)
  @Test
  void a_rename_is_a_deletion_and_a_creation() throws Exception {
    file("old", "x");
    WatchKey key = watch(ENTRY_CREATE, ENTRY_DELETE);
    Files.move(at("old"), at("new"));
    assertThat(names(until(key, ENTRY_CREATE, "new")))
        .containsExactly("ENTRY_DELETE old", "ENTRY_CREATE new");
  }

  @Statement(84)
  @Test
  void a_move_out_and_a_move_in_are_told() throws Exception {
    directory("inside");
    file("f", "x");
    WatchKey key = at("inside").register(watcher, ENTRY_CREATE, ENTRY_DELETE);
    Files.move(at("f"), at("inside").resolve("f"));
    until(key, ENTRY_CREATE, "f");
    Files.move(at("inside").resolve("f"), at("g"));
    until(key, ENTRY_DELETE, "f");
  }

  @Statement(84)
  @Test
  void an_atomic_replacement_is_told() throws Exception {
    file("old", "x");
    file("new", "y");
    WatchKey key = watch(ENTRY_CREATE, ENTRY_DELETE);
    Files.move(at("new"), at("old"), StandardCopyOption.ATOMIC_MOVE);
    until(key, ENTRY_CREATE, "old");
  }

  @Statement(84)
  @Test
  void events_come_in_the_order_of_the_changes() throws Exception {
    WatchKey key = watch(ENTRY_CREATE, ENTRY_DELETE);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      file("f" + i, "");
      expected.add("ENTRY_CREATE f" + i);
      if (i % 3 == 0) {
        Files.delete(at("f" + i));
        expected.add("ENTRY_DELETE f" + i);
      }
    }
    assertThat(names(until(key, ENTRY_CREATE, "f19"))).isEqualTo(expected);
  }

  @Statement(84)
  @Test
  void only_the_kinds_that_were_asked_for_are_told() throws Exception {
    WatchKey key = watch(ENTRY_DELETE);
    file("f", "x");
    Files.writeString(at("f"), "y");
    Files.delete(at("f"));
    assertThat(until(key, ENTRY_DELETE, "f")).hasSize(1);
  }

  @Statement(84)
  @Test
  void what_happens_below_a_directory_in_it_is_not_told() throws Exception {
    directory("d");
    WatchKey key = watch(ENTRY_CREATE, ENTRY_DELETE);
    Files.writeString(at("d").resolve("inner"), "x");
    file("outer", "x");
    assertThat(names(until(key, ENTRY_CREATE, "outer"))).containsExactly("ENTRY_CREATE outer");
  }

  @Statement(83)
  @Test
  void the_same_directory_has_the_same_key_with_the_newest_kinds() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    assertThat(watch(ENTRY_DELETE)).isSameAs(key);
    assertThat(at(".").register(watcher, ENTRY_DELETE)).isSameAs(key);
    file("f", "x");
    Files.delete(at("f"));
    assertThat(names(until(key, ENTRY_DELETE, "f"))).containsExactly("ENTRY_DELETE f");
  }

  @Statement(83)
  @Test
  void two_directories_have_keys_of_their_own() throws Exception {
    directory("one");
    directory("two");
    WatchKey one = at("one").register(watcher, ENTRY_CREATE);
    WatchKey two = at("two").register(watcher, ENTRY_CREATE);
    assertThat(one).isNotSameAs(two);
    Files.createFile(at("two").resolve("f"));
    until(two, ENTRY_CREATE, "f");
    Files.createFile(at("one").resolve("f"));
    until(one, ENTRY_CREATE, "f");
  }

  @Statement(84)
  @Test
  void two_services_are_both_told() throws Exception {
    try (WatchService other = fs.newWatchService()) {
      WatchKey key = watch(ENTRY_CREATE);
      WatchKey second = dir.register(other, ENTRY_CREATE);
      file("f", "x");
      until(key, ENTRY_CREATE, "f");
      assertThat(other.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(second);
    }
  }

  @Statement(84)
  @Test
  void a_key_is_queued_once_until_it_is_reset() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    file("f", "x");
    assertThat(watcher.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(key);
    assertThat(key.pollEvents()).hasSize(1);
    file("g", "x");
    assertThat(watcher.poll(300, TimeUnit.MILLISECONDS)).isNull();
    assertThat(key.reset()).isTrue();
    until(key, ENTRY_CREATE, "g");
  }

  @Statement(84)
  @Test
  void a_key_that_is_reset_with_events_left_is_queued_again() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    file("f", "x");
    assertThat(watcher.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(key);
    assertThat(key.reset()).isTrue();
    assertThat(watcher.poll()).isSameAs(key);
    assertThat(key.pollEvents()).hasSize(1);
    assertThat(key.pollEvents()).isEmpty();
  }

  @Statement(84)
  @Test
  void modifications_of_a_file_that_wait_are_one_event() throws Exception {
    file("f", "x");
    WatchKey key = watch(ENTRY_MODIFY, ENTRY_CREATE);
    try (var channel = channel(at("f"), StandardOpenOption.WRITE)) {
      for (int i = 0; i < 10; i++) {
        channel.write(bytes("y"));
      }
    }
    file("last", "x");
    List<WatchEvent<?>> events = until(key, ENTRY_CREATE, "last");
    assertThat(events.size()).isLessThan(10);
    assertThat(events).allMatch(it -> it.count() > 0);
  }

  @Statement(84)
  @Test
  void a_modification_does_not_go_before_the_creation_that_it_follows() throws Exception {
    file("f", "x");
    WatchKey key = watch(ENTRY_MODIFY, ENTRY_CREATE, ENTRY_DELETE);
    Files.writeString(at("f"), "y", StandardOpenOption.APPEND);
    Files.delete(at("f"));
    Files.createFile(at("f"));
    Files.writeString(at("f"), "z", StandardOpenOption.APPEND);
    file("last", "");
    List<String> kinds =
        until(key, ENTRY_CREATE, "last").stream()
            .filter(it -> it.context().toString().equals("f"))
            .map(it -> it.kind().name())
            .toList();
    assertThat(kinds.subList(kinds.indexOf("ENTRY_DELETE"), kinds.size()))
        .containsExactly("ENTRY_DELETE", "ENTRY_CREATE", "ENTRY_MODIFY");
  }

  @Statement(84)
  @Test
  void a_cancelled_key_is_told_nothing_and_cannot_be_reset() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    key.cancel();
    key.cancel();
    assertThat(key.isValid()).isFalse();
    assertThat(key.reset()).isFalse();
    WatchKey fresh = watch(ENTRY_CREATE);
    assertThat(fresh).isNotSameAs(key);
    file("f", "x");
    until(fresh, ENTRY_CREATE, "f");
    assertThat(key.pollEvents()).isEmpty();
  }

  @Statement(84)
  @Test
  void the_key_of_a_removed_directory_ends_and_is_queued() throws Exception {
    directory("d");
    WatchKey key = at("d").register(watcher, ENTRY_CREATE, ENTRY_DELETE);
    Files.delete(at("d"));
    assertThat(watcher.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(key);
    assertThat(key.reset()).isFalse();
    assertThat(key.isValid()).isFalse();
  }

  @Statement(84)
  @Test
  void the_key_of_a_replaced_directory_ends_and_is_queued() throws Exception {
    directory("d");
    directory("e");
    WatchKey key = at("d").register(watcher, ENTRY_CREATE, ENTRY_DELETE);
    Files.move(at("e"), at("d"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(watcher.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(key);
    assertThat(key.reset()).isFalse();
    assertThat(key.isValid()).isFalse();
  }

  @Statement(84)
  @Test
  void too_many_events_become_an_overflow() throws Exception {
    WatchKey key = watch(ENTRY_CREATE, ENTRY_DELETE);
    for (int i = 0; i < 40_000; i++) { // more than a kernel queues, too
      Path each = at("f" + i % 700);
      if (i % 1400 < 700) {
        Files.createFile(each);
      } else {
        Files.delete(each);
      }
    }
    boolean overflow = false;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!overflow && System.nanoTime() < end) {
      WatchKey signalled = watcher.poll(1, TimeUnit.SECONDS);
      if (signalled != null) {
        for (WatchEvent<?> event : signalled.pollEvents()) {
          overflow |= event.kind() == OVERFLOW;
        }
        signalled.reset();
      }
    }
    assertThat(overflow).isTrue();
    assertThat(key.isValid()).isTrue();
  }

  @Statement(84)
  @Test
  void nothing_waiting_is_null() throws Exception {
    watch(ENTRY_CREATE);
    assertThat(watcher.poll()).isNull();
    assertThat(watcher.poll(1, TimeUnit.MILLISECONDS)).isNull();
  }

  @Statement(84)
  @Test
  void closing_wakes_who_waits_and_ends_the_keys() throws Exception {
    WatchKey key = watch(ENTRY_CREATE);
    ExecutorService waiting = Executors.newFixedThreadPool(2);
    try {
      CountDownLatch running = new CountDownLatch(2);
      Future<?> taker =
          waiting.submit(
              () -> {
                running.countDown();
                return watcher.take();
              });
      Future<?> poller =
          waiting.submit(
              () -> {
                running.countDown();
                return watcher.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
              });
      running.await();
      watcher.close();
      assertThat(taker)
          .failsWithin(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .withCauseExactlyInstanceOf(ClosedWatchServiceException.class);
      assertThat(poller)
          .failsWithin(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .withCauseExactlyInstanceOf(ClosedWatchServiceException.class);
    } finally {
      waiting.shutdownNow();
    }
    assertThat(key.isValid()).isFalse();
    watcher.close();
  }

  @Statement(84)
  @Test
  void a_closed_service_refuses_all() throws IOException {
    watcher.close();
    thrown(ClosedWatchServiceException.class, () -> watcher.poll());
    thrown(ClosedWatchServiceException.class, () -> watcher.poll(1, TimeUnit.SECONDS));
    thrown(ClosedWatchServiceException.class, () -> watcher.take());
    thrown(ClosedWatchServiceException.class, () -> watch(ENTRY_CREATE));
  }

  @Statement(84)
  @Test
  void an_interrupt_ends_a_wait() {
    Thread.currentThread().interrupt();
    thrown(InterruptedException.class, () -> watcher.take());
    assertThat(Thread.interrupted()).isFalse();
  }

  @Statement(83)
  @Test
  void a_file_and_nothing_cannot_be_watched() throws IOException {
    Path file = file("f", "x");
    thrown(NotDirectoryException.class, () -> file.register(watcher, ENTRY_CREATE));
    thrown(NoSuchFileException.class, () -> at("none").register(watcher, ENTRY_CREATE));
  }

  @Statement(83)
  @Test
  void a_registration_without_events_is_refused() {
    thrown(IllegalArgumentException.class, () -> watch());
    thrown(IllegalArgumentException.class, () -> watch(OVERFLOW));
  }

  @Statement(83)
  @Test
  void OVERFLOW_among_the_kinds_changes_nothing() throws Exception {
    WatchKey key = watch(ENTRY_CREATE, OVERFLOW);
    file("f", "x");
    assertThat(until(key, ENTRY_CREATE, "f")).hasSize(1);
  }

  @Statement(83)
  @Test
  void unknown_kinds_and_modifiers_are_refused() {
    thrown(UnsupportedOperationException.class, () -> watch(STRANGE));
    WatchEvent.Kind<?>[] create = {ENTRY_CREATE};
    thrown(
        UnsupportedOperationException.class,
        () -> dir.register(watcher, create, (WatchEvent.Modifier) () -> "STRANGE"));
  }

  @Statement(27)
  @Test
  void null_is_refused() {
    WatchEvent.Kind<?>[] create = {ENTRY_CREATE};
    thrown(NullPointerException.class, () -> dir.register(null, ENTRY_CREATE));
    thrown(NullPointerException.class, () -> watch((WatchEvent.Kind<?>) null));
    thrown(
        NullPointerException.class,
        () -> dir.register(watcher, create, (WatchEvent.Modifier) null));
  }

  @Statement(83)
  @Test
  void a_service_of_another_provider_is_refused() throws IOException {
    FileSystem other = FileSystems.getDefault();
    if (fs == other) {
      try (WatchService foreign = new ForeignWatchService()) {
        thrown(ProviderMismatchException.class, () -> dir.register(foreign, ENTRY_CREATE));
      }
      return;
    }
    try (WatchService foreign = other.newWatchService()) {
      thrown(ProviderMismatchException.class, () -> dir.register(foreign, ENTRY_CREATE));
    }
  }

  /** A service that belongs to nobody. */
  private static final class ForeignWatchService implements WatchService {
    @Override
    public void close() {}

    @Override
    public WatchKey poll() {
      return null;
    }

    @Override
    public WatchKey poll(long timeout, TimeUnit unit) {
      return null;
    }

    @Override
    public WatchKey take() {
      throw new IllegalStateException("nobody waits here");
    }
  }
}
