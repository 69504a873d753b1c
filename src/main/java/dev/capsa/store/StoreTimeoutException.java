package dev.capsa.store;

import dev.capsa.CapsaException;
import java.time.Duration;

/** Somebody else did not give back in time what a call needed. The call did nothing. */
public class StoreTimeoutException extends CapsaException {
  private static final long serialVersionUID = 1;

  /** Says for what, and for which purpose, it was waited in vain. */
  public StoreTimeoutException(String awaited, String purpose, Duration timeout) {
    super("waited " + timeout.toMillis() + " ms in vain for " + awaited + ", " + purpose);
  }
}
