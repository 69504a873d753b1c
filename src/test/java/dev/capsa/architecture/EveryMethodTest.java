package dev.capsa.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contracts, which all run over Capsa, and the tests of the provider call every public method
 * of {@code java.nio.file}'s main types, as this JDK has them. A method counts where it is called
 * on any type.
 */
class EveryMethodTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages("dev.capsa.tck", "dev.capsa.nio", "dev.capsa.clients");

  /** Name and parameter types of all that the contracts call. */
  private static final Set<String> CALLED =
      TESTS.stream()
          .flatMap(it -> it.getCodeUnits().stream())
          .flatMap(EveryMethodTest::targets)
          .map(
              it ->
                  signature(it.getName(), it.getRawParameterTypes().stream().map(t -> t.getName())))
          .collect(Collectors.toSet());

  /** What concerns the default file system alone, or is newer than the Java of these sources. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "resolve(java.lang.String,[Ljava.lang.String;)",
          "resolve(java.nio.file.Path,[Ljava.nio.file.Path;)",
          "map(java.nio.channels.FileChannel$MapMode,long,long,java.lang.foreign.Arena)",
          "createTempFile(java.lang.String,java.lang.String,"
              + "[Ljava.nio.file.attribute.FileAttribute;)",
          "createTempDirectory(java.lang.String,[Ljava.nio.file.attribute.FileAttribute;)");

  private static Stream<AccessTarget.CodeUnitAccessTarget> targets(JavaCodeUnit unit) {
    return Stream.concat(
        unit.getMethodCallsFromSelf().stream().map(it -> it.getTarget()),
        unit.getMethodReferencesFromSelf().stream().map(it -> it.getTarget()));
  }

  private static String signature(String name, Stream<String> parameters) {
    return parameters.collect(Collectors.joining(",", name + "(", ")"));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Files.class,
        Path.class,
        FileSystem.class,
        FileSystemProvider.class,
        SeekableByteChannel.class,
        FileChannel.class,
        AsynchronousFileChannel.class,
        DirectoryStream.class,
        SecureDirectoryStream.class,
        WatchService.class,
        WatchKey.class
      })
  void the_contracts_call_every_public_method(Class<?> type) {
    Set<String> missing = new TreeSet<>();
    for (Method method : type.getDeclaredMethods()) {
      boolean isPublic = Modifier.isPublic(method.getModifiers()) && !method.isSynthetic();
      String signature =
          signature(
              method.getName(), Arrays.stream(method.getParameterTypes()).map(Class::getName));
      if (isPublic && !CALLED.contains(signature) && !LEFT_OUT.contains(signature)) {
        missing.add(signature);
      }
    }
    assertThat(missing).isEmpty();
  }
}
