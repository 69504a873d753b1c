package dev.capsa.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The kit finds what other providers are known to do wrong, statement by statement: their subjects
 * declare a case of it, and what a subject declares must fail.
 */
class KnownFaultsTest {
  @ParameterizedTest
  @CsvSource({
    "zip, '18 19 23 28 29 30 31 35 40 42 44 45 48 50 55 62 63 64 67 71 72 80 85'",
    "jimfs, '40 44 55 63 71'",
    "memory, '55'"
  })
  void each_known_fault_shows(String provider, String faults) throws ClassNotFoundException {
    Subject subject =
        switch (provider) {
          case "zip" -> new ZipSubject();
          case "jimfs" -> new JimfsSubject();
          default -> new MemoryFileSystemSubject();
        };
    Set<Integer> found = new TreeSet<>();
    for (String deviation : subject.knownDeviations().keySet()) {
      found.addAll(statementsOf(deviation));
    }
    assertThat(found).containsAll(Arrays.stream(faults.split(" ")).map(Integer::valueOf).toList());
  }

  /** The statements of a case, given as {@code Contract.method} with or without arguments. */
  private static Set<Integer> statementsOf(String deviation) throws ClassNotFoundException {
    String name = deviation.replaceFirst("\\(.*", "");
    Class<?> contract = Class.forName("dev.capsa.tck." + name.substring(0, name.indexOf('.')));
    Set<Integer> statements = new TreeSet<>();
    for (Method method : contract.getDeclaredMethods()) {
      Statement statement = method.getAnnotation(Statement.class);
      if (statement != null && method.getName().equals(name.substring(name.indexOf('.') + 1))) {
        Arrays.stream(statement.value()).forEach(statements::add);
      }
    }
    assertThat(statements).as("statements of %s", deviation).isNotEmpty();
    return statements;
  }
}
