package dev.capsa.tck;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * A test method of a contract. Each run of it with other arguments is an outcome of its own.
 *
 * @param name contract and method, as {@code OpenContract.null_is_refused}
 * @param statements what it is about
 * @param needs what a subject must declare for it to run
 */
record Case(String name, List<Integer> statements, Set<Capability> needs) {

  static Case of(Class<?> contract, Method method) {
    Statement statement = method.getAnnotation(Statement.class);
    List<Integer> statements =
        statement == null ? List.of() : Arrays.stream(statement.value()).boxed().toList();
    Set<Capability> needs = EnumSet.noneOf(Capability.class);
    AnnotationSupport.findAnnotation(contract, Needs.class)
        .ifPresent(it -> needs.addAll(List.of(it.value())));
    AnnotationSupport.findAnnotation(method, Needs.class)
        .ifPresent(it -> needs.addAll(List.of(it.value())));
    return new Case(nameOf(method), statements, needs);
  }

  static String nameOf(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }

  /** All cases of all contracts, by name. */
  static List<Case> all() {
    List<Case> all = new ArrayList<>();
    for (Class<?> contract :
        ReflectionSupport.findNestedClasses(Conformance.class, Contract.class::isAssignableFrom)) {
      ReflectionSupport.findMethods(contract, Case::isTest, HierarchyTraversalMode.TOP_DOWN)
          .forEach(it -> all.add(of(contract, it)));
    }
    all.sort(Comparator.comparing(Case::name));
    return List.copyOf(all);
  }

  private static boolean isTest(Method method) {
    return Contract.class.isAssignableFrom(method.getDeclaringClass())
        && AnnotationSupport.isAnnotated(method, org.junit.jupiter.api.TestTemplate.class)
            | AnnotationSupport.isAnnotated(method, org.junit.jupiter.api.Test.class);
  }
}
