package dev.capsa.tck;

import java.io.IOException;
import java.util.Set;

/** Capsa over snapshots, of which the newest state has nothing any more. */
final class SnapshotSubject implements Subject {
  @Override
  public String name() {
    return "Capsa, snapshot";
  }

  @Override
  public Set<Capability> capabilities() {
    return Capabilities.allBut(Capability.WRITING);
  }

  @Override
  public Place open() throws IOException {
    return CapsaPlaces.openSnapshot(CapsaPlaces.installed());
  }
}
