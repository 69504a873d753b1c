package dev.capsa.bench;

import org.openjdk.jmh.annotations.Benchmark;

/** Measures nothing. Keeps the benchmark build working until the first real benchmark comes. */
public class PlaceholderBenchmark {

  /** The cost of an empty call. */
  @Benchmark
  public void nothing() {}
}
