package dev.capsa.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What the cases of one test run came to. JUnit closes it when the run ends; it then writes {@code
 * report.md} and {@code report.html} to the folder that the configuration parameter {@code
 * tck.report} names, {@code target/tck} if there is none. Cases may tell it from several threads.
 */
final class Outcomes implements AutoCloseable {
  private final Map<String, Report.Column> columns = new TreeMap<>();
  private final Path folder;

  private Outcomes(Path folder) {
    this.folder = folder;
  }

  /** The one of the run that a case belongs to. */
  static Outcomes of(ExtensionContext context) {
    Path folder = Path.of(context.getConfigurationParameter("tck.report").orElse("target/tck"));
    return context
        .getRoot()
        .getStore(Namespace.create(Outcomes.class))
        .getOrComputeIfAbsent(Outcomes.class, it -> new Outcomes(folder), Outcomes.class);
  }

  synchronized void add(Subject subject, Outcome outcome) {
    columns
        .computeIfAbsent(
            subject.name(), it -> new Report.Column(it, subject.capabilities(), new ArrayList<>()))
        .outcomes()
        .add(outcome);
  }

  @Override
  public synchronized void close() throws IOException {
    Report report = new Report(Case.all(), List.copyOf(columns.values()));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("report.md"), new MarkdownReport(report).text());
    Files.writeString(folder.resolve("report.html"), new HtmlReport(report).text());
  }
}
