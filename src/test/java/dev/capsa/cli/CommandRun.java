package dev.capsa.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a command line did: its exit code and what it wrote. */
record CommandRun(int exitCode, String out, String err) {

  /** Runs a command line in this process. */
  static CommandRun of(Object... arguments) {
    return reading(Main.Reader.OF_FILES, arguments);
  }

  /** As {@link #of}; the files that are copied are opened by the reader. */
  static CommandRun reading(Main.Reader reader, Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = new Main(out, err, reader).execute(texts(arguments));
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static String[] texts(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(arguments[i]);
    }
    return texts;
  }
}
