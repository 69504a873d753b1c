package dev.capsa.tck;

/** Capsa with trees in memory below. */
class MemoryEngineTest extends Conformance {
  MemoryEngineTest() {
    super(new MemorySubject());
  }
}
