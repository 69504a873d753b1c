package dev.capsa.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One file of 1 GiB, read for the first time after an opening: what checks has to check now. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgs = "-Xmx4g")
public class LargeFileOpened {
  @Param({"raw", "capsa", "default", "sqlite"})
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
    reopen();
    open.directory("");
    file = open.large("large", true);
    ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < BYTES; at += bytes.capacity()) {
      file.write(at, bytes.clear().putLong(0, at));
    }
    file.force();
  }

  private void reopen() throws Exception {
    open = Peers.open(peer, directory, BYTES * 5 / 4);
  }

  @Setup(Level.Iteration)
  public void fresh() throws Exception {
    file.close();
    open.close();
    reopen();
    file = open.large("large", false);
  }

  @TearDown
  public void end() throws Exception {
    file.close();
    open.close();
    Peers.clear(directory);
  }

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
}
