package dev.capsa.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaLockedException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLockTest {
  /** How often each of the contending processes takes the lock. */
  private static final int ROUNDS = Integer.getInteger("capsa.lock.rounds", 200);

  @TempDir Path folder;
  private Path container;

  @BeforeEach
  void makeContainer() throws IOException {
    container = Files.createFile(folder.resolve("box.capsa"));
  }

  @Test
  void the_lock_file_says_who_holds_it_and_goes_away() throws IOException {
    Path lockFile = container.resolveSibling("box.capsa.lock");
    try (ContainerLock lock = ContainerLock.acquire(container)) {
      assertThat(lock.lockFile()).isEqualTo(lockFile.toRealPath());
      assertThat(LockHolder.decode(contentOf(lockFile))).contains(LockHolder.current());
      assertThat(LockHolder.current().isGone()).isFalse();
    }
    assertThat(lockFile).doesNotExist();
  }

  /** Reading opens and closes the file, which drops the lock: only where no other test looks. */
  private static byte[] contentOf(Path lockFile) throws IOException {
    return Files.readAllBytes(lockFile);
  }

  @Test
  void a_second_writer_in_this_process_is_refused_by_any_name() throws IOException {
    Path link = Files.createLink(folder.resolve("hard"), container);
    Path symbolic = Files.createSymbolicLink(folder.resolve("soft"), container);
    try (ContainerLock lock = ContainerLock.acquire(container)) {
      for (Path name : List.of(container, link, symbolic, folder.resolve("./box.capsa"))) {
        assertThatThrownBy(() -> ContainerLock.acquire(name))
            .isInstanceOf(CapsaLockedException.class)
            .hasMessageContaining(name.toString())
            .hasMessageContaining("in this process")
            .hasMessageContaining("process " + ProcessHandle.current().pid());
      }
      assertThat(lock.lockFile()).exists();
    }
    ContainerLock.acquire(link).close();
    ContainerLock.acquire(symbolic).close();
  }

  @Test
  void a_lock_may_be_taken_before_the_container_is_there() throws IOException {
    Path later = folder.resolve("later");
    try (ContainerLock lock = ContainerLock.acquire(later)) {
      assertThatThrownBy(() -> ContainerLock.acquire(later))
          .isInstanceOf(CapsaLockedException.class);
      Files.createFile(later);
      assertThatThrownBy(() -> ContainerLock.acquire(later))
          .isInstanceOf(CapsaLockedException.class);
    }
    assertThatThrownBy(() -> ContainerLock.acquire(folder.resolve("none/box")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void another_process_is_refused_until_the_release_and_attempts_here_change_nothing()
      throws Exception {
    try (ContainerLock lock = ContainerLock.acquire(container)) {
      assertThatThrownBy(() -> ContainerLock.acquire(container))
          .isInstanceOf(CapsaLockedException.class);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> ContainerLock.acquire(container))
          .isInstanceOf(CapsaLockedException.class);
      assertThat(Thread.interrupted()).isTrue();
      try (LockingProcess other = LockingProcess.start(container, "hold")) {
        assertThat(other.line())
            .isEqualTo(container + " is open for writing by " + LockHolder.current());
      }
      lock.close();
      try (LockingProcess other = LockingProcess.start(container, "hold")) {
        assertThat(other.line()).isEqualTo("held");
        lock.close();
        assertThat(lock.lockFile()).as("the lock file of the other process").exists();
        other.release();
      }
    }
  }

  @Test
  void a_writer_in_another_process_is_named_and_after_its_death_replaced() throws Exception {
    Path lockFile = container.resolveSibling("box.capsa.lock");
    try (LockingProcess other = LockingProcess.start(container, "hold")) {
      assertThat(other.line()).isEqualTo("held");
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> ContainerLock.acquire(container))
            .isInstanceOf(CapsaLockedException.class)
            .hasMessageContaining(container + " is open for writing by process " + other.pid());
      }
      other.kill();
      assertThat(lockFile).exists();
      assertThat(LockHolder.decode(contentOf(lockFile)).orElseThrow().isGone()).isTrue();
    }
    try (ContainerLock lock = ContainerLock.acquire(container)) {
      assertThat(LockHolder.decode(contentOf(lockFile))).contains(LockHolder.current());
    }
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_writer_in_another_process_that_ends_well_leaves_no_file() throws Exception {
    try (LockingProcess other = LockingProcess.start(container, "hold")) {
      assertThat(other.line()).isEqualTo("held");
      other.release();
      assertThat(container.resolveSibling("box.capsa.lock")).doesNotExist();
    }
    ContainerLock.acquire(container).close();
  }

  @Test
  void a_lock_file_that_belongs_to_nobody_is_taken_over_whatever_it_says() throws IOException {
    Path lockFile = container.resolveSibling("box.capsa.lock");
    Files.writeString(lockFile, "pid=99999999999999999999\nhost\n=\nstarted=");
    try (ContainerLock lock = ContainerLock.acquire(container)) {
      assertThat(LockHolder.decode(contentOf(lockFile))).contains(LockHolder.current());
    }
    assertThat(lockFile).doesNotExist();
  }

  @Test
  void a_release_leaves_a_lock_file_that_is_not_its_own() throws IOException {
    ContainerLock lock = ContainerLock.acquire(container);
    Files.delete(lock.lockFile());
    Files.writeString(lock.lockFile(), "somebody else's");
    lock.close();
    assertThat(lock.lockFile()).hasContent("somebody else's");
  }

  @Test
  void threads_and_processes_that_contend_are_never_in_together() throws Exception {
    try (LockingProcess one = LockingProcess.start(container, "" + ROUNDS);
        LockingProcess two = LockingProcess.start(container, "" + ROUNDS)) {
      assertThat(one.line()).isEqualTo("ready");
      assertThat(two.line()).isEqualTo("ready");
      AtomicInteger together = new AtomicInteger();
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        tasks.add(
            () -> {
              together.addAndGet(LockingProcess.contend(container, ROUNDS));
              return null;
            });
      }
      RawStorageContract.runTogether(tasks);
      assertThat(one.line()).isEqualTo("0");
      assertThat(two.line()).isEqualTo("0");
      assertThat(together).hasValue(0);
    }
    assertThat(container.resolveSibling("box.capsa.lock")).doesNotExist();
  }

  @Test
  void another_copy_of_this_class_is_refused_and_does_not_drop_the_lock() throws Exception {
    URL[] classes = {ContainerLock.class.getProtectionDomain().getCodeSource().getLocation()};
    try (ContainerLock lock = ContainerLock.acquire(container);
        URLClassLoader apart = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      Class<?> copy = apart.loadClass(ContainerLock.class.getName());
      assertThat(copy).isNotSameAs(ContainerLock.class);
      assertThatThrownBy(() -> copy.getMethod("acquire", Path.class).invoke(null, container))
          .cause()
          .hasMessageContaining("another copy of this library in this process");
      try (LockingProcess other = LockingProcess.start(container, "hold")) {
        assertThat(other.line()).contains("is open for writing by " + LockHolder.current());
      }
      assertThatCode(lock::close).doesNotThrowAnyException();
    }
  }
}
