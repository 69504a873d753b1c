package dev.capsa.tck;

import dev.capsa.tck.Outcome.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The table of statements by subjects.
 *
 * @param cases all cases there are
 * @param columns the subjects that ran
 */
record Report(List<Case> cases, List<Column> columns) {

  /** What a subject declares, and how its cases went. */
  record Column(String subject, Set<Capability> capabilities, List<Outcome> outcomes) {}

  /** What a subject does about a statement. */
  enum State {
    /** Every case that ran was kept. */
    KEPT("kept"),
    /** At least one case was not. */
    NOT_KEPT("not kept"),
    /** Every case needs something that the subject does not declare. */
    NOT_DECLARED("not declared"),
    /** No case ran, though one could have. */
    NOT_RUN("not run"),
    /** The kit has no case. */
    NO_CASE("no case");

    private final String words;

    State(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * One field of the table.
   *
   * @param kept how many runs of cases were kept
   * @param runs how many there were
   * @param notes why not, by run of a case
   */
  record Cell(State state, int kept, int runs, Map<String, String> notes) {}

  /** What a subject does about each statement, the first one first. */
  List<Cell> cells(Column column) {
    return IntStream.rangeClosed(1, Statements.count()).mapToObj(it -> cell(column, it)).toList();
  }

  Cell cell(Column column, int statement) {
    Map<String, Case> about =
        cases.stream()
            .filter(it -> it.statements().contains(statement))
            .collect(Collectors.toMap(Case::name, Function.identity()));
    List<Outcome> outcomes =
        column.outcomes().stream().filter(it -> about.containsKey(it.caseName())).toList();
    Map<String, String> notes = notes(outcomes.stream());
    int kept = outcomes.size() - notes.size();
    return new Cell(state(column, about, outcomes, notes), kept, outcomes.size(), notes);
  }

  private static State state(
      Column column, Map<String, Case> about, List<Outcome> outcomes, Map<String, String> notes) {
    if (about.isEmpty()) {
      return State.NO_CASE;
    }
    if (!outcomes.isEmpty()) {
      return notes.isEmpty() ? State.KEPT : State.NOT_KEPT;
    }
    boolean isDeclared =
        about.values().stream().anyMatch(it -> column.capabilities().containsAll(it.needs()));
    return isDeclared ? State.NOT_RUN : State.NOT_DECLARED;
  }

  /** Why cases were not kept, by run. */
  static Map<String, String> notes(Stream<Outcome> outcomes) {
    Map<String, String> notes = new TreeMap<>();
    outcomes
        .filter(it -> it.verdict() != Verdict.KEPT)
        .forEach(
            it ->
                notes.put(
                    it.run(),
                    it.verdict() == Verdict.BROKEN ? "not declared: " + it.note() : it.note()));
    return notes;
  }

  /** How many statements of a subject have a state. */
  static long count(List<Cell> cells, State state) {
    return cells.stream().filter(it -> it.state() == state).count();
  }

  /** How many runs of cases of a subject were kept. */
  static long kept(Column column) {
    return column.outcomes().stream().filter(it -> it.verdict() == Verdict.KEPT).count();
  }
}
