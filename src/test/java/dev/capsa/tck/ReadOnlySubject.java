package dev.capsa.tck;

import java.io.IOException;
import java.util.Set;

/** Capsa over containers that are opened for reading alone. */
final class ReadOnlySubject implements Subject {
  @Override
  public String name() {
    return "Capsa, read-only";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut(Capability.WRITING);
  }

  @Override
  public Place open() throws IOException {
    return CapsaPlaces.openReadOnly(CapsaPlaces.installed());
  }
}
