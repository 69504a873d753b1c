package dev.capsa.tck;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Sets of capabilities. */
final class Capabilities {
  private Capabilities() {}

  static Set<Capability> allBut(Capability... missing) {
    Set<Capability> set = EnumSet.allOf(Capability.class);
    for (Capability each : missing) {
      set.remove(each);
    }
    return Collections.unmodifiableSet(set);
  }
}
