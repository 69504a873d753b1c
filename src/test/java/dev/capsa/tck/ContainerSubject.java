package dev.capsa.tck;

import java.io.IOException;
import java.util.Set;

/** Capsa over container files, through the provider that the JDK finds. */
final class ContainerSubject implements Subject {
  @Override
  public String name() {
    return "Capsa";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut();
  }

  @Override
  public Place open() throws IOException {
    return CapsaPlaces.open(CapsaPlaces.installed());
  }
}
