package dev.capsa.tck;

import dev.capsa.nio.MemoryProvider;
import java.io.IOException;

/** Capsa over trees in memory. */
final class MemorySubject implements Subject {
  @Override
  public Place open() throws IOException {
    return CapsaPlaces.open(MemoryProvider.create());
  }
}
