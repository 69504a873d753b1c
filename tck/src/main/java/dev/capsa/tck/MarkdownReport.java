package dev.capsa.tck;

import dev.capsa.tck.Report.Cell;
import dev.capsa.tck.Report.Column;
import dev.capsa.tck.Report.State;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as Markdown: totals, the table, and why statements are not kept. */
final class MarkdownReport {
  private final Report report;
  private final StringBuilder text = new StringBuilder();

  MarkdownReport(Report report) {
    this.report = report;
  }

  String text() {
    text.setLength(0);
    text.append("# Who keeps what\n\n");
    totals();
    table();
    report.columns().forEach(this::reasons);
    return text.toString();
  }

  private void totals() {
    text.append(
        "| subject | cases | kept | not kept | statements kept | not kept | not declared |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (Column column : report.columns()) {
      List<Cell> cells = report.cells(column);
      long kept = Report.kept(column);
      int runs = column.outcomes().size();
      row(
          cell(column.subject()),
          runs,
          kept,
          runs - kept,
          Report.count(cells, State.KEPT),
          Report.count(cells, State.NOT_KEPT),
          Report.count(cells, State.NOT_DECLARED));
    }
    text.append('\n');
  }

  private void table() {
    text.append("| | statement |");
    report.columns().forEach(it -> text.append(' ').append(cell(it.subject())).append(" |"));
    text.append("\n|---|---|").append("---|".repeat(report.columns().size())).append('\n');
    for (int number = 1; number <= Statements.count(); number++) {
      text.append("| ").append(number).append(" | ").append(cell(Statements.title(number)));
      text.append(" |");
      for (Column column : report.columns()) {
        text.append(' ').append(words(report.cell(column, number))).append(" |");
      }
      text.append('\n');
    }
  }

  private static String words(Cell cell) {
    return switch (cell.state()) {
      case KEPT -> "kept, " + cell.runs();
      case NOT_KEPT -> "**not kept**, " + cell.notes().size() + " of " + cell.runs();
      default -> cell.state().toString();
    };
  }

  private void reasons(Column column) {
    Map<String, String> notes = Report.notes(column.outcomes().stream());
    if (notes.isEmpty()) {
      return;
    }
    text.append("\n## What ").append(column.subject()).append(" does otherwise\n\n");
    text.append("| case | what happens |\n|---|---|\n");
    notes.forEach((run, note) -> row("`" + cell(run) + "`", cell(note)));
  }

  private void row(Object... fields) {
    text.append(
        java.util.Arrays.stream(fields)
            .map(String::valueOf)
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Text that does not end its field or its line. */
  private static String cell(String words) {
    return words.replace("|", "\\|").replaceAll("\\R", " ");
  }
}
