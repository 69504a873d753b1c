package dev.capsa.junit;

import dev.capsa.Capsa;
import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Puts a temporary directory into a new container in memory, which vanishes after the test:
 *
 * <pre>{@code
 * @Test
 * void writes_a_report(@TempDir(factory = CapsaTempDirFactory.class) Path directory) { … }
 * }</pre>
 *
 * <p>Each directory has a container of its own, and lies at {@code /junit} in it. Needs JUnit 5.10
 * or later. {@code Path.toFile()} does not work, as with all file systems but the default one.
 */
public final class CapsaTempDirFactory implements TempDirFactory {
  private @Nullable CapsaFileSystem fs;

  /** For JUnit. */
  public CapsaTempDirFactory() {}

  @Override
  public Path createTempDirectory(
      AnnotatedElementContext elementContext, ExtensionContext extensionContext)
      throws IOException {
    CapsaFileSystem made = Capsa.inMemory();
    fs = made;
    return Files.createDirectory(made.getPath("/junit"));
  }

  /** Closes the container, after JUnit has looked through the directory. */
  @Override
  public void close() throws IOException {
    CapsaFileSystem made = fs;
    if (made != null) {
      made.close();
    }
  }
}
