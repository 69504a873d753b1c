package dev.capsa.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One file of 1 GiB: written durably, read from end to end, read at random. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgs = "-Xmx8g")
public class LargeFile {
  @Param({"raw", "capsa", "default", "zipfs", "jimfs", "sqlite", "mvstore"})
  public String peer;

  @Param({"65536", "1048576"})
  public int buffer;

  private static final long BYTES = 1L << 30;

  private Path directory;
  private Peer open;
  private Peer.Large file;

  @Setup
  public void prepare() throws Exception {
    directory = Path.of(System.getProperty("capsa.bench.dir", "target/bench"), peer);
    Peers.clear(directory);
    open = Peers.open(peer, directory, BYTES * 5 / 2);
    open.directory("");
    file = open.large("large", true);
    writeAll();
  }

  @TearDown
  public void end() throws Exception {
    file.close();
    open.close();
    Peers.clear(directory);
  }

  private void writeAll() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocateDirect(buffer);
    for (long at = 0; at < BYTES; at += buffer) {
      bytes.clear().putLong(0, at);
      file.write(at, bytes);
    }
    file.force();
  }

  /** Overwrites the file from end to end and forces. */
  @Benchmark
  public void write() throws Exception {
    writeAll();
  }

  /** Reads from end to end what was read before: checked already, where that matters. */
  @Benchmark
  public long read() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocateDirect(buffer);
    long sum = 0;
    for (long at = 0; at < BYTES; at += buffer) {
      file.read(at, bytes.clear());
      sum += bytes.getLong(0);
    }
    return sum;
  }

  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @Warmup(iterations = 3, time = 1)
  @Measurement(iterations = 5, time = 1)
  public long random4k(Page page) throws Exception {
    return readAny(page);
  }

  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @Warmup(iterations = 3, time = 1)
  @Measurement(iterations = 5, time = 1)
  @Threads(2)
  public long random4kByTwo(Page page) throws Exception {
    return readAny(page);
  }

  /** A thread's buffer. */
  @State(Scope.Thread)
  public static class Page {
    final ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
  }

  private long readAny(Page page) throws Exception {
    file.read(ThreadLocalRandom.current().nextLong(BYTES / 4096) * 4096, page.bytes.clear());
    return page.bytes.getLong(0);
  }
}
