package dev.capsa.tck;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/** The default file system of the JDK: what it does is right. */
final class DefaultSubject implements Subject {
  @Override
  public String name() {
    return "JDK default";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut(
        Capability.CLOSING, Capability.READ_ONLY, Capability.INSTANCES, Capability.ADDRESSES);
  }

  @Override
  public Place open() throws IOException {
    Path directory = Files.createTempDirectory("tck").toRealPath();
    return new Place() {
      @Override
      public Path directory() {
        return directory;
      }

      @Override
      public void close() throws IOException {
        Files.walkFileTree(directory, new Deleting());
      }
    };
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
