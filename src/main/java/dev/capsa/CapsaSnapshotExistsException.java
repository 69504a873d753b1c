package dev.capsa;

/**
 * A snapshot cannot have this name, for another one has it. Drop that one first, or take another.
 */
public class CapsaSnapshotExistsException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says which name, and which revision has it. */
  public CapsaSnapshotExistsException(String message) {
    super(message);
  }
}
