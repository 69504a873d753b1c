package dev.capsa.nio;

import java.nio.file.spi.FileSystemProvider;

/** Providers over trees in memory, each with containers of its own. */
public final class MemoryProvider {
  private MemoryProvider() {}

  public static FileSystemProvider create() {
    return new CapsaFileSystemProvider(new Registry(new Containers(new MemoryEngine.Maker())));
  }
}
