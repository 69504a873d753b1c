package dev.capsa.nio;

import java.nio.file.Path;

/** Puts the layers together: the one place that knows how an engine is built. */
final class Layers implements Engine.Opener {
  @Override
  public Engine open(Path container, Environment environment) {
    throw new UnsupportedOperationException(
        "capsa: opening " + container + " is not implemented in this version");
  }
}
