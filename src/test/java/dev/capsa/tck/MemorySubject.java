package dev.capsa.tck;

import dev.capsa.nio.MemoryProvider;
import java.io.IOException;
import java.util.Set;

/** Capsa over trees in memory. */
final class MemorySubject implements Subject {
  @Override
  public String name() {
    return "Capsa over trees in memory";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut();
  }

  @Override
  public Place open() throws IOException {
    return CapsaPlaces.open(MemoryProvider.create());
  }
}
