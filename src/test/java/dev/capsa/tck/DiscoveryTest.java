package dev.capsa.tck;

import dev.capsa.Capsa;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Discovery of the compiled classes. */
class DiscoveryTest extends Discovery {
  @Override
  Path capsa() throws URISyntaxException {
    return placeOf(Capsa.class);
  }
}
