package dev.capsa.tck;

import dev.capsa.tck.Report.Cell;
import dev.capsa.tck.Report.Column;
import dev.capsa.tck.Report.State;
import java.util.List;

/** A report as one page of HTML that needs no other file. */
final class HtmlReport {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>Who keeps what of java.nio.file</title>
      <style>
      body { font: 15px/1.4 sans-serif; margin: 2em; color: #222; }
      table { border-collapse: collapse; }
      th, td { border: 1px solid #ccc; padding: 3px 8px; text-align: left; vertical-align: top; }
      thead th { position: sticky; top: 0; background: #eee; }
      .kept { background: #e2f3e2; }
      .not-kept { background: #f9d9d6; }
      .not-declared, .not-run, .no-case { color: #888; }
      details ul { margin: 4px 0; padding-left: 1.2em; max-width: 34em; }
      code { font-size: 12px; overflow-wrap: anywhere; }
      </style>
      </head>
      <body>
      <h1>Who keeps what of java.nio.file</h1>
      """;

  private final Report report;
  private final StringBuilder text = new StringBuilder();

  HtmlReport(Report report) {
    this.report = report;
  }

  String text() {
    text.setLength(0);
    text.append(HEAD);
    text.append("<table>\n<thead><tr><th></th><th>statement</th>");
    report.columns().forEach(it -> text.append("<th>").append(html(it.subject())).append("</th>"));
    text.append("</tr></thead>\n<tbody>\n");
    totals();
    for (int number = 1; number <= Statements.count(); number++) {
      text.append("<tr><td>").append(number).append("</td><td>");
      text.append(html(Statements.title(number))).append("</td>");
      for (Column column : report.columns()) {
        field(report.cell(column, number));
      }
      text.append("</tr>\n");
    }
    return text.append("</tbody>\n</table>\n</body>\n</html>\n").toString();
  }

  private void totals() {
    text.append("<tr><td></td><td>all cases</td>");
    for (Column column : report.columns()) {
      List<Cell> cells = report.cells(column);
      text.append("<td>").append(Report.kept(column)).append(" of ");
      text.append(column.outcomes().size()).append(" kept<br>statements: ");
      text.append(Report.count(cells, State.KEPT)).append(" kept, ");
      text.append(Report.count(cells, State.NOT_KEPT)).append(" not kept, ");
      text.append(Report.count(cells, State.NOT_DECLARED)).append(" not declared</td>");
    }
    text.append("</tr>\n");
  }

  private void field(Cell cell) {
    String kind = cell.state().toString().replace(' ', '-');
    text.append("<td class=\"").append(kind).append("\">");
    switch (cell.state()) {
      case KEPT -> text.append("kept, ").append(cell.runs());
      case NOT_KEPT -> notKept(cell);
      default -> text.append(cell.state());
    }
    text.append("</td>");
  }

  private void notKept(Cell cell) {
    text.append("<details><summary>not kept, ").append(cell.notes().size());
    text.append(" of ").append(cell.runs()).append("</summary><ul>");
    cell.notes()
        .forEach(
            (run, note) ->
                text.append("<li>")
                    .append(html(note))
                    .append("<br><code>")
                    .append(html(run))
                    .append("</code></li>"));
    text.append("</ul></details>");
  }

  private static String html(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
