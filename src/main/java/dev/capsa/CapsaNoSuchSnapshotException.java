package dev.capsa;

/** No snapshot has this name. */
public class CapsaNoSuchSnapshotException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says which name. */
  public CapsaNoSuchSnapshotException(String message) {
    super(message);
  }
}
