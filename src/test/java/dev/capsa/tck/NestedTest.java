package dev.capsa.tck;

/** Capsa with containers that lie in containers. */
class NestedTest extends Conformance {
  NestedTest() {
    super(new NestedSubject());
  }
}
