package dev.capsa.bench;

import dev.capsa.raw.FileRawStorage;
import dev.capsa.raw.RawStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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
import org.openjdk.jmh.annotations.Warmup;

/** Random reads into heap buffers of a file of 256 MiB that the system has in its cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class RawReadBenchmark {
  private static final int LENGTH = 256 << 20;

  /** How many bytes one read takes. */
  @Param({"4096", "16384", "65536", "1048576"})
  public int readBytes;

  private Path file;
  private FileRawStorage channel;
  private FileRawStorage mapped;
  private FileChannel raw;

  /** A buffer for each thread. */
  @State(Scope.Thread)
  public static class Buffer {
    private ByteBuffer buffer;

    /** Allocates it. */
    @Setup
    public void allocate(RawReadBenchmark benchmark) {
      buffer = ByteBuffer.allocate(benchmark.readBytes);
    }
  }

  /** Makes the file. */
  @Setup
  public void open() throws IOException {
    file = Files.createTempFile("capsa", ".raw");
    Files.delete(file);
    channel = FileRawStorage.create(file);
    channel.resize(LENGTH);
    mapped = FileRawStorage.open(file, true, FileRawStorage.Reads.MAPPED);
    raw = FileChannel.open(file);
  }

  /** Removes it. */
  @TearDown
  public void close() throws IOException {
    channel.close();
    mapped.close();
    raw.close();
    Files.delete(file);
  }

  /** Through the channels of Capsa. */
  @Benchmark
  public ByteBuffer channel(Buffer buffer) throws IOException {
    return read(channel, buffer.buffer);
  }

  /** Through mappings. */
  @Benchmark
  public ByteBuffer mapped(Buffer buffer) throws IOException {
    return read(mapped, buffer.buffer);
  }

  /** Through the JDK's channel, which an interrupt closes. */
  @Benchmark
  public ByteBuffer fileChannel(Buffer buffer) throws IOException {
    raw.read(buffer.buffer.clear(), offset());
    return buffer.buffer;
  }

  private ByteBuffer read(RawStorage storage, ByteBuffer buffer) throws IOException {
    storage.read(offset(), buffer.clear());
    return buffer;
  }

  private long offset() {
    return ThreadLocalRandom.current().nextLong(LENGTH / readBytes) * readBytes;
  }
}
