package dev.capsa.repo;

import dev.capsa.store.MemorySpace;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A repository over memory whose commits happen only when a test asks, with stops and traps. */
final class Rig implements AutoCloseable {
  static final long FILE = 7;
  static final int PAGE = FileDelta.PAGE_BYTES;
  static final RepositoryOptions WHEN_ASKED =
      new RepositoryOptions(Durability.COMMIT, 1_000_000, 64 << 20, 0);

  final MemorySpace memory;
  final TrapSpace space;
  final PlainContentStore content;
  final Stops stops = new Stops();
  final ExecutorService threads = Executors.newCachedThreadPool();
  final Repository repository;

  Rig() throws IOException {
    this(new MemorySpace(), WHEN_ASKED, true, true);
  }

  Rig(MemorySpace memory, RepositoryOptions options, boolean gate, boolean copying)
      throws IOException {
    this.memory = memory;
    this.space = new TrapSpace(memory);
    this.content = new PlainContentStore(space);
    this.repository =
        Repository.open(space, content, options, new Repository.Hooks(gate, copying, stops));
  }

  static byte[] key(String name) {
    return ItemKey.of(3, ItemKey.ENTRY, name.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] bytes(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  static ByteBuffer filled(int count, char with) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) with);
    return ByteBuffer.wrap(bytes);
  }

  void put(String name, String value) throws IOException {
    repository.change(mutation -> mutation.put(key(name), bytes(value)));
  }

  @Nullable String get(String name) throws IOException {
    try (View view = repository.view()) {
      return get(view, name);
    }
  }

  static @Nullable String get(View view, String name) throws IOException {
    byte[] value = view.get(key(name));
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** A file's bytes as text, zeros as points. */
  String read(long position, int count) throws IOException {
    try (View view = repository.view()) {
      return read(view, position, count);
    }
  }

  static String read(View view, long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    view.read(FILE, position, ByteBuffer.wrap(bytes));
    return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', '.');
  }

  void write(long position, ByteBuffer source, long size) throws IOException {
    repository.write(FILE, position, source, size, mutation -> {});
  }

  /** Runs in another thread. */
  <T> Future<T> async(Callable<T> action) {
    return threads.submit(action);
  }

  Future<?> forceAsync() {
    return async(
        () -> {
          repository.force();
          return null;
        });
  }

  /** What a new opening after a crash now would show. */
  Rig crashed() throws IOException {
    repository.abandon();
    threads.shutdownNow();
    return new Rig(memory, WHEN_ASKED, true, true);
  }

  @Override
  public void close() {
    repository.abandon();
    threads.shutdownNow();
  }
}
