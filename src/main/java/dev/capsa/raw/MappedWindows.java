package dev.capsa.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Mappings of a file, in windows that lie wholly inside it. They are a short cut: whatever they
 * cannot read is left to the channels, which read it or say why not.
 *
 * <p>Bytes leave a window only by a bulk copy into memory that nobody has seen yet. When the file
 * was cut by somebody else, or its disk fails, a bulk copy throws {@link InternalError}, where code
 * that the JIT has made of other ways to touch a mapping may end the process. But compiled code
 * throws it late: at the next entry into the virtual machine that looks for such errors, which may
 * be in any innocent method of the thread. {@link #awaitError} is such an entry.
 *
 * <p>A mapping lives until it is collected; there is no other way to unmap it.
 *
 * <p>Safe for use by many threads. A read never waits for another one's mapping.
 */
final class MappedWindows {
  static final int WINDOW_BYTES = 64 << 20;

  /** Windows end at pages, and so never hold the end of the file and what lies behind it. */
  private static final int PAGE_BYTES = 4096;

  /** A window is mapped again when it has grown by this, and by an eighth. */
  private static final int LEAST_GROWTH_BYTES = 64 << 10;

  private static final MappedByteBuffer[] NONE = {};

  /** Always 0, which the compiler must not know. */
  private static volatile int none;

  private final MappingFile file;
  private final ReentrantLock mapping = new ReentrantLock();

  /** Replaced, never changed; written under the lock. A window that is not there is null. */
  private volatile @Nullable MappedByteBuffer[] windows = NONE;

  /** Written under the lock: whether mapping failed once, which it then does not try again. */
  private volatile boolean failed;

  MappedWindows(MappingFile file) {
    this.file = file;
  }

  /**
   * Fills the buffer from a range inside the file, or does nothing.
   *
   * @param length the length of the file
   * @return whether the buffer was filled
   */
  boolean read(long offset, ByteBuffer destination, long length) {
    int index = Math.toIntExact(offset / WINDOW_BYTES);
    int start = (int) (offset % WINDOW_BYTES);
    int count = destination.remaining();
    MappedByteBuffer window = window(index);
    if (window == null || start + count > window.capacity()) {
      window = map(index, window, length);
      if (window == null || start + count > window.capacity()) {
        return false;
      }
    }
    int position = destination.position();
    try {
      destination.put(position, window, start, count);
      awaitError();
    } catch (InternalError e) {
      return false;
    }
    destination.position(position + count);
    return true;
  }

  /**
   * Enters the virtual machine so that an error of the copy is thrown now. Native methods, monitors
   * and allocations do not look for it on JDK 17; to make an array of arrays whose lengths the
   * compiler does not know does, interpreted and compiled, and costs about 0.1 µs. A test holds
   * this for the JDK that it runs on.
   */
  private static void awaitError() {
    byte[][] made = new byte[none][none];
    if (made.length != 0) {
      throw new AssertionError(made.length);
    }
  }

  /** Forgets the windows that pass a length, before the file is cut to it. */
  void cut(long length) {
    mapping.lock();
    try {
      int whole = (int) Math.min(windows.length, length / WINDOW_BYTES);
      windows = Arrays.copyOf(windows, whole);
    } finally {
      mapping.unlock();
    }
  }

  private @Nullable MappedByteBuffer window(int index) {
    @Nullable MappedByteBuffer[] windows = this.windows;
    return index < windows.length ? windows[index] : null;
  }

  /** Maps a window as far as the file goes, if that is worth it; null if it is not. */
  private @Nullable MappedByteBuffer map(int index, @Nullable MappedByteBuffer old, long length) {
    long start = (long) index * WINDOW_BYTES;
    long size = Math.min(WINDOW_BYTES, length - start);
    size -= size % PAGE_BYTES;
    long mapped = old == null ? 0 : old.capacity();
    boolean whole = size == WINDOW_BYTES && mapped < size;
    if (failed || (!whole && size - mapped < Math.max(LEAST_GROWTH_BYTES, mapped / 8))) {
      return null;
    }
    if (!mapping.tryLock()) {
      return null;
    }
    try {
      MappedByteBuffer window = window(index);
      if (window == old) {
        window = map(start, size);
        @Nullable MappedByteBuffer[] next =
            Arrays.copyOf(windows, Math.max(windows.length, index + 1));
        next[index] = window;
        windows = next;
      }
      return window;
    } catch (IOException e) {
      failed = true;
      return null;
    } finally {
      mapping.unlock();
    }
  }

  private MappedByteBuffer map(long start, long size) throws IOException {
    return file.map(
        start, size, (channel, at) -> channel.map(FileChannel.MapMode.READ_ONLY, at, size));
  }
}
