package dev.capsa.tck;

import java.io.IOException;
import java.util.Set;

/** Capsa over containers that lie in containers. */
final class NestedSubject implements Subject {
  @Override
  public String name() {
    return "Capsa in Capsa";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut();
  }

  @Override
  public Place open() throws IOException {
    return CapsaPlaces.openNested(CapsaPlaces.installed());
  }
}
