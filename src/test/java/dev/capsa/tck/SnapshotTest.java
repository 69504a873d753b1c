package dev.capsa.tck;

/** Capsa with snapshots whose files were deleted or overwritten since. */
class SnapshotTest extends Conformance {
  SnapshotTest() {
    super(new SnapshotSubject());
  }
}
