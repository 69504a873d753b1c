package dev.capsa.tck;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;

/**
 * A program that knows the JDK alone and finds Capsa by the scheme of a URI. It is started in a
 * process of its own, with the name of a container to make.
 */
public final class DiscoveryProbe {
  private DiscoveryProbe() {}

  public static void main(String... arguments) throws Exception {
    URI uri = URI.create("capsa:" + Path.of(arguments[0]).toUri());
    List<FileSystemProvider> providers =
        FileSystemProvider.installedProviders().stream()
            .filter(it -> it.getScheme().equals("capsa"))
            .toList();
    if (providers.isEmpty()) {
      findThroughLoader(uri);
      return;
    }
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
      Files.writeString(fs.getPath("/f"), "content");
    }
    try (FileSystem fs = FileSystems.newFileSystem(Path.of(arguments[0]))) {
      String content = Files.readString(fs.getPath("/f"));
      Module module = providers.get(0).getClass().getModule();
      System.out.println(
          providers.size() + " provider, module " + module.getName() + ", read " + content);
    }
  }

  /** Opens a container by a provider that only a loader of the folder or jar "capsa" sees. */
  private static void findThroughLoader(URI uri) throws Exception {
    URL capsa = URI.create(System.getProperty("capsa")).toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {capsa});
        FileSystem fs = FileSystems.newFileSystem(uri, Map.of("create", "true"), loader)) {
      Path file = Files.writeString(fs.getPath("/f"), "content");
      System.out.println("0 providers, read " + Files.readString(file) + " through a loader");
    }
  }
}
