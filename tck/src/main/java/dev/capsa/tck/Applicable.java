package dev.capsa.tck;

import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Leaves out the cases that need what the subject does not declare: they are neither run nor
 * reported as skipped. The launcher of JUnit finds it by its service file. It says nothing about
 * tests outside {@link Conformance}.
 */
public final class Applicable implements PostDiscoveryFilter {
  private final Map<Class<?>, Set<Capability>> declared = new ConcurrentHashMap<>();

  @Override
  public FilterResult apply(TestDescriptor descriptor) {
    if (descriptor.getSource().orElse(null) instanceof MethodSource method
        && Contract.class.isAssignableFrom(method.getJavaMethod().getDeclaringClass())) {
      Optional<Class<?>> tests = conformanceAbove(descriptor);
      if (tests.isPresent()) {
        Set<Capability> needs = Case.of(method.getJavaClass(), method.getJavaMethod()).needs();
        Set<Capability> has = declared.computeIfAbsent(tests.get(), Applicable::capabilities);
        return FilterResult.includedIf(
            has.containsAll(needs), () -> "declared", () -> "needs " + needs);
      }
    }
    return FilterResult.included("no case of a contract");
  }

  /** The class of the provider's tests that a case belongs to. */
  private static Optional<Class<?>> conformanceAbove(TestDescriptor descriptor) {
    TestDescriptor each = descriptor;
    while (each != null) {
      if (each.getSource().orElse(null) instanceof ClassSource source
          && Conformance.class.isAssignableFrom(source.getJavaClass())
          && !Modifier.isAbstract(source.getJavaClass().getModifiers())) {
        return Optional.of(source.getJavaClass());
      }
      each = each.getParent().orElse(null);
    }
    return Optional.empty();
  }

  private static Set<Capability> capabilities(Class<?> tests) {
    return ((Conformance) ReflectionSupport.newInstance(tests)).subject().capabilities();
  }
}
