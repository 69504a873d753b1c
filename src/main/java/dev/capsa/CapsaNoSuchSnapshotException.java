package dev.capsa;

/** No snapshot has this name, or no revision that can be opened has this number. */
public class CapsaNoSuchSnapshotException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says which. */
  public CapsaNoSuchSnapshotException(String message) {
    super(message);
  }
}
