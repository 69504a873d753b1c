package dev.capsa.tck;

import java.io.IOException;
import java.nio.file.spi.FileSystemProvider;

/** Capsa over container files, through the provider that the JDK finds. */
final class ContainerSubject implements Subject {
  @Override
  public Place open() throws IOException {
    return CapsaPlaces.open(
        FileSystemProvider.installedProviders().stream()
            .filter(it -> it.getScheme().equals("capsa"))
            .findFirst()
            .orElseThrow());
  }
}
