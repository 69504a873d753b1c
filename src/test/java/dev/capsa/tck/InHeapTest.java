package dev.capsa.tck;

/** Capsa with containers in memory. */
class InHeapTest extends Conformance {
  InHeapTest() {
    super(new HeapSubject());
  }
}
