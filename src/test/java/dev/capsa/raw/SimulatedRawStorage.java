package dev.capsa.raw;

import dev.capsa.CapsaStoppedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A medium in memory that records what is done to it, and can say what a crash at any moment would
 * have left of that.
 *
 * <p>A crash keeps all that came before the last force that returned. Of what came after, each
 * write is kept, lost, or torn at sectors of 512 bytes or 4 KiB; each resize is kept, lost, or
 * stops half-way. The sectors of two writes have separate fates, so that what a reordering could
 * leave is among the outcomes, too. What lies past the length that a crash left is gone.
 *
 * <p>It also plays the medium that fails, by {@link Fault} rules, and holds its caller to the
 * contract: a call that crosses a segment or writes past the length is an {@link AssertionError}.
 *
 * <p>Safe for use by many threads; all calls wait for each other.
 */
public final class SimulatedRawStorage implements RawStorage {
  /** What was done to the medium. */
  public sealed interface Event permits Write, Resize, Force, Rot {}

  /** Bytes written, those of all sources together. */
  public record Write(long offset, byte[] bytes) implements Event {
    @Override
    public String toString() {
      return "write " + offset + " +" + bytes.length;
    }
  }

  /** A change of the length. */
  public record Resize(long from, long to) implements Event {
    @Override
    public String toString() {
      return "resize " + from + " -> " + to;
    }
  }

  /** A force that returned. */
  public record Force() implements Event {
    @Override
    public String toString() {
      return "force";
    }
  }

  /** A byte that changed by itself. Every image from then on has it. */
  public record Rot(long offset, int mask) implements Event {
    @Override
    public String toString() {
      return "rot " + offset + " ^" + mask;
    }
  }

  private record Injected(Fault fault, Map<Fault.Operation, Integer> calls) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Event> log = new ArrayList<>();

  /** What is durable, by the number of events before. */
  private final TreeMap<Integer, PageImage> durable = new TreeMap<>();

  private final Map<Fault.Operation, Integer> calls = new EnumMap<>(Fault.Operation.class);
  private final List<Injected> faults = new ArrayList<>();
  private final List<Consumer<? super Event>> observers = new ArrayList<>();
  private final PageImage current;
  private @Nullable IOException failedForce;
  private boolean closed;

  /** An empty medium. */
  public SimulatedRawStorage() {
    this(new PageImage());
  }

  private SimulatedRawStorage(PageImage image) {
    current = image;
    durable.put(0, image.copy());
  }

  // What a crash leaves.

  /** The number of events so far: each number up to it is a moment to crash at. */
  public int events() {
    return locked(log::size);
  }

  /** What was done, oldest first. */
  public List<Event> log() {
    return locked(() -> List.copyOf(log));
  }

  /** The log as text, an event per line. */
  public String trace() {
    return locked(() -> log.stream().map(Event::toString).collect(Collectors.joining("\n")));
  }

  /**
   * What a loss of power after the first {@code moment} events may have left, as a medium of its
   * own with an empty log. One seed gives one image.
   */
  public SimulatedRawStorage crashImage(int moment, Random random) {
    return locked(
        () -> {
          Map.Entry<Integer, PageImage> base = durable.floorEntry(moment);
          List<Event> pending = log.subList(base.getKey(), moment);
          return new SimulatedRawStorage(new Crash(random).after(base.getValue().copy(), pending));
        });
  }

  /** What a death of the process after the first {@code moment} events leaves: all of them. */
  public SimulatedRawStorage killImage(int moment) {
    return locked(
        () -> {
          Map.Entry<Integer, PageImage> base = durable.floorEntry(moment);
          PageImage image = base.getValue().copy();
          for (Event event : log.subList(base.getKey(), moment)) {
            apply(event, image);
          }
          return new SimulatedRawStorage(image);
        });
  }

  /** The least that any crash after the first {@code moment} events leaves: what was forced. */
  public SimulatedRawStorage durableImage(int moment) {
    return locked(() -> new SimulatedRawStorage(durable.floorEntry(moment).getValue().copy()));
  }

  static void apply(Event event, PageImage image) {
    if (event instanceof Write write) {
      image.write(write.offset, write.bytes, 0, write.bytes.length);
    } else if (event instanceof Resize resize) {
      image.resize(resize.to);
    } else if (event instanceof Rot rot) {
      ByteBuffer rotten = ByteBuffer.allocate(1);
      image.read(rot.offset, rotten);
      rotten.put(0, (byte) (rotten.get(0) ^ rot.mask));
      image.write(rot.offset, rotten.array(), 0, 1);
    }
  }

  // Counts, faults, observers.

  /** The calls of {@link #read} that were let in. */
  public int reads() {
    return calls(Fault.Operation.READ);
  }

  /** The calls of {@link #write}, failed ones included. */
  public int writes() {
    return calls(Fault.Operation.WRITE);
  }

