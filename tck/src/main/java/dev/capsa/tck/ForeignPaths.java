package dev.capsa.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Paths of another provider than the one under test: the default one's, or a zip file's. */
final class ForeignPaths {
  private static final FileSystem ZIP = emptyZip();

  private ForeignPaths() {}

  static Path of(FileSystem tested, String text) {
    FileSystem standard = FileSystems.getDefault();
    boolean isStandard = tested.provider() == standard.provider();
    return (isStandard ? ZIP : standard).getPath(text);
  }

  /** A zip file system that stays open until the tests end; its file is gone at once. */
  private static FileSystem emptyZip() {
    try {
      Path directory = Files.createTempDirectory("foreign");
      Path file = directory.resolve("empty.zip");
      try {
        FileSystems.newFileSystem(file, Map.of("create", "true")).close();
        return FileSystems.newFileSystem(file);
      } finally {
        Files.delete(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
