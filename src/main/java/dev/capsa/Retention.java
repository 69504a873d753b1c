package dev.capsa;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which revisions a container keeps by itself, besides the snapshots. One is kept with a commit of
 * changes, if the last one that was kept so is old enough; or, if no further changes come, with a
 * commit of its own as soon as that is. It stays as long as it is among the last ones, or young
 * enough; else it is dropped by a later commit. So a change that was undone within {@code every}
 * may be in no revision.
 *
 * @param last so many of the newest ones stay, whatever their age: 0 to 1,000,000
 * @param age those that are younger stay, however many: from zero, at most 100 years
 * @param every time from one to the next, at least: from zero, which keeps each commit, at most 100
 *     years
 */
public record Retention(int last, Duration age, Duration every) {
  private static final int MOST_LAST = 1_000_000;
  private static final Duration MOST = Duration.ofDays(36_500);

  /** Keeps what has a name, and nothing by itself: so it is unless something else is said. */
  public static final Retention NONE = new Retention(0, Duration.ZERO, Duration.ofMinutes(1));

  /** Checks the ranges. */
  public Retention {
    if (last < 0 || last > MOST_LAST) {
      throw new IllegalArgumentException("the last " + last + " revisions; 0 to " + MOST_LAST);
    }
    requireInRange("for", age);
    requireInRange("every", every);
  }

  private static void requireInRange(String what, Duration duration) {
    if (duration.isNegative() || duration.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(what + " " + duration + "; from zero to " + MOST);
    }
  }

  /** Whether anything is kept but what has a name. */
  public boolean keepsAny() {
    return last > 0 || !age.isZero();
  }

  /**
   * Reads a text as {@code last=10,for=7d,every=1h}: each part at most once, in any order, and at
   * least one of the first two, or the word {@code none}. Durations are a whole number with {@code
   * s}, {@code m}, {@code h} or {@code d} after it, or as ISO 8601 has them. Without {@code every},
   * that is a minute.
   *
   * @throws IllegalArgumentException if it is another text
   */
  public static Retention parse(String text) {
    if (text.equals("none")) {
      return NONE;
    }
    Integer last = null;
    Duration age = null;
    Duration every = null;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1);
      switch (part.substring(0, Math.max(0, equals))) {
        case "last" -> last = once(last, number(value, text), text);
        case "for" -> age = once(age, duration(value, text), text);
        case "every" -> every = once(every, duration(value, text), text);
        default -> throw wrong(text);
      }
    }
    if (last == null && age == null) {
      throw wrong(text);
    }
    return new Retention(
        last == null ? 0 : last,
        age == null ? Duration.ZERO : age,
        every == null ? NONE.every : every);
  }

  private static <T> T once(@Nullable T before, T now, String text) {
    if (before != null) {
      throw wrong(text);
    }
    return now;
  }

  private static int number(String value, String text) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
  }

  private static Duration duration(String value, String text) {
    try {
      if (value.startsWith("P")) {
        return Duration.parse(value);
      }
      int end = Math.max(0, value.length() - 1);
      long number = Long.parseLong(value.substring(0, end));
      return switch (value.substring(end).toLowerCase(Locale.ROOT)) {
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        case "d" -> Duration.ofDays(number);
        default -> throw wrong(text);
      };
    } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no retention as last=10,for=7d,every=1h, and not none");
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    if (!keepsAny()) {
      return "none";
    }
    return (last > 0 ? "last=" + last + "," : "")
        + (age.isZero() ? "" : "for=" + text(age) + ",")
        + "every="
        + text(every);
  }

  /** A duration in the greatest unit of which it is a whole number. */
  private static String text(Duration duration) {
    long seconds = duration.getSeconds();
    if (duration.getNano() != 0) {
      return duration.toString();
    }
    if (seconds % 86_400 == 0 && seconds > 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0 && seconds > 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
