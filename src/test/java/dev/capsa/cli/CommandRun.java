package dev.capsa.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line did: its exit code and what it wrote. */
record CommandRun(int exitCode, String out, String err) {

  /** Runs a command line in this process. */
  static CommandRun of(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(arguments[i]);
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(texts);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
