package dev.capsa.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.tck.Outcome.Verdict;
import dev.capsa.tck.Report.Column;
import dev.capsa.tck.Report.State;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of statements by subjects, and how it is written. */
class ReportTest {
  private static final List<Case> CASES =
      List.of(
          new Case("A.one", List.of(1), Set.of()),
          new Case("A.two", List.of(1, 2), Set.of()),
          new Case("A.locks", List.of(3), Set.of(Capability.LOCKS)));

  private static final Column GOOD =
      new Column(
          "Good",
          EnumSet.allOf(Capability.class),
          List.of(
              new Outcome("A.one", "A.one(1)", Verdict.KEPT, ""),
              new Outcome("A.one", "A.one(2)", Verdict.KEPT, ""),
              new Outcome("A.two", "A.two", Verdict.KEPT, "")));

  private static final Column OTHER =
      new Column(
          "Other",
          EnumSet.noneOf(Capability.class),
          List.of(
              new Outcome("A.one", "A.one(1)", Verdict.KEPT, ""),
              new Outcome("A.one", "A.one(a|b)", Verdict.DEVIATES, "gives <b>\nback"),
              new Outcome("A.two", "A.two", Verdict.BROKEN, "boom")));

  private final Report report = new Report(CASES, List.of(GOOD, OTHER));

  @Test
  void a_statement_is_kept_if_every_run_is() {
    assertThat(report.cell(GOOD, 1)).isEqualTo(new Report.Cell(State.KEPT, 3, 3, Map.of()));
    assertThat(report.cell(GOOD, 2)).isEqualTo(new Report.Cell(State.KEPT, 1, 1, Map.of()));
  }

  @Test
  void a_statement_is_not_kept_if_one_run_is_not() {
    assertThat(report.cell(OTHER, 1))
        .isEqualTo(
            new Report.Cell(
                State.NOT_KEPT,
                1,
                3,
                Map.of("A.one(a|b)", "gives <b>\nback", "A.two", "not declared: boom")));
  }

  @Test
  void what_did_not_run_is_told_apart() {
    assertThat(report.cell(GOOD, 3).state()).isEqualTo(State.NOT_RUN);
    assertThat(report.cell(OTHER, 3).state()).isEqualTo(State.NOT_DECLARED);
    assertThat(report.cell(OTHER, 4).state()).isEqualTo(State.NO_CASE);
  }

  @Test
  void markdown_has_totals_table_and_reasons() {
    assertThat(new MarkdownReport(report).text())
        .contains("| Good | 3 | 3 | 0 | 2 | 0 | 0 |\n")
        .contains("| Other | 3 | 1 | 2 | 0 | 2 | 1 |\n")
        .contains("| 1 | " + Statements.title(1) + " | kept, 3 | **not kept**, 2 of 3 |\n")
        .contains("| 3 | " + Statements.title(3) + " | not run | not declared |\n")
        .contains("## What Other does otherwise\n")
        .contains("| `A.one(a\\|b)` | gives <b> back |\n")
        .doesNotContain("## What Good");
  }

  @Test
  void html_is_one_page_and_escapes_what_it_quotes() {
    String page = new HtmlReport(report).text();
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains("<td class=\"kept\">kept, 3</td>")
        .contains("<summary>not kept, 2 of 3</summary>")
        .contains("gives &lt;b&gt;")
        .contains("<td class=\"not-declared\">not declared</td>")
        .doesNotContain("gives <b>", "src=", "href=", "<script");
  }
}
