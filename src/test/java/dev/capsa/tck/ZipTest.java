package dev.capsa.tck;

/** The zip file systems of the JDK, but for what their subject declares. */
class ZipTest extends Conformance {
  ZipTest() {
    super(new ZipSubject());
  }
}
