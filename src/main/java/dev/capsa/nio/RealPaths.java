package dev.capsa.nio;

import java.io.IOException;
import java.util.List;

/** The real path of a file. */
final class RealPaths {
  private RealPaths() {}

  /**
   * The absolute path without "." and "..". With {@code follow} it has no links; without, links
   * stay, and so does a ".." behind one, which only the link's target can tell.
   */
  static CapsaPath of(CapsaPath path, boolean follow) throws IOException {
    ContainerFileSystem fs = path.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      return follow ? withoutLinks(path) : withLinks(path);
    }
  }

  private static CapsaPath withoutLinks(CapsaPath path) throws IOException {
    CapsaPath real = path.getFileSystem().root();
    List<byte[]> names = Lookup.trail(path);
    for (byte[] name : names) {
      real = real.resolve(name);
    }
    return real;
  }

  private static CapsaPath withLinks(CapsaPath path) throws IOException {
    CapsaPath root = path.getFileSystem().root();
    CapsaPath real = root;
    for (byte[] bytes : path.names()) {
      String name = Names.decode(bytes);
      if (name.equals("..")) {
        CapsaPath parent = real.getParent();
        boolean leads = parent == null || real.endsWith("..") || Lookup.find(real, false).isLink();
        if (!leads && parent != null) {
          real = parent;
        } else if (parent != null) {
          real = real.resolve(bytes);
        }
      } else if (!name.equals(".")) {
        real = real.resolve(bytes);
      }
    }
    Lookup.existing(real, false);
    return real;
  }
}
