package dev.capsa.store;

import dev.capsa.raw.SimulatedRawStorage;
import java.io.IOException;
import java.util.Random;

/** What a crash at each moment of a recorded history may have left. */
public final class CrashImages {
  /** Checks one image. */
  public interface Check {
    void check(SimulatedRawStorage image, int moment, Random dice) throws IOException;
  }

  private CrashImages() {}

  /**
   * Checks images of each moment: the first that of a killed process, the others those of a loss of
   * power. A failure names the seed, the moment and the image.
   *
   * @param start the first moment
   * @param perMoment images of each
   * @return how many there were
   */
  public static long check(
      SimulatedRawStorage raw, long seed, int start, int perMoment, Check check) {
    long images = 0;
    for (int moment = start; moment <= raw.events(); moment++) {
      for (int i = 0; i < perMoment; i++) {
        Random dice = new Random(seed * 1_000_003 + moment * 31L + i);
        String what = "seed " + seed + " moment " + moment + " image " + i;
        try {
          check.check(i == 0 ? raw.killImage(moment) : raw.crashImage(moment, dice), moment, dice);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError(what + ": " + e, e);
        }
        images++;
      }
    }
    return images;
  }
}
