package dev.capsa.raw;

import dev.capsa.raw.SimulatedRawStorage.Event;
import dev.capsa.raw.SimulatedRawStorage.Resize;
import dev.capsa.raw.SimulatedRawStorage.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A loss of power: decides by chance what of the events since the last force is left.
 *
 * <p>Some outcomes that are dear to the unwary come up often whatever the number of events: nothing
 * is left, all is left, all but one, one alone, the first few.
 */
final class Crash {
  private enum Fate {
    KEPT,
    LOST,
    TORN
  }

  private final Random random;

  Crash(Random random) {
    this.random = random;
  }

  /** Applies to the image what is left of the events, and returns it. */
  PageImage after(PageImage image, List<Event> events) {
    long length = image.length();
    long most = length;
    for (Event event : events) {
      most = event instanceof Resize resize ? Math.max(most, resize.to()) : most;
    }
    image.resize(most);
    Fate[] fates = fates(events.size());
    for (int i = 0; i < fates.length; i++) {
      Event event = events.get(i);
      if (event instanceof Write write) {
        apply(write, fates[i], image);
      } else if (event instanceof Resize resize && fates[i] != Fate.LOST) {
        length = fates[i] == Fate.KEPT ? resize.to() : between(resize.from(), resize.to());
        if (length < resize.from()) {
          image.zeroFrom(length);
        }
      } else if (event instanceof SimulatedRawStorage.Rot) {
        SimulatedRawStorage.apply(event, image);
      }
    }
    image.resize(length);
    return image;
  }

  private void apply(Write write, Fate fate, PageImage image) {
    if (fate == Fate.KEPT) {
      SimulatedRawStorage.apply(write, image);
    } else if (fate == Fate.TORN) {
      tear(write).forEach(it -> SimulatedRawStorage.apply(it, image));
    }
  }

  private Fate[] fates(int count) {
    Fate[] fates = new Fate[count];
    int one = count == 0 ? 0 : random.nextInt(count);
    switch (random.nextInt(8)) {
      case 0 -> Arrays.fill(fates, Fate.LOST);
      case 1 -> Arrays.fill(fates, Fate.KEPT);
      case 2 -> {
        Arrays.fill(fates, Fate.KEPT);
        set(fates, one, random.nextBoolean() ? Fate.LOST : Fate.TORN);
      }
      case 3 -> {
        Arrays.fill(fates, Fate.LOST);
        set(fates, one, random.nextBoolean() ? Fate.KEPT : Fate.TORN);
      }
      case 4 -> {
        Arrays.fill(fates, 0, one, Fate.KEPT);
        Arrays.fill(fates, one, count, Fate.LOST);
        set(fates, one, Fate.TORN);
      }
      default -> {
        double kept = random.nextDouble();
        double torn = random.nextDouble() * (1 - kept);
        Arrays.setAll(fates, i -> fate(kept, torn));
      }
    }
    return fates;
  }

  private Fate fate(double kept, double torn) {
    double chance = random.nextDouble();
    return chance < kept ? Fate.KEPT : chance < kept + torn ? Fate.TORN : Fate.LOST;
  }

  private static void set(Fate[] fates, int index, Fate fate) {
    if (fates.length > 0) {
      fates[index] = fate;
    }
  }

  /** A length between two others: a multiple of 4 KiB, or one of them. */
  private long between(long from, long to) {
    long least = Math.min(from, to);
    long most = Math.max(from, to);
    long any = least + (long) (random.nextDouble() * (most - least + 1));
    return Math.max(least, Math.min(most, any - any % 4096));
  }

  /** The sectors that are left of a write: the first ones, the last ones, or any; maybe none. */
  List<Write> tear(Write write) {
    int sector = random.nextBoolean() ? 512 : 4096;
    long first = write.offset() / sector;
    int sectors = (int) ((write.offset() + write.bytes().length - 1) / sector - first + 1);
    int split = random.nextInt(sectors + 1);
    int kind = random.nextInt(3);
    List<Write> left = new ArrayList<>();
    for (int i = 0; i < sectors; i++) {
      boolean kept =
          switch (kind) {
            case 0 -> i < split;
            case 1 -> i >= split;
            default -> random.nextBoolean();
          };
      if (kept) {
        int from = (int) Math.max(0, (first + i) * sector - write.offset());
        int to = (int) Math.min(write.bytes().length, (first + i + 1) * sector - write.offset());
        left.add(new Write(write.offset() + from, Arrays.copyOfRange(write.bytes(), from, to)));
      }
    }
    return left;
  }
}
