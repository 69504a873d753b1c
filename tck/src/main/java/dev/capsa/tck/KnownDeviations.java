package dev.capsa.tck;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs the cases that a subject is known to fail, and fails if one of them passes. Tells {@link
 * Outcomes} how each case went.
 */
final class KnownDeviations implements InvocationInterceptor {
  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    check(invocation, method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    check(invocation, method, context);
  }

  private static void check(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Contract contract = (Contract) method.getTarget().orElseThrow();
    Subject subject = contract.subject();
    String name = Case.nameOf(method.getExecutable());
    String run = name + arguments(method);
    String deviation = find(subject.knownDeviations(), name, run);
    String unsteady = find(subject.unsteady(), name, run);
    Outcomes outcomes = Outcomes.of(context);
    if (deviation == null && unsteady == null) {
      proceed(invocation, outcomes, subject, name, run);
      return;
    }
    try {
      assertTimeoutPreemptively(subject.limit(), invocation::proceed);
    } catch (Exception | AssertionError expected) {
      String reason = deviation == null ? unsteady : deviation;
      outcomes.add(subject, new Outcome(name, run, Outcome.Verdict.DEVIATES, reason));
      return;
    }
    if (unsteady != null) {
      outcomes.add(subject, new Outcome(name, run, Outcome.Verdict.DEVIATES, unsteady));
      return;
    }
    outcomes.add(subject, new Outcome(name, run, Outcome.Verdict.BROKEN, "holds: " + deviation));
    fail(run + " is declared as a deviation, but holds: " + deviation);
  }

  private static void proceed(
      Invocation<Void> invocation, Outcomes outcomes, Subject subject, String name, String run)
      throws Throwable {
    try {
      assertTimeoutPreemptively(subject.limit(), invocation::proceed);
    } catch (Throwable e) {
      outcomes.add(subject, new Outcome(name, run, Outcome.Verdict.BROKEN, String.valueOf(e)));
      throw e;
    }
    outcomes.add(subject, new Outcome(name, run, Outcome.Verdict.KEPT, ""));
  }

  /** Nothing for a case without parameters, otherwise their values in parentheses. */
  private static String arguments(ReflectiveInvocationContext<Method> method) {
    if (method.getArguments().isEmpty()) {
      return "";
    }
    return method.getArguments().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String find(Map<String, String> declared, String name, String run) {
    String all = declared.get(name);
    return all == null ? declared.get(run) : all;
  }
}
