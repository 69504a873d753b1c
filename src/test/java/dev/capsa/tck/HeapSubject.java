package dev.capsa.tck;

import dev.capsa.Capsa;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Capsa over containers in memory. They cannot be opened again, so not for reading alone. */
final class HeapSubject implements Subject {
  @Override
  public String name() {
    return "Capsa in memory";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut(Capability.READ_ONLY, Capability.ADDRESSES);
  }

  @Override
  public Place open() throws IOException {
    return new InHeap();
  }

  private static final class InHeap implements Place {
    private final List<FileSystem> opened = new ArrayList<>();
    private final Path directory = directoryOfAnotherInstance();

    InHeap() throws IOException {}

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public Path directoryOfAnotherInstance() throws IOException {
      FileSystem fs = Capsa.inMemory();
      opened.add(fs);
      return fs.getPath("/");
    }

    @Override
    public void close() throws IOException {
      for (FileSystem fs : opened) {
        fs.close();
      }
    }
  }
}
