package dev.capsa.nio;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.net.spi.URLStreamHandlerProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@code path.toUri().toURL()} be read, and classes be loaded from a container by {@code
 * URLClassLoader}. The container must be open; of a directory, the stream has the names in it, a
 * line each, as the JDK does for {@code file:}. Stateless.
 */
public final class CapsaUrls extends URLStreamHandlerProvider {
  /** For the service loader. */
  public CapsaUrls() {}

  @Override
  public @Nullable URLStreamHandler createURLStreamHandler(String protocol) {
    return protocol.equalsIgnoreCase(Addresses.SCHEME) ? new Handler() : null;
  }

  private static final class Handler extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) {
      return new Connection(url);
    }
  }

  /** Reads one file. Confined to one thread, as all connections are. */
  private static final class Connection extends URLConnection {
    private @Nullable Path path;
    private @Nullable BasicFileAttributes attributes;

    Connection(URL url) {
      super(url);
    }

    /**
     * @throws FileNotFoundException if there is no such file
     * @throws IOException if the container is not open, or the URL is not one of a file in it
     */
    @Override
    public void connect() throws IOException {
      known();
    }

    private Path known() throws IOException {
      Path known = path;
      if (known == null) {
        try {
          known = Path.of(new URI(url.toExternalForm()));
          attributes = Files.readAttributes(known, BasicFileAttributes.class);
          path = known;
          connected = true;
        } catch (NoSuchFileException e) {
          throw (IOException) new FileNotFoundException(url.toString()).initCause(e);
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
          throw new IOException(url + " cannot be read: " + e.getMessage(), e);
        }
      }
      return known;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      Path file = known();
      if (!Files.isDirectory(file)) {
        return Files.newInputStream(file);
      }
      try (Stream<Path> entries = Files.list(file)) {
        String names =
            entries.map(it -> it.getFileName() + "\n").sorted().collect(Collectors.joining());
        return new ByteArrayInputStream(names.getBytes(StandardCharsets.UTF_8));
      }
    }

    private @Nullable BasicFileAttributes attributesIfThere() {
      try {
        known();
      } catch (IOException e) {
        return null; // getInputStream says why
      }
      return attributes;
    }

    @Override
    public long getContentLengthLong() {
      BasicFileAttributes of = attributesIfThere();
      return of == null || of.isDirectory() ? -1 : of.size();
    }

    @Override
    public int getContentLength() {
      long length = getContentLengthLong();
      return length > Integer.MAX_VALUE ? -1 : (int) length;
    }

    @Override
    public long getLastModified() {
      BasicFileAttributes of = attributesIfThere();
      return of == null ? 0 : of.lastModifiedTime().toMillis();
    }

    @Override
    public String getContentType() {
      String guessed = guessContentTypeFromName(url.getPath());
      return guessed == null ? "application/octet-stream" : guessed;
    }
  }
}
