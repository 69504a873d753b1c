package dev.capsa.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs the benchmarks (arguments as JMH's) and prints a Markdown table: contestants side by side,
 * each with the median of its iterations, per file or call, and in brackets its ratio to the raw
 * channel, or to Capsa where raw does not take part. Least and most are in what JMH prints.
 */
public final class Compare {
  private Compare() {}

  /** Arguments: as JMH's. */
  public static void main(String[] args) throws Exception {
    Collection<RunResult> results = new Runner(new CommandLineOptions(args)).run();
    Map<String, Map<String, Double>> table = new TreeMap<>();
    for (RunResult result : results) {
      String peer = result.getParams().getParam("peer");
      String name = result.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1");
      String buffer = result.getParams().getParam("buffer");
      Result<?> primary = result.getPrimaryResult();
      double score = primary.getStatistics().getPercentile(50);
      String files = result.getParams().getParam("files");
      boolean perFile = name.startsWith("SmallFileWriting") || name.matches(".*\\.(list|walk)");
      if (perFile && files != null) {
        score /= Integer.parseInt(files);
      }
      String unit = primary.getScoreUnit().replace("/op", perFile ? "/file" : "");
      String row = name + (buffer == null ? "" : " " + buffer) + " [" + unit + "]";
      table.computeIfAbsent(row, it -> new LinkedHashMap<>()).put(peer, score);
    }
    print(table, System.out);
  }

  private static void print(Map<String, Map<String, Double>> table, PrintStream out) {
    String[] peers = {"raw", "capsa", "default", "zipfs", "jimfs", "sqlite", "mvstore"};
    out.println("| work | " + String.join(" | ", peers) + " |");
    out.println("|---" + "|--:".repeat(peers.length) + "|");
    table.forEach(
        (row, scores) -> {
          StringBuilder line = new StringBuilder("| ").append(row).append(" |");
          Double base = scores.getOrDefault("raw", scores.get("capsa"));
          for (String peer : peers) {
            Double score = scores.get(peer);
            line.append(
                score == null || base == null
                    ? " – |"
                    : String.format(Locale.ROOT, " %.3g (%.2g) |", score, score / base));
          }
          out.println(line);
        });
  }
}
