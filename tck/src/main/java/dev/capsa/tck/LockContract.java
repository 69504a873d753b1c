package dev.capsa.tck;

import static dev.capsa.tck.Capability.FILE_CHANNELS;
import static dev.capsa.tck.Capability.LOCKS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks on files within one process: {@code FileChannel.lock} and {@code tryLock}. */
@Needs({WRITING, FILE_CHANNELS, LOCKS})
public abstract class LockContract extends Contract {
  private Path file;

  protected LockContract(Subject subject) {
    super(subject);
  }

  @BeforeEach
  void makeFile() throws IOException {
    file = file("f", "content");
  }

  private FileChannel open() throws IOException {
    return channel(file, READ, WRITE);
  }

  @Statement(55)
  @Test
  void a_lock_knows_what_it_locks() throws IOException {
    try (FileChannel channel = open()) {
      FileLock lock = channel.lock(3, 4, true);
      assertThat(lock.position()).isEqualTo(3);
      assertThat(lock.size()).isEqualTo(4);
      assertThat(lock.isShared()).isTrue();
      assertThat(lock.isValid()).isTrue();
      assertThat(lock.acquiredBy()).isSameAs(channel);
      assertThat(lock.overlaps(6, 1)).isTrue();
      assertThat(lock.overlaps(7, 1)).isFalse();
    }
  }

  @Statement(55)
  @Test
  void a_lock_without_range_is_exclusive_and_of_all() throws IOException {
    try (FileChannel channel = open()) {
      FileLock lock = channel.tryLock();
      assertThat(lock.position()).isZero();
      assertThat(lock.size()).isEqualTo(Long.MAX_VALUE);
      assertThat(lock.isShared()).isFalse();
    }
  }

  @Statement(55)
  @Test
  void locks_of_a_process_do_not_overlap() throws IOException {
    try (FileChannel one = open();
        FileChannel two = open()) {
      FileLock held = one.lock(2, 4, false);
      for (FileChannel channel : new FileChannel[] {one, two}) {
        thrown(OverlappingFileLockException.class, () -> channel.tryLock(5, 1, false));
        thrown(OverlappingFileLockException.class, () -> channel.lock(0, 3, false));
        thrown(OverlappingFileLockException.class, channel::lock);
        thrown(OverlappingFileLockException.class, () -> channel.tryLock(2, 1, true));
      }
      two.lock(0, 2, false).release();
      two.lock(6, 10, false).release();
      held.release();
      two.lock().release();
    }
  }

  @Statement(55)
  @Test
  void shared_locks_of_a_process_do_not_overlap_either() throws IOException {
    try (FileChannel one = open();
        FileChannel two = open()) {
      one.lock(0, 5, true);
      thrown(OverlappingFileLockException.class, () -> two.tryLock(4, 5, true));
    }
  }

  @Statement(55)
  @Test
  void locks_of_two_files_have_nothing_in_common() throws IOException {
    try (FileChannel one = open();
        FileChannel two = channel(file("g", "x"), WRITE)) {
      one.lock();
      assertThat(two.tryLock().isValid()).isTrue();
    }
  }

  @Statement(55)
  @Test
  void a_released_lock_is_not_valid() throws IOException {
    try (FileChannel channel = open()) {
      FileLock lock = channel.lock();
      lock.release();
      assertThat(lock.isValid()).isFalse();
      lock.release();
      try (FileLock again = channel.lock()) {
        assertThat(again.isValid()).isTrue();
        lock.release();
        assertThat(again.isValid()).isTrue();
        thrown(OverlappingFileLockException.class, channel::tryLock);
      }
      channel.tryLock().release();
    }
  }

  @Statement(55)
  @Test
  void closing_the_channel_ends_its_locks() throws IOException {
    try (FileChannel other = open()) {
      FileChannel channel = open();
      FileLock lock = channel.lock();
      channel.close();
      assertThat(lock.isValid()).isFalse();
      thrown(ClosedChannelException.class, lock::release);
      assertThat(other.tryLock().isValid()).isTrue();
    }
  }

  @Statement(55)
  @Test
  void closing_a_channel_leaves_the_locks_of_others() throws IOException {
    try (FileChannel one = open();
        FileChannel three = open()) {
      FileLock held = one.lock(0, 2, false);
      FileChannel two = open();
      two.lock(4, 2, false);
      two.close();
      assertThat(held.isValid()).isTrue();
      thrown(OverlappingFileLockException.class, () -> three.tryLock(1, 1, false));
      three.lock(4, 2, false).release();
    }
  }

  @Statement({55, 56})
  @Test
  void an_interrupted_thread_gets_no_lock() throws IOException {
    try (FileChannel channel = open()) {
      Thread.currentThread().interrupt();
      thrown(FileLockInterruptionException.class, channel::lock);
      assertThat(Thread.interrupted()).isTrue();
    }
    try (FileChannel other = open()) {
      other.tryLock().release();
    }
  }

  @Statement(55)
  @Test
  void a_lock_needs_a_channel_for_its_kind() throws IOException {
    try (FileChannel reader = channel(file, READ);
        FileChannel writer = channel(file, WRITE)) {
      thrown(NonWritableChannelException.class, reader::lock);
      thrown(NonWritableChannelException.class, () -> reader.tryLock(0, 1, false));
      thrown(NonReadableChannelException.class, () -> writer.lock(0, 1, true));
      reader.lock(0, 1, true).release();
      writer.lock(0, 1, false).release();
    }
  }

  /** Since 20 a size of 0 is all there may be; before, the Javadoc is silent. */
  @Statement(55)
  @Test
  void a_lock_without_a_size_goes_on_from_its_position() throws IOException {
    try (FileChannel channel = open()) {
      FileLock lock = channel.tryLock(5, 0, false);
      assertThat(lock.isValid()).isTrue();
      assertThat(lock.position()).isEqualTo(5);
      if (Runtime.version().feature() >= 20) {
        assertThat(lock.size()).isEqualTo(Long.MAX_VALUE - 5);
        thrown(OverlappingFileLockException.class, () -> channel.tryLock(1000, 1, false));
      }
      channel.tryLock(0, 5, false).release();
    }
  }

  @Statement(55)
  @Test
  void wrong_ranges_are_refused() throws IOException {
    try (FileChannel channel = open()) {
      thrown(IllegalArgumentException.class, () -> channel.lock(-1, 1, false));
      thrown(IllegalArgumentException.class, () -> channel.lock(0, -1, false));
      thrown(IllegalArgumentException.class, () -> channel.tryLock(Long.MAX_VALUE, 1, false));
      channel.tryLock().release();
    }
  }

  @Statement(55)
  @Test
  void a_lock_stays_with_the_file_that_moves() throws IOException {
    try (FileChannel channel = open()) {
      channel.lock();
      Files.move(file, at("g"));
      try (FileChannel moved = channel(at("g"), WRITE);
          FileChannel fresh = channel(file("f", "another"), WRITE)) {
        thrown(OverlappingFileLockException.class, moved::tryLock);
        assertThat(fresh.tryLock()).isNotNull();
      }
    }
  }

  @Statement(55)
  @Test
  void one_thread_at_a_time_has_a_lock() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    inThreads(
        4,
        () -> {
          for (int i = 0; i < 50; i++) {
            try (FileChannel channel = open();
                FileLock lock = channel.tryLock()) {
              assertThat(lock.isValid()).isTrue();
              assertThat(inside.incrementAndGet()).isEqualTo(1);
              inside.decrementAndGet();
            } catch (OverlappingFileLockException e) {
              Thread.onSpinWait();
            }
          }
          return null;
        });
  }
}
