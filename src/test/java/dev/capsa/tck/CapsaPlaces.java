package dev.capsa.tck;

import dev.capsa.CapsaFileSystem;
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

  /** Opens a new container in a temporary folder, which goes with the place. */
  static Subject.Place open(FileSystemProvider provider) throws IOException {
    Path outside = Files.createTempDirectory("capsa");
    return new InContainer(
        provider,
        outside,
        () -> {
          try (var files = Files.newDirectoryStream(outside)) {
            for (Path file : files) {
              Files.delete(file);
            }
          }
          Files.delete(outside);
        });
  }

  /** Opens a new container in a container in a temporary folder. */
  static Subject.Place openNested(FileSystemProvider provider) throws IOException {
    Subject.Place outer = open(provider);
    return new InContainer(provider, outer.directory(), outer::close);
  }

  /** A container for reading alone, with what a subject without writing is to hold. */
  static Subject.Place openReadOnly(FileSystemProvider provider) throws IOException {
    Subject.Place place = open(provider);
    ReadOnlyContract.fill(place.directory());
    place.reopenReadOnly();
    return place;
  }

  /**
   * A snapshot of a container whose files were deleted or overwritten since, and which goes on to
   * be written.
   */
  static Subject.Place openSnapshot(FileSystemProvider provider) throws IOException {
    InContainer place = (InContainer) open(provider);
    Path head = place.directory();
    ReadOnlyContract.fill(head);
    ((CapsaFileSystem) head.getFileSystem()).snapshot("kept");
    Files.writeString(head.resolve("f"), "something else, and longer");
    Files.delete(head.resolve("d/inner"));
    Files.delete(head.resolve("d"));
    Files.writeString(head.resolve("d"), "a file");
    Files.writeString(head.resolve("free"), "new");
    ((CapsaFileSystem) head.getFileSystem()).sync();
    place.show("kept");
    return place;
  }

  static FileSystemProvider installed() {
    return FileSystemProvider.installedProviders().stream()
        .filter(it -> it.getScheme().equals("capsa"))
        .findFirst()
        .orElseThrow();
  }

  /** Ends what lies around a container. */
  private interface Around extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private static final class InContainer implements Subject.Place {
    private final FileSystemProvider provider;
    private final Path outside;
    private final Around around;
    private final List<FileSystem> opened = new ArrayList<>();
    private FileSystem fs;
    private int addresses;

    InContainer(FileSystemProvider provider, Path outside, Around around) throws IOException {
      this.provider = provider;
      this.outside = outside;
      this.around = around;
      this.fs = open("a.capsa", Map.of("create", true));
    }

    private URI uri(String name) {
      return URI.create("capsa:" + outside.resolve(name).toUri());
    }

    private FileSystem open(String name, Map<String, ?> environment) throws IOException {
      FileSystem made = provider.newFileSystem(uri(name), environment);
      opened.add(made);
      return made;
    }

    @Override
    public Path directory() {
      return fs.getPath("/");
    }

    @Override
    public Path path(URI uri) {
      return provider.getPath(uri);
    }

    @Override
    public Path reopenReadOnly() throws IOException {
      fs.close();
      fs = open("a.capsa", Map.of("accessMode", "readOnly"));
      return directory();
    }

    /** Shows a snapshot from now on; the head stays open. */
    void show(String snapshot) throws IOException {
      fs = open("a.capsa", Map.of("snapshot", snapshot));
    }

    @Override
    public Path directoryOfAnotherInstance() throws IOException {
      return open("b.capsa", Map.of("create", true)).getPath("/");
    }

    @Override
    public URI address() {
      return uri("address-" + addresses++ + ".capsa");
    }

    @Override
    public Map<String, ?> environment() {
      return Map.of("create", true);
    }

    @Override
    public void close() throws IOException {
      for (FileSystem each : opened) {
        each.close();
      }
      around.close();
    }
  }
}
