package dev.capsa;

/**
 * The revision that a reader had opened is no longer in the container: a writer in another process
 * has reused its space. That happens only to a reader that could not register, because the folder
 * of the container cannot be written; nothing is damaged. Open the container again.
 */
public class CapsaRevisionGoneException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says which revision. */
  public CapsaRevisionGoneException(String message) {
    super(message);
  }
}
