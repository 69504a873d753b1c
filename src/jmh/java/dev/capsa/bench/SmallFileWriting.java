package dev.capsa.bench;

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

/** Writing small files; the score is of all files, the report divides by their number. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 7)
@Fork(value = 1, jvmArgs = "-Xmx4g")
public class SmallFileWriting {
  @Param({"raw", "capsa", "default", "zipfs", "jimfs", "sqlite", "mvstore"})
  public String peer;

  @Param("20000")
  public int files;

  private byte[][] contents;
  private Peer open;

  @Setup
  public void prepare() {
    contents = SmallFiles.contents(files);
  }

  @Setup(Level.Iteration)
  public void fresh() throws Exception {
    Path directory = Path.of(System.getProperty("capsa.bench.dir", "target/bench"), peer);
    Peers.clear(directory);
    open = Peers.open(peer, directory, files * 8192L);
  }

  @TearDown(Level.Iteration)
  public void end() throws Exception {
    open.close();
  }

  @Benchmark
  public void oneForceAtTheEnd() throws Exception {
    SmallFiles.writeAll(open, contents, Integer.MAX_VALUE);
  }

  @Benchmark
  public void forceEvery100() throws Exception {
    SmallFiles.writeAll(open, contents, 100);
  }
}
