package dev.capsa.tck;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes places in containers of their own. A place is the root of its container. */
final class CapsaPlaces {
  private CapsaPlaces() {}

  /** Opens a new container, which closes with the place. */
  static Subject.Place open(FileSystemProvider provider) throws IOException {
    return new InContainer(provider);
  }

  private static final class InContainer implements Subject.Place {
    private final FileSystemProvider provider;
    private final Path outside = Files.createTempDirectory("capsa");
    private final List<FileSystem> opened = new ArrayList<>();
    private FileSystem fs;

    InContainer(FileSystemProvider provider) throws IOException {
      this.provider = provider;
      this.fs = open("a.capsa", Map.of("create", true));
    }

    private FileSystem open(String name, Map<String, ?> environment) throws IOException {
      FileSystem made =
          provider.newFileSystem(URI.create("capsa:" + outside.resolve(name).toUri()), environment);
      opened.add(made);
      return made;
    }

    @Override
    public Path directory() {
      return fs.getPath("/");
    }

    @Override
    public Path reopenReadOnly() throws IOException {
      fs.close();
      fs = open("a.capsa", Map.of("accessMode", "readOnly"));
      return directory();
    }

    @Override
    public Path directoryOfAnotherInstance() throws IOException {
      return open("b.capsa", Map.of("create", true)).getPath("/");
    }

    @Override
    public void close() throws IOException {
      for (FileSystem each : opened) {
        each.close();
      }
      try (var files = Files.newDirectoryStream(outside)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(outside);
    }
  }
}
