package dev.capsa.tck;

import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs the tests that a subject is known to fail, and fails if one of them passes. */
final class KnownDeviations implements InvocationInterceptor {

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    check(invocation, method);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    check(invocation, method);
  }

  private static void check(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method)
      throws Throwable {
    Contract contract = (Contract) method.getTarget().orElseThrow();
    Method test = method.getExecutable();
    String name = test.getDeclaringClass().getSimpleName() + "." + test.getName();
    String deviation = contract.subject().knownDeviations().get(name);
    if (deviation == null) {
      invocation.proceed();
      return;
    }
    try {
      invocation.proceed();
    } catch (Exception | AssertionError expected) {
      return;
    }
    fail("this is declared as a deviation, but holds: " + deviation);
  }
}
