package dev.capsa.tck;

/** The default file system: it shows that each case is right. */
class DefaultFileSystemTest extends Conformance {
  DefaultFileSystemTest() {
    super(new DefaultSubject());
  }
}
