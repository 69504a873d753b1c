package dev.capsa.tck;

/** The provider memoryfilesystem, but for what its subject declares. */
class MemoryFileSystemTest extends Conformance {
  MemoryFileSystemTest() {
    super(new MemoryFileSystemSubject());
  }
}
