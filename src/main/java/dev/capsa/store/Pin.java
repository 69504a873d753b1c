package dev.capsa.store;

/**
 * Holds back the reuse of space that was reachable when it was taken. Closing twice is harmless.
 */
public interface Pin extends AutoCloseable {
  @Override
  void close();
}
