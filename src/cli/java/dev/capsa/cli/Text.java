package dev.capsa.cli;

import java.util.Locale;

/** Figures for people. */
final class Text {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Text() {}

  /** A number with separators between thousands. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number and what is counted, in the plural if need be: {@code 1 file}, {@code 2 files}. */
  static String count(long number, String one, String many) {
    return number(number) + " " + (number == 1 ? one : many);
  }

  /** A number of bytes with a unit. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? count(bytes, "byte", "bytes")
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** A time in seconds. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }
}
