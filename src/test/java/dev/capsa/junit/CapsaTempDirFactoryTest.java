package dev.capsa.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.CapsaFileSystem;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Temporary directories of JUnit in memory. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CapsaTempDirFactoryTest {
  private static FileSystem before;

  @TempDir(factory = CapsaTempDirFactory.class)
  Path field;

  @Test
  @Order(1)
  void a_temporary_directory_is_empty_and_lies_in_memory(
      @TempDir(factory = CapsaTempDirFactory.class) Path parameter) throws IOException {
    assertThat(field).isEmptyDirectory();
    assertThat(parameter).isEmptyDirectory();
    assertThat(((CapsaFileSystem) field.getFileSystem()).container()).isEmpty();
    assertThat(field.getFileSystem()).isNotSameAs(parameter.getFileSystem());
    Files.writeString(Files.createDirectories(field.resolve("a/b")).resolve("c"), "text");
    assertThat(Path.of(field.resolve("a/b/c").toUri())).hasContent("text");
    before = field.getFileSystem();
  }

  @Test
  @Order(2)
  void it_is_gone_after_the_test() {
    assertThat(before.isOpen()).isFalse();
    Assertions.assertThatThrownBy(() -> before.getPath("/junit").toRealPath())
        .isInstanceOf(ClosedFileSystemException.class);
    assertThat(field).isEmptyDirectory();
  }
}