  /** The calls of {@link #resize}, failed ones included. */
  public int resizes() {
    return calls(Fault.Operation.RESIZE);
  }

  /** The calls of {@link #force}, failed ones included. */
  public int forces() {
    return calls(Fault.Operation.FORCE);
  }

  private int calls(Fault.Operation operation) {
    return locked(() -> calls.getOrDefault(operation, 0));
  }

  /** Lets calls fail by a rule, until {@link #heal}. */
  public void inject(Fault fault) {
    locked(() -> faults.add(new Injected(fault, new EnumMap<>(Fault.Operation.class))));
  }

  /** Forgets all rules. A failed force is not forgotten before {@link #reopen}. */
  public void heal() {
    locked(
        () -> {
          faults.clear();
          return null;
        });
  }

  /**
   * Shows each event to an observer before it is applied, in the thread that causes it; what the
   * observer throws, the caller gets. The observer must not call this medium.
   */
  public void observe(Consumer<? super Event> observer) {
    locked(() -> observers.add(observer));
  }

  /** Flips the bits of {@code mask} in a byte. */
  public void rot(long offset, int mask) {
    locked(
        () -> {
          if (offset < 0 || offset >= current.length()) {
            throw new AssertionError("no byte at " + offset + " of " + current.length());
          }
          accept(new Rot(offset, mask));
          return null;
        });
  }

  /**
   * Opens this medium again after its closing: same bytes, same log; all rules are forgotten. What
   * came before a failed force counts as forced by the next one that returns; to open what such a
   * failure may really have left, take {@link #crashImage}.
   */
  public SimulatedRawStorage reopen() {
    return locked(
        () -> {
          closed = false;
          failedForce = null;
          faults.clear();
          return this;
        });
  }

  // The medium.

  /** Lets itself be asked, so that those above prepare for it; then it cannot. */
  @Override
  public boolean canMap() {
    return true;
  }

  @Override
  public long length() throws IOException {
    lock.lock();
    try {
      checkOpen();
      return current.length();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void read(long offset, ByteBuffer destination) throws IOException {
    lock.lock();
    try {
      checkOpen();
      int count = destination.remaining();
      hold(() -> Ranges.checkWithinSegment(offset, count));
      failIfInjected(Fault.Operation.READ, offset);
      if (Ranges.passes(offset, count, current.length())) {
        throw Ranges.endOfFile(offset, count, current.length(), "a simulated container");
      }
      current.read(offset, destination);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(long offset, ByteBuffer... sources) throws IOException {
    lock.lock();
    try {
      checkOpen();
      checkNotStopped();
      int count = Arrays.stream(sources).mapToInt(ByteBuffer::remaining).sum();
      hold(() -> Ranges.checkWithinSegment(offset, count));
      hold(() -> Ranges.checkWritable(offset, count, current.length()));
      ByteBuffer together = ByteBuffer.allocate(count);
      for (ByteBuffer source : sources) {
        together.put(source);
      }
      Write write = new Write(offset, together.array());
      try {
        failIfInjected(Fault.Operation.WRITE, offset);
      } catch (IOException e) {
        new Crash(new Random(log.size())).tear(write).forEach(this::accept);
        throw e;
      }
      accept(write);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void resize(long length) throws IOException {
    lock.lock();
    try {
      checkOpen();
      checkNotStopped();
      hold(() -> Ranges.checkLength(length));
      failIfInjected(Fault.Operation.RESIZE, length);
      accept(new Resize(current.length(), length));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void force() throws IOException {
    lock.lock();
    try {
      checkOpen();
      checkNotStopped();
      try {
        failIfInjected(Fault.Operation.FORCE, 0);
      } catch (IOException e) {
        failedForce = e;
        throw e;
      }
      accept(new Force());
      durable.put(log.size(), current.copy());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    locked(() -> closed = true);
  }

  private void accept(Event event) {
    observers.forEach(it -> it.accept(event));
    apply(event, current);
    log.add(event);
  }

  private void failIfInjected(Fault.Operation operation, long place) throws IOException {
    calls.merge(operation, 1, Integer::sum);
    IOException failure = null;
    for (Injected injected : faults) {
      int number = injected.calls.merge(operation, 1, Integer::sum);
      IOException of = injected.fault.failureOf(operation, number, place);
      failure = failure == null ? of : failure;
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private void checkNotStopped() throws CapsaStoppedException {
    if (failedForce != null) {
      throw new CapsaStoppedException(
          "a simulated container can only be read, because a force failed", failedForce);
    }
  }

  /** Turns a breach of the contract by the caller into a failure of the test. */
  private static void hold(Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw new AssertionError("the caller breaks the contract: " + e.getMessage(), e);
    }
  }

  private <T> T locked(Supplier<T> task) {
    lock.lock();
    try {
      return task.get();
    } finally {
      lock.unlock();
    }
  }
}
