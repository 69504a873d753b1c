package dev.capsa.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each case is about statements, and each statement has a case. */
class StatementsTest {
  /** What no kit can test over every provider, and where it is tested over Capsa. */
  private static final Map<Integer, String> ELSEWHERE =
      Map.of(
          // How a provider is packaged shows in a process that was started for that alone.
          1, "dev.capsa.tck.Discovery.it_is_found_on_the_module_path",
          // These need files in the format of the provider.
          11, "dev.capsa.nio.OpeningContainersTest.a_path_opens_an_instance_of_its_own",
          13, "dev.capsa.nio.OpeningContainersTest.a_container_may_lie_in_another_file_system",
          // The provider must not be on the class path of the tests.
          15, "dev.capsa.tck.Discovery.it_is_found_through_a_loader");

  @Test
  void every_case_is_about_statements_that_there_are() {
    assertThat(Case.all())
        .isNotEmpty()
        .allSatisfy(
            it ->
                assertThat(it.statements())
                    .as(it.name())
                    .isNotEmpty()
                    .doesNotHaveDuplicates()
                    .allMatch(number -> number >= 1 && number <= Statements.count()));
  }

  @Test
  void every_statement_has_a_case_or_is_tested_elsewhere() {
    TreeSet<Integer> covered =
        Case.all().stream()
            .flatMap(it -> it.statements().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(covered).doesNotContainAnyElementsOf(ELSEWHERE.keySet());
    covered.addAll(ELSEWHERE.keySet());
    assertThat(covered).containsExactlyElementsOf(IntStream.rangeClosed(1, 86).boxed().toList());
    assertThat(Statements.count()).isEqualTo(86);
  }

  @Test
  void what_is_tested_elsewhere_is_there() throws ClassNotFoundException {
    for (String test : ELSEWHERE.values()) {
      int dot = test.lastIndexOf('.');
      Method[] methods = Class.forName(test.substring(0, dot)).getDeclaredMethods();
      assertThat(Arrays.stream(methods).filter(it -> it.isAnnotationPresent(Test.class)))
          .extracting(Method::getName)
          .contains(test.substring(dot + 1));
    }
  }

  @Test
  void every_declared_deviation_is_of_a_case() {
    List<String> cases = Case.all().stream().map(Case::name).toList();
    for (Subject subject :
        List.of(new ZipSubject(), new JimfsSubject(), new MemoryFileSystemSubject())) {
      for (Map<String, String> declared : List.of(subject.knownDeviations(), subject.unsteady())) {
        assertThat(declared.keySet())
            .allSatisfy(it -> assertThat(cases).contains(it.replaceFirst("\\(.*", "")));
        assertThat(declared.values()).doesNotContain("");
      }
    }
  }
}
