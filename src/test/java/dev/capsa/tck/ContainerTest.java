package dev.capsa.tck;

/** Capsa with container files, by the provider that the JDK finds. */
class ContainerTest extends Conformance {
  ContainerTest() {
    super(new ContainerSubject());
  }
}
