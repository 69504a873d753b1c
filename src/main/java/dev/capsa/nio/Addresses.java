package dev.capsa.nio;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URIs of containers and of what lies in them.
 *
 * <ul>
 *   <li>{@code capsa:///data/app.capsa!/docs/a.txt} for a container on the default file system;
 *   <li>{@code capsa:<uri of the container>!/docs/a.txt} for any;
 *   <li>{@code capsa://memory/name!/docs/a.txt} for one in the heap of this process;
 *   <li>each with {@code !@17!/docs/a.txt} at the end for what a file was in revision 17.
 * </ul>
 *
 * <p>A raw {@code !/} separates. In what {@link #prefix} and {@link #escape} write, every other
 * {@code !} is {@code %21}. In what people write it may stand elsewhere, too: the first one
 * separates if the container lies on the default file system, else the last one, for the URI of the
 * container may be one of Capsa.
 */
final class Addresses {
  static final String SCHEME = "capsa";

  /** Stands for the heap where the URI of the container file would be. */
  static final String MEMORY = "//memory/";

  private static final String SEPARATOR = "!/";
  private static final String UNESCAPED = "-._~/$&'()*+,;=:@";

  private static final Pattern REVISION = Pattern.compile("!@([1-9][0-9]*)$");

  private Addresses() {}

  /**
   * What a URI names.
   *
   * @param container the container
   * @param revision number of the revision that it names; 0: none
   * @param path the path in it, not escaped; null if the URI is that of the container alone
   */
  record Address(Home container, long revision, @Nullable String path) {}

  /**
   * Takes a URI apart.
   *
   * @throws IllegalArgumentException if it is not of one of the two forms
   * @throws FileSystemNotFoundException if the file system of the container is not open
   */
  static Address parse(URI uri) {
    String scheme = uri.getScheme();
    if (scheme == null || !scheme.equalsIgnoreCase(SCHEME)) {
      throw new IllegalArgumentException("the scheme of " + uri + " is not " + SCHEME);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(uri + " has a query or a fragment");
    }
    String specific = uri.getRawSchemeSpecificPart();
    boolean hierarchical = specific.startsWith("/");
    String inner = hierarchical ? "file:" + specific : specific;
    if (inner.indexOf(':') <= 0) {
      throw new IllegalArgumentException(
          uri + " is neither capsa:///container!/path nor capsa:<uri of the container>!/path");
    }
    int separator = separator(inner);
    String container = separator < 0 ? inner : inner.substring(0, separator);
    String path = separator < 0 ? null : unescape(inner.substring(separator + 1), uri);
    Matcher past = REVISION.matcher(container);
    if (!past.find()) {
      return new Address(containerAt(container, uri), 0, path);
    }
    long revision;
    try {
      revision = Long.parseLong(past.group(1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(uri + " names a revision that there cannot be", e);
    }
    return new Address(containerAt(container.substring(0, past.start()), uri), revision, path);
  }

  private static int separator(String inner) {
    String lower = inner.toLowerCase(Locale.ROOT);
    if (lower.startsWith("file:")) {
      return inner.indexOf(SEPARATOR);
    }
    int own = inner.lastIndexOf(SEPARATOR);
    int ofContainer = 0;
    for (String rest = lower; rest.startsWith(SCHEME + ":"); rest = rest.substring(6)) {
      ofContainer++;
    }
    int all = 0;
    for (int i = inner.indexOf(SEPARATOR); i >= 0; i = inner.indexOf(SEPARATOR, i + 1)) {
      all++;
    }
    return all > ofContainer ? own : -1;
  }

  private static Home containerAt(String container, URI whole) {
    if (container.startsWith("file:" + MEMORY)) {
      String name = container.substring("file:".length() + MEMORY.length());
      if (name.isEmpty()) {
        throw new IllegalArgumentException(whole + " names no container in memory");
      }
      return new Home.InMemory(name);
    }
    URI uri;
    try {
      uri = new URI(container);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(whole + " names no container: " + e.getMessage(), e);
    }
    String scheme = String.valueOf(uri.getScheme());
    for (FileSystemProvider provider : FileSystemProvider.installedProviders()) {
      if (provider.getScheme().equalsIgnoreCase(scheme)) {
        return new Home.InFile(Path.of(uri));
      }
    }
    throw new IllegalArgumentException(
        whole + " names no container: there is no provider for the scheme " + scheme);
  }

  /** What stands before the path in the URIs of a container's files. */
  static String prefix(Path container) {
    Path absolute = container.toAbsolutePath();
    String inner = absolute.toUri().toString();
    if (absolute.getFileSystem() == FileSystems.getDefault() && inner.startsWith("file:/")) {
      return SCHEME + ":" + inner.substring("file:".length()).replace("!", "%21") + "!";
    }
    return SCHEME + ":" + inner + "!";
  }

  /** What stands before the path in the URIs of the files in a revision. */
  static String withRevision(String prefix, long revision) {
    return prefix + "@" + revision + "!";
  }

  /** An absolute path in the form it has in a URI. */
  static String escape(String path) {
    StringBuilder escaped = new StringBuilder(path.length() + 16);
    for (byte b : Names.encode(path)) {
      char c = (char) (b & 0xFF);
      if (c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || UNESCAPED.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append('%').append(hex(c >> 4)).append(hex(c & 15));
      }
    }
    return escaped.toString();
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }

  private static String unescape(String raw, URI whole) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    byte[] in = Names.encode(raw);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%') {
        // The syntax of URIs has two hexadecimal digits here.
        out.put((byte) Integer.parseInt(raw(in, i + 1), 16));
        i += 2;
      } else {
        out.put(in[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(out.flip())
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the path of " + whole + " is not UTF-8", e);
    }
  }

  private static String raw(byte[] bytes, int at) {
    return new String(bytes, at, 2, StandardCharsets.US_ASCII);
  }
}
