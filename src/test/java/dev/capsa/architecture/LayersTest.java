package dev.capsa.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.capsa.CapsaFileSystem;
import dev.capsa.Retention;
import dev.capsa.Revision;
import dev.capsa.nio.CapsaFileSystemProvider;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Packages are layers: each may use the layers below it, none above. A few calls are banned in all
 * of them.
 */
class LayersTest {

  /** The package of the user's classes; the highest layer. */
  private static final String FACADE = "dev.capsa";

  /** What uses the facade as any user does. */
  private static final String ON_TOP = "dev.capsa.junit";

  /** The layers under the facade, from the highest to the lowest. */
  private static final List<String> BELOW_FACADE =
      List.of("nio", "inode", "repo", "block", "tree", "store", "raw");

  /** The classes of the core jar: no tests, no command line. */
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .importUrl(
              CapsaFileSystemProvider.class.getProtectionDomain().getCodeSource().getLocation());

  /** Exceptions live in the facade's package, but belong to every layer. */
  private static final DescribedPredicate<JavaClass> FACADE_CLASSES =
      resideInAPackage(FACADE)
          .and(not(simpleNameEndingWith("Exception")))
          .as("facade classes other than exceptions");

  /**
   * The type that users see of a file system lies in the facade's package, where they look for it;
   * the provider extends it. It is abstract and knows no class of any layer, and neither do the
   * values that it hands out.
   */
  private static final DescribedPredicate<JavaClass> API_OF_THE_PROVIDER =
      belongToAnyOf(CapsaFileSystem.class, Revision.class, Retention.class);

  @Test
  void every_layer_was_seen() {
    assertThat(CORE.contain(CapsaFileSystemProvider.class)).isTrue();
    assertThat(CORE.containPackage(FACADE)).isTrue();
    assertThat(BELOW_FACADE).allSatisfy(it -> assertThat(CORE.containPackage(inFull(it))).isTrue());
  }

  @Test
  void every_class_belongs_to_a_layer() {
    List<String> packages = new ArrayList<>(List.of(FACADE, ON_TOP));
    BELOW_FACADE.forEach(it -> packages.add(inFull(it) + ".."));
    check(classes().should().resideInAnyPackage(packages.toArray(String[]::new)));
  }

  @TestFactory
  Stream<DynamicTest> a_layer_uses_no_layer_above_it() {
    return BELOW_FACADE.stream()
        .map(
            layer ->
                DynamicTest.dynamicTest(
                    layer,
                    () ->
                        check(
                            noClasses()
                                .that()
                                .resideInAPackage(inFull(layer) + "..")
                                .should()
                                .dependOnClassesThat(above(layer)))));
  }

  @Test
  void the_type_that_the_provider_extends_knows_no_layer() {
    check(
        classes()
            .that(are(API_OF_THE_PROVIDER))
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage("java..", "org.jspecify.annotations..")
                    .or(API_OF_THE_PROVIDER)
                    .or(equivalentTo(CapsaFileSystem.Change.Kind[].class))
                    .or(resideInAPackage(FACADE).and(simpleNameEndingWith("Exception")))));
  }

  @Test
  void the_core_needs_the_jdk_alone() {
    check(
        classes()
            .that(not(resideInAPackage(ON_TOP)))
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage("java..", "dev.capsa..", "org.jspecify.annotations..")
                    .and(not(resideInAPackage(ON_TOP)))));
  }

  @Test
  void nobody_uses_java_io_File() {
    check(noClasses().should().dependOnClassesThat().areAssignableTo(File.class));
    check(noClasses().should().callMethod(Path.class, "toFile"));
  }

  @Test
  void nobody_sleeps() {
    check(noClasses().should().callMethodWhere(callOf(Thread.class, "sleep")));
    check(noClasses().should().callMethodWhere(callOf(TimeUnit.class, "sleep")));
  }

  @Test
  void no_method_is_synchronized() {
    check(noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED));
  }

  @Test
  void nobody_keeps_state_in_a_ThreadLocal() {
    check(noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class));
  }

  private static DescribedPredicate<JavaClass> above(String layer) {
    DescribedPredicate<JavaClass> above =
        layer.equals("nio") ? FACADE_CLASSES.and(not(API_OF_THE_PROVIDER)) : FACADE_CLASSES;
    for (String higher : BELOW_FACADE.subList(0, BELOW_FACADE.indexOf(layer))) {
      above = above.or(resideInAPackage(inFull(higher) + ".."));
    }
    return above.as("are in a layer above " + layer);
  }

  private static DescribedPredicate<JavaMethodCall> callOf(Class<?> owner, String method) {
    return target(owner(assignableTo(owner))).and(target(name(method))).forSubtype();
  }

  private static String inFull(String layer) {
    return FACADE + "." + layer;
  }

  /** A rule that found nothing to look at fails, too. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(false).check(CORE);
  }
}
