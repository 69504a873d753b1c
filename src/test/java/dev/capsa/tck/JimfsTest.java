package dev.capsa.tck;

/** Jimfs, but for what its subject declares. */
class JimfsTest extends Conformance {
  JimfsTest() {
    super(new JimfsSubject());
  }
}
