package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaException;
import dev.capsa.CapsaLockedException;
import dev.capsa.raw.MemoryRawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the wrapper adds: locks, tokens, time-outs, draining. */
class ConcurrentStoreTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final StoreOptions PATIENT = StoreOptions.defaults();
  private static final StoreOptions IMPATIENT = PATIENT.withTimeout(SHORT);

  private ConcurrentStore store;

  private ConcurrentStore use(StoreOptions options) throws IOException {
    store = ConcurrentStore.create(new MemoryRawStorage(), options);
    return store;
  }

  @AfterEach
  void nothing_is_held_any_more() throws IOException {
    if (store != null) {
      assertThat(store.openHandles()).isZero();
      assertThat(store.heldObjects()).isZero();
      store.close();
    }
  }

  private static byte[] bytes(long seed, int length) {
    return SpaceModel.bytes(seed, length).array();
  }

  /** Bytes that all have one value. */
  private static byte[] uniform(int value, int length) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static void inParallel(int threads, Worker worker) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        Callable<?> task =
            () -> {
              start.await();
              worker.run(number);
              return null;
            };
        done.add(pool.submit(task));
      }
      for (Future<?> each : done) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private interface Worker {
    void run(int number) throws Exception;
  }

  // One thread.

  @Test
  void what_the_wrapped_store_cannot_do_is_named() throws IOException {
    ConcurrentStore plain = ConcurrentStore.wrap(new MemoryStore(), PATIENT); // C3
    assertThatThrownBy(() -> plain.allocateRun(10, 2))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("RunAllocator");
    assertThatThrownBy(plain::pin)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Space");
    ObjectId id = plain.newObject(7);
    assertThat(plain.info(id)).contains(new ObjectInfo(0, 7)); // C2
    plain.close();
  }

  @Test
  void a_closed_writer_can_be_read_at_once() throws IOException {
    use(IMPATIENT); // C5
    SectionWriter writer = store.create(10);
    writer.write(bytes(1, 10));
    writer.close();
    writer.close();
    assertThat(StoredValues.bytes(store, writer.id())).isEqualTo(bytes(1, 10));
    assertThat(store.info(writer.id()).orElseThrow().size()).isEqualTo(10);
  }

  @Test
  void a_held_object_is_waited_for_and_then_named() throws IOException {
    use(IMPATIENT);
    ObjectId id = StoredValues.put(store, bytes(1, 10));
    try (SectionReader reader = store.openReader(id);
        SectionReader second = store.openReader(id)) {
      assertThatThrownBy(() -> store.openWriter(id))
          .isInstanceOf(StoreTimeoutException.class)
          .hasMessageContaining(id.toString())
          .hasMessageContaining("20 ms");
      assertThatThrownBy(
              () -> store.writeBatch(List.of(id), ByteBuffer.allocate(10), new int[] {10}))
          .isInstanceOf(StoreTimeoutException.class);
      assertThat(second.readAll()).isEqualTo(reader.readAll());
    }
    try (SectionWriter writer = store.openWriter(id)) {
      assertThatThrownBy(() -> store.openReader(id)).isInstanceOf(StoreTimeoutException.class);
      assertThatThrownBy(() -> store.openWriter(id)).isInstanceOf(StoreTimeoutException.class);
      assertThatThrownBy(() -> store.delete(id)).isInstanceOf(StoreTimeoutException.class);
      assertThat(writer.write(bytes(2, 10))).isEqualTo(10);
    }
    assertThat(StoredValues.bytes(store, id)).isEqualTo(bytes(2, 10));
  }

  @Test
  void deleting_waits_for_no_reader() throws IOException {
    use(IMPATIENT);
    ObjectId id = StoredValues.put(store, bytes(1, 100_000));
    store.commit();
    try (SectionReader reader = store.openReader(id)) {
      store.delete(id);
      store.commit();
      ObjectId next = StoredValues.put(store, bytes(2, 100_000));
      store.commit();
      assertThat(reader.readAll()).isEqualTo(bytes(1, 100_000));
      assertThat(next).isNotEqualTo(id);
    }
    assertThatThrownBy(() -> store.openReader(id)).isInstanceOf(ObjectNotFoundException.class);
  }

  @Test
  void a_missing_token_is_waited_for_and_then_named() throws IOException {
    use(IMPATIENT.withDiskTokens(1));
    ObjectId id = StoredValues.put(store, bytes(1, 10));
    ObjectId other = StoredValues.put(store, bytes(2, 10));
    long count = store.objectCount();
    try (SectionReader reader = store.openReader(id)) {
      assertThatThrownBy(() -> store.openReader(other))
          .isInstanceOf(StoreTimeoutException.class)
          .hasMessageContaining("token")
          .hasMessageContaining(other.toString());
      assertThatThrownBy(() -> store.create(5)).isInstanceOf(StoreTimeoutException.class);
      assertThat(store.objectCount()).isEqualTo(count);
      assertThatThrownBy(() -> store.readBlocks(1, 0, ByteBuffer.allocate(1)))
          .isInstanceOf(StoreTimeoutException.class);
      reader.close();
      reader.close();
    }
    assertThat(StoredValues.bytes(store, other)).isEqualTo(bytes(2, 10));
    try (SectionReader again = store.openReader(id)) {
      assertThatThrownBy(() -> store.openReader(other)).isInstanceOf(StoreTimeoutException.class);
    }
  }

  @Test
  void an_id_has_one_lock_while_it_is_used_and_none_after() throws IOException {
    ObjectLocks locks = new ObjectLocks(); // C9
    ObjectId a = new ObjectId(1);
    ObjectLocks.Held write = locks.write(a, SHORT, "");
    assertThatThrownBy(() -> locks.read(a, SHORT, "")).isInstanceOf(StoreTimeoutException.class);
    ObjectLocks.Held other = locks.write(new ObjectId(2), SHORT, "");
    assertThat(locks.size()).isEqualTo(2);
    write.release();
    ObjectLocks.Held read = locks.read(a, SHORT, "");
    locks.read(a, SHORT, "").release();
    assertThatThrownBy(() -> locks.write(a, SHORT, "")).isInstanceOf(StoreTimeoutException.class);
    read.release();
    other.release();
    assertThat(locks.size()).isZero();
  }

  @Test
  void an_interrupt_ends_waiting_and_stays() throws IOException {
    use(PATIENT);
    ObjectId id = StoredValues.put(store, bytes(1, 10));
    try (SectionReader reader = store.openReader(id)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> store.openWriter(id))
          .isInstanceOf(java.io.InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(reader.readAll()).isEqualTo(bytes(1, 10));
    }
  }

  // Closing.

  @Test
  void closing_waits_for_open_handles() throws Exception {
    MemoryRawStorage raw = new MemoryRawStorage();
    ConcurrentStore closing = ConcurrentStore.create(raw, PATIENT);
    ObjectId other = closing.newObject(1);
    SectionWriter writer = closing.create(10);
    writer.write(bytes(1, 10));
    ExecutorService pool = Executors.newSingleThreadExecutor();
    Future<?> closed =
        pool.submit(
            () -> {
              closing.close();
              return null;
            });
    while (true) {
      try {
        closing.openReader(other).close();
      } catch (CapsaException e) {
        break;
      }
    }
    assertThat(closed.isDone()).isFalse();
    writer.close();
    closed.get(60, TimeUnit.SECONDS);
    pool.shutdown();
    MultiStore again = MultiStore.open(raw.reopen(), false, 0);
    assertThat(StoredValues.bytes(again, writer.id())).isEqualTo(bytes(1, 10));
  }

  @Test
  void closing_makes_leaked_handles_invalid_and_says_how_many() throws IOException {
    MemoryRawStorage raw = new MemoryRawStorage();
    ConcurrentStore leaky = ConcurrentStore.create(raw, IMPATIENT.withDiskTokens(5));
    ObjectId id = StoredValues.put(leaky, bytes(1, 10));
    ObjectId written = StoredValues.put(leaky, bytes(2, 10));
    SectionReader reader = leaky.openReader(id);
    SectionReader second = leaky.openReader(id);
    SectionWriter writer = leaky.openWriter(written);
    writer.write(bytes(3, 10));
    assertThatThrownBy(leaky::close)
        .isInstanceOf(LeakedHandlesException.class)
        .hasMessageContaining("3 open")
        .hasMessageContaining(written.toString());
    leaky.close();
    assertThatThrownBy(reader::readAll).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(ClosedChannelException.class);
    writer.close();
    second.close();
    assertThat(leaky.heldObjects()).isZero();
    assertThatThrownBy(() -> leaky.newObject(1)).isInstanceOf(CapsaException.class);
    MultiStore again = MultiStore.open(raw.reopen(), false, 0);
    assertThat(StoredValues.bytes(again, id)).isEqualTo(bytes(1, 10));
    assertThat(StoredValues.bytes(again, written)).isEqualTo(bytes(2, 10));
  }

  @Test
  void a_store_in_a_file_belongs_to_one(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("store.capsa"); // C16
    assertThatThrownBy(() -> ConcurrentStore.open(file, PATIENT))
        .isInstanceOf(NoSuchFileException.class);
    ObjectId id;
    try (ConcurrentStore made = ConcurrentStore.create(file, PATIENT)) {
      id = StoredValues.put(made, bytes(1, 1000));
      assertThatThrownBy(() -> ConcurrentStore.open(file, PATIENT))
          .isInstanceOf(CapsaLockedException.class);
    }
    assertThatThrownBy(() -> ConcurrentStore.create(file, PATIENT))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (ConcurrentStore opened = ConcurrentStore.open(file, PATIENT)) {
      assertThat(StoredValues.bytes(opened, id)).isEqualTo(bytes(1, 1000));
    }
    try (ConcurrentStore read = ConcurrentStore.open(file, PATIENT.withReadOnly(true))) {
      assertThat(StoredValues.bytes(read, id)).isEqualTo(bytes(1, 1000));
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  // Many threads.

  @Test
  void readers_of_different_objects_do_not_wait_for_each_other() throws Exception {
    use(PATIENT); // C6
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(StoredValues.put(store, bytes(i, 500)));
    }
    store.commit();
    CyclicBarrier together = new CyclicBarrier(10);
    inParallel(
        10,
        number -> {
          try (SectionReader reader = store.openReader(ids.get(number))) {
            together.await(30, TimeUnit.SECONDS);
            assertThat(reader.readAll()).isEqualTo(bytes(number, 500));
          }
        });
  }

  @Test
  void new_objects_of_many_threads_are_distinct() throws Exception {
    use(PATIENT); // C7
    Map<ObjectId, Integer> made = new ConcurrentHashMap<>();
    inParallel(
        20,
        number -> {
          try (SectionWriter writer = store.create(100)) {
            writer.write(bytes(number, 100));
            made.put(writer.id(), number);
          }
        });
    assertThat(made).hasSize(20);
    for (var entry : made.entrySet()) {
      assertThat(StoredValues.bytes(store, entry.getKey())).isEqualTo(bytes(entry.getValue(), 100));
    }
  }

  @Test
  void writers_and_readers_of_one_object_see_whole_contents() throws Exception {
    use(PATIENT); // C8, C14
    for (int size : new int[] {700, 100_000}) {
      ObjectId id = StoredValues.put(store, uniform(0, size));
      inParallel(
          20,
          number -> {
            for (int i = 0; i < 20; i++) {
              if (number % 4 == 0) {
                StoredValues.write(store, id, ByteBuffer.wrap(uniform(number, size)));
                if (i % 8 == 0) {
                  store.commit();
                }
              } else {
                byte[] read = StoredValues.bytes(store, id);
                assertThat(read).isEqualTo(uniform(read[0], size));
              }
            }
          });
    }
  }

  @Test
  void many_threads_change_many_objects() throws Exception {
    use(PATIENT); // B8
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 1024; i++) {
      ids.add(StoredValues.put(store, uniform(i, 1 + i)));
    }
    inParallel(
        100,
        number -> {
          Random random = new Random(number);
          for (int i = 0; i < 10; i++) {
            int index = random.nextInt(ids.size());
            byte[] read = StoredValues.bytes(store, ids.get(index));
            assertThat(read).isEqualTo(uniform(read[0], 1 + index));
            byte[] next = uniform(read[0] + 1, 1 + index);
            StoredValues.write(store, ids.get(index), ByteBuffer.wrap(next));
            if (i == 5 && number % 10 == 0) {
              store.commit();
            }
          }
        });
    store.commit();
    for (int i = 0; i < 1024; i++) {
      byte[] read = StoredValues.bytes(store, ids.get(i));
      assertThat(read).isEqualTo(uniform(read[0], 1 + i));
    }
  }

  @Test
  void deleting_under_readers_hurts_nobody() throws Exception {
    use(PATIENT); // C11
    for (int size : new int[] {500, 100_000}) {
      List<ObjectId> ids = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        ids.add(StoredValues.put(store, uniform(i, size)));
      }
      store.commit();
      inParallel(
          11,
          number -> {
            for (int i = 0; i < 30; i++) {
              if (number == 0) {
                store.delete(ids.get(i));
                StoredValues.put(store, uniform(99, size));
                store.commit();
              } else {
                try (SectionReader reader = store.openReader(ids.get(i))) {
                  assertThat(reader.readAll()).isEqualTo(uniform(i, size));
                } catch (ObjectNotFoundException e) {
                  assertThat(e.id()).isEqualTo(ids.get(i));
                }
              }
            }
          });
    }
    assertThat(store.objectCount()).isEqualTo(60);
  }

  @Test
  void many_threads_make_and_delete() throws Exception {
    use(PATIENT); // C12, C13
    Map<ObjectId, byte[]> kept = new ConcurrentHashMap<>();
    inParallel(
        20,
        number -> {
          Random random = new Random(number);
          for (int i = 0; i < 50; i++) {
            byte[] content = bytes(number * 100L + i, random.nextInt(3000));
            ObjectId id = StoredValues.put(store, content);
            assertThat(StoredValues.bytes(store, id)).isEqualTo(content);
            if (i % 2 == 0) {
              store.delete(id);
            } else {
              kept.put(id, content);
            }
            if (i % 20 == 7) {
              store.commit();
            }
          }
        });
    assertThat(kept).hasSize(500);
    assertThat(store.objectCount()).isEqualTo(500);
    for (var entry : kept.entrySet()) {
      assertThat(StoredValues.bytes(store, entry.getKey())).isEqualTo(entry.getValue());
    }
  }

  @Test
  void batches_in_opposite_orders_do_not_deadlock() throws Exception {
    use(PATIENT);
    List<ObjectId> ids = store.allocateRun(10, 4);
    List<ObjectId> wrong = List.of(ids.get(1), ids.get(0));
    inParallel(
        8,
        number -> {
          for (int i = 0; i < 50; i++) {
            if (number % 2 == 0) {
              byte[] data = uniform(number, 40);
              store.writeBatch(ids, ByteBuffer.wrap(data), new int[] {10, 10, 10, 10});
            } else {
              assertThatThrownBy(
                      () -> store.writeBatch(wrong, ByteBuffer.allocate(20), new int[] {10, 10}))
                  .isInstanceOf(IllegalArgumentException.class);
            }
          }
        });
    assertThatThrownBy(
            () ->
                store.writeBatch(
                    List.of(ids.get(0), ids.get(0)), ByteBuffer.allocate(20), new int[] {10, 10}))
        .isInstanceOf(IllegalArgumentException.class); // W8
  }

  @Test
  void no_more_sections_are_open_than_there_are_tokens() throws Exception {
    int tokens = 3; // C15
    use(PATIENT.withDiskTokens(tokens));
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ids.add(StoredValues.put(store, bytes(i, 300)));
    }
    store.commit();
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch allTokensTaken = new CountDownLatch(tokens);
    inParallel(
        12,
        number -> {
          for (int i = 0; i < 20; i++) {
            boolean writes = (number + i) % 3 == 0;
            try (AutoCloseable section =
                writes ? store.openWriter(ids.get(number)) : store.openReader(ids.get(number))) {
              most.accumulateAndGet(open.incrementAndGet(), Math::max);
              allTokensTaken.countDown();
              assertThat(allTokensTaken.await(30, TimeUnit.SECONDS)).isTrue();
              open.decrementAndGet();
            }
          }
        });
    assertThat(most).hasValue(tokens);
  }

  @Test
  void no_more_reads_are_in_flight_than_there_are_tokens() throws Exception {
    int tokens = 2; // C15, measured at the medium
    CountingStorage raw = new CountingStorage(new MemoryRawStorage(), tokens);
    ConcurrentStore counted = ConcurrentStore.create(raw, PATIENT.withDiskTokens(tokens));
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ids.add(StoredValues.put(counted, bytes(i, 300)));
    }
    counted.commit();
    raw.start();
    inParallel(
        8,
        number -> {
          for (int i = 0; i < 20; i++) {
            assertThat(StoredValues.bytes(counted, ids.get(number))).isEqualTo(bytes(number, 300));
          }
        });
    assertThat(raw.mostReads()).isEqualTo(tokens);
    counted.close();
  }

  @Test
  void reads_of_files_take_tokens_too_and_an_interrupt_does_not_end_them() throws Exception {
    int tokens = 2;
    CountingStorage raw = new CountingStorage(new MemoryRawStorage(), tokens);
    ConcurrentStore counted = ConcurrentStore.create(raw, PATIENT.withDiskTokens(tokens));
    List<ObjectPointer> pointers = new ArrayList<>();
    try (Batch batch = counted.begin()) {
      for (int i = 0; i < 8; i++) {
        pointers.add(batch.putObject(ByteBuffer.wrap(bytes(i, 3000))));
      }
      batch.commit(new byte[] {1}, true);
    }
    raw.start();
    inParallel(
        8,
        number -> {
          try (Pin pin = counted.pin()) {
            assertThat(pin).isNotNull();
            for (int i = 0; i < 20; i++) {
              ByteBuffer read = ByteBuffer.allocate(3000);
              Thread.currentThread().interrupt();
              counted.readObject(pointers.get(number), 0, read);
              assertThat(Thread.interrupted()).isTrue();
              assertThat(read.array()).isEqualTo(bytes(number, 3000));
            }
          }
        });
    assertThat(raw.mostReads()).isEqualTo(tokens);
    counted.close();
  }
}
