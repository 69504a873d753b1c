package dev.capsa.bench;

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

/** Reading small files, their attributes, their names. Scores are per call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgs = "-Xmx4g")
public class SmallFileReading {
  @Param({"raw", "capsa", "default", "zipfs", "jimfs", "sqlite", "mvstore"})
  public String peer;

  @Param("20000")
  public int files;

  private String[] paths;
  private String[] absent;
  private Peer open;

  @Setup
  public void prepare() throws Exception {
    Path directory = Path.of(System.getProperty("capsa.bench.dir", "target/bench"), peer);
    Peers.clear(directory);
    open = Peers.open(peer, directory, files * 8192L);
    SmallFiles.writeAll(open, SmallFiles.contents(files), Integer.MAX_VALUE);
    paths = new String[files];
    absent = new String[files];
    for (int i = 0; i < files; i++) {
      paths[i] = SmallFiles.path(i);
      absent[i] = SmallFiles.absent(i);
    }
  }

  @TearDown
  public void end() throws Exception {
    open.close();
  }

  private int any() {
    return ThreadLocalRandom.current().nextInt(files);
  }

  @Benchmark
  public int read() throws Exception {
    return open.read(paths[any()]);
  }

  @Benchmark
  @Threads(2)
  public int readByTwo() throws Exception {
    return open.read(paths[any()]);
  }

  @Benchmark
  public long attributes() throws Exception {
    return open.attributes(paths[any()]);
  }

  @Benchmark
  public boolean exists() throws Exception {
    int file = any();
    return open.exists((file & 1) == 0 ? paths[file] : absent[file]);
  }

  /** All directories in one call: the report divides by the number of files. */
  @Benchmark
  public long list() throws Exception {
    return open.list();
  }

  /** All files with attributes in one call: the report divides by the number of files. */
  @Benchmark
  public long walk() throws Exception {
    return open.walk();
  }
}
