package dev.capsa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What a copy has done so far, and what it could not do. Safe for many threads. */
final class Tally {
  final LongAdder files = new LongAdder();
  final LongAdder directories = new LongAdder();
  final LongAdder symbolicLinks = new LongAdder();
  final LongAdder hardLinks = new LongAdder();

  /** Bytes of the files, holes included. */
  final LongAdder bytes = new LongAdder();

  /** Bytes of zeros that were not written. */
  final LongAdder holes = new LongAdder();

  /** Files, directories and links whose owner or group the target does not take. */
  final LongAdder owners = new LongAdder();

  /** Files, directories and links whose times or permissions the target does not take. */
  final LongAdder attributes = new LongAdder();

  final LongAdder failures = new LongAdder();

  /** What was done, in words. */
  String done() {
    List<String> parts = new ArrayList<>();
    parts.add(Text.count(files.sum(), "file", "files"));
    parts.add(Text.count(directories.sum(), "directory", "directories"));
    add(parts, symbolicLinks, "symbolic link", "symbolic links");
    add(parts, hardLinks, "further hard link", "further hard links");
    String hole = holes.sum() == 0 ? "" : " (" + Text.bytes(holes.sum()) + " of them holes)";
    parts.add(Text.bytes(bytes.sum()) + hole);
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, LongAdder number, String one, String many) {
    if (number.sum() > 0) {
      parts.add(Text.count(number.sum(), one, many));
    }
  }
}
