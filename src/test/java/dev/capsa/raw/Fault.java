package dev.capsa.raw;

import dev.capsa.CapsaFullException;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A rule that lets calls of a {@link SimulatedRawStorage} fail. */
@FunctionalInterface
public interface Fault {
  /** The calls that can fail. */
  enum Operation {
    READ,
    WRITE,
    RESIZE,
    FORCE
  }

  /**
   * What a call throws; null if it succeeds.
   *
   * @param number which call of this operation it is since the rule was injected, from 1
   * @param place the offset of a read or write, the new length of a resize, else 0
   */
  @Nullable IOException failureOf(Operation operation, int number, long place);

  /** The n-th call from now fails, the others do not. */
  static Fault nth(Operation failing, int n) {
    return (operation, number, place) ->
        operation == failing && number == n ? injected(operation, number, place) : null;
  }

  /** The n-th call from now fails, and so do all after it. */
  static Fault from(Operation failing, int n) {
    return (operation, number, place) ->
        operation == failing && number >= n ? injected(operation, number, place) : null;
  }

  /** Each call fails with a probability between 0 and 1. */
  static Fault sometimes(Operation failing, double probability, Random random) {
    return (operation, number, place) ->
        operation == failing && random.nextDouble() < probability
            ? injected(operation, number, place)
            : null;
  }

  /** The medium has no room past a length. */
  static Fault full(long lengthBytes) {
    return (operation, number, place) ->
        operation == Operation.RESIZE && place > lengthBytes
            ? new CapsaFullException(
                "no room to grow to " + place + " bytes: the medium ends at " + lengthBytes)
            : null;
  }

  private static IOException injected(Operation operation, int number, long place) {
    return new IOException("injected: " + operation + " number " + number + " at " + place);
  }
}
