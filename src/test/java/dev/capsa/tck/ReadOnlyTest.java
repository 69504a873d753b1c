package dev.capsa.tck;

/** Capsa with containers that are opened for reading alone. */
class ReadOnlyTest extends Conformance {
  ReadOnlyTest() {
    super(new ReadOnlySubject());
  }
}
