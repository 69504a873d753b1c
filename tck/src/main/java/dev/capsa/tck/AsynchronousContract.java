package dev.capsa.tck;

import static dev.capsa.tck.Capability.ASYNCHRONOUS_CHANNELS;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code AsynchronousFileChannel}. */
@Needs({WRITING, ASYNCHRONOUS_CHANNELS})
public abstract class AsynchronousContract extends Contract {
  protected AsynchronousContract(Subject subject) {
    super(subject);
  }

  private static AsynchronousFileChannel open(Path file, OpenOption... options) throws IOException {
    return AsynchronousFileChannel.open(file, options);
  }

  /** Keeps what a handler is told: result or failure, attachment, thread. */
  private static final class Keeper<T> implements CompletionHandler<T, String> {
    final BlockingQueue<List<Object>> told = new LinkedBlockingQueue<>();

    @Override
    public void completed(T result, String attachment) {
      told.add(List.of(result, attachment, Thread.currentThread()));
    }

    @Override
    public void failed(Throwable failure, String attachment) {
      told.add(List.of(failure, attachment, Thread.currentThread()));
    }

    List<Object> next() throws InterruptedException {
      List<Object> next = told.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("what the handler was told").isNotNull();
      return next;
    }
  }

  @Statement(59)
  @Test
  void futures_tell_what_was_read_and_written() throws Exception {
    Path file = file("f", "content");
    try (AsynchronousFileChannel channel = open(file, READ, WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(4);
      assertThat(channel.read(buffer, 3).get()).isEqualTo(4);
      assertThat(buffer.flip()).isEqualTo(bytes("tent"));
      assertThat(channel.write(bytes("!!"), 8).get()).isEqualTo(2);
      assertThat(channel.size()).isEqualTo(10);
      assertThat(channel.read(buffer.clear(), 10).get()).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(0), 0).get()).isZero();
    }
    assertThat(content(file)).isEqualTo("content\0!!");
  }

  @Statement(59)
  @Test
  void handlers_are_told_once_with_their_attachment() throws Exception {
    try (AsynchronousFileChannel channel = open(file("f", "content"), READ, WRITE)) {
      Keeper<Integer> keeper = new Keeper<>();
      channel.read(ByteBuffer.allocate(3), 0, "reading", keeper);
      assertThat(keeper.next()).startsWith(3, "reading");
      channel.write(bytes("x"), 0, "writing", keeper);
      assertThat(keeper.next()).startsWith(1, "writing");
      Keeper<FileLock> lockKeeper = new Keeper<>();
      channel.lock(0, 1, false, "locking", lockKeeper);
      List<Object> locked = lockKeeper.next();
      assertThat(locked.get(0)).isInstanceOf(FileLock.class);
      assertThat(locked.get(1)).isEqualTo("locking");
      assertThat(keeper.told).isEmpty();
      assertThat(lockKeeper.told).isEmpty();
      ((FileLock) locked.get(0)).release();
      channel.lock("locking all", lockKeeper);
      assertThat(((FileLock) lockKeeper.next().get(0)).size()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Statement(59)
  @Test
  void operations_run_in_the_executor_that_is_given() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor(it -> new Thread(it, "given"));
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(file("f", "content"), Set.of(READ), executor)) {
      Keeper<Integer> keeper = new Keeper<>();
      channel.read(ByteBuffer.allocate(3), 0, "reading", keeper);
      Thread thread = (Thread) keeper.next().get(2);
      assertThat(thread.getName()).isEqualTo("given");
    } finally {
      executor.shutdown();
    }
  }

  @Statement({28, 59})
  @Test
  void files_are_opened_as_by_other_channels() throws IOException {
    Path file = file("f", "content");
    refused(NoSuchFileException.class, () -> open(at("missing"), READ).close());
    refused(NoSuchFileException.class, () -> open(at("missing"), WRITE).close());
    refused(FileAlreadyExistsException.class, () -> open(file, WRITE, CREATE_NEW).close());
    refused(UnsupportedOperationException.class, () -> open(file, APPEND).close());
    refused(UnsupportedOperationException.class, () -> open(at("new"), APPEND, CREATE).close());
    open(at("new"), WRITE, CREATE).close();
    open(file, WRITE, TRUNCATE_EXISTING).close();
    open(at("new"), WRITE, DELETE_ON_CLOSE).close();
    assertThat(names(dir)).containsExactly("f");
    assertThat(file).isEmptyFile();
    thrown(
        ProviderMismatchException.class,
        () -> fs.provider().newAsynchronousFileChannel(ForeignPaths.of(fs, "f"), Set.of(), null));
  }

  @Statement(59)
  @Test
  void a_channel_does_what_it_was_opened_for() throws IOException {
    Path file = file("f", "content");
    try (AsynchronousFileChannel reader = open(file);
        AsynchronousFileChannel writer = open(file, WRITE)) {
      refused(NonWritableChannelException.class, () -> reader.write(bytes("x"), 0));
      refused(NonWritableChannelException.class, () -> reader.truncate(0));
      refused(NonWritableChannelException.class, () -> reader.tryLock(0, 1, false));
      refused(NonReadableChannelException.class, () -> writer.read(ByteBuffer.allocate(1), 0));
      refused(NonReadableChannelException.class, () -> writer.lock(0, 1, true));
      refused(IllegalArgumentException.class, () -> reader.read(ByteBuffer.allocate(1), -1));
      refused(IllegalArgumentException.class, () -> writer.write(bytes("x"), -1));
      refused(IllegalArgumentException.class, () -> writer.truncate(-1));
      refused(
          IllegalArgumentException.class,
          () -> reader.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), 0));
      refused(NullPointerException.class, () -> reader.read(ByteBuffer.allocate(1), 0, "x", null));
    }
  }

  @Statement(59)
  @Test
  void truncating_cuts_and_never_grows() throws IOException {
    try (AsynchronousFileChannel channel = open(file("f", "content"), WRITE)) {
      assertThat(channel.truncate(100)).isSameAs(channel);
      assertThat(channel.size()).isEqualTo(7);
      assertThat(channel.truncate(3).size()).isEqualTo(3);
      channel.force(true);
    }
  }

  @Statement({19, 59})
  @Test
  void a_closed_channel_does_nothing() throws Exception {
    AsynchronousFileChannel channel = open(file("f", "content"), READ, WRITE);
    assertThat(channel.isOpen()).isTrue();
    channel.close();
    channel.close();
    assertThat(channel.isOpen()).isFalse();
    assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> channel.force(true)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> channel.tryLock()).isInstanceOf(ClosedChannelException.class);
    Future<Integer> read = channel.read(ByteBuffer.allocate(1), 0);
    assertThatThrownBy(read::get).hasCauseExactlyInstanceOf(ClosedChannelException.class);
    Keeper<Integer> keeper = new Keeper<>();
    channel.write(bytes("x"), 0, "writing", keeper);
    assertThat(keeper.next().get(0)).isExactlyInstanceOf(ClosedChannelException.class);
  }

  @Statement(59)
  @Test
  void closing_leaves_no_operation_without_an_answer() throws Exception {
    AsynchronousFileChannel channel = open(file("f", "content"), READ, WRITE);
    List<Future<Integer>> pending = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      pending.add(channel.write(ByteBuffer.allocate(10_000), i * 10_000L));
    }
    channel.close();
    for (Future<Integer> each : pending) {
      try {
        assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(10_000);
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(ClosedChannelException.class);
      }
    }
  }

  @Statement(59)
  @Test
  void many_writes_run_side_by_side() throws Exception {
    Path file = file("f", "");
    try (AsynchronousFileChannel channel = open(file, WRITE)) {
      List<Future<Integer>> pending = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        pending.add(channel.write(bytes("0123456789"), i * 10L));
      }
      for (Future<Integer> each : pending) {
        assertThat(each.get()).isEqualTo(10);
      }
    }
    assertThat(content(file)).isEqualTo("0123456789".repeat(100));
  }

  @Statement({55, 59})
  @Test
  void locks_overlap_with_those_of_other_channels() throws Exception {
    Path file = file("f", "content");
    try (AsynchronousFileChannel one = open(file, READ, WRITE);
        AsynchronousFileChannel two = open(file, READ, WRITE)) {
      FileLock lock = one.lock(0, 4, false).get();
      assertThat(lock.isValid()).isTrue();
      assertThat(lock.acquiredBy()).isSameAs(one);
      thrown(OverlappingFileLockException.class, () -> two.tryLock(3, 1, true));
      thrown(OverlappingFileLockException.class, () -> two.lock());
      one.close();
      assertThat(lock.isValid()).isFalse();
      assertThat(two.tryLock().isValid()).isTrue();
    }
  }

  @Statement({56, 59})
  @Test
  void an_interrupt_of_the_caller_does_not_close_the_channel() throws Exception {
    try (AsynchronousFileChannel channel = open(file("f", "content"), READ)) {
      Thread.currentThread().interrupt();
      Future<Integer> read = channel.read(ByteBuffer.allocate(7), 0);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(read.get()).isEqualTo(7);
      assertThat(channel.isOpen()).isTrue();
    }
  }
}
