package dev.capsa.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line of Capsa. Exit codes: 0 done; 1 it failed, or damage was found, or the standard
 * output takes no more; 2 it was called wrongly. Errors are one line on the standard error stream;
 * {@code --verbose} adds the stack. One object is one execution.
 */
@Command(
    name = "capsa",
    description =
        "Packs files into Capsa containers, looks into them and into what they were, checks them.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      PackCommand.class,
      UnpackCommand.class,
      ListCommand.class,
      CatCommand.class,
      InfoCommand.class,
      UsageCommand.class,
      SnapshotCommand.class,
      RetentionCommand.class,
      LogCommand.class,
      DiffCommand.class,
      RestoreCommand.class,
      RollbackCommand.class,
      CheckCommand.class,
      CompactCommand.class
    },
    footer = {"", "Exit codes: 0 done, 1 failed or damage found, 2 called wrongly."})
public final class Main implements Runnable {
  private final CheckedOutput output;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Reader reader;
  private volatile boolean threadFailed;

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  /** How files that are to be copied are read. */
  interface Reader {
    /** From the host, or wherever the path leads. */
    Reader OF_FILES = file -> FileChannel.open(file, StandardOpenOption.READ);

    FileChannel open(Path file) throws IOException;
  }

  /** The streams are this process's, or a test's. */
  Main(OutputStream out, OutputStream err, Reader reader) {
    this.output = new CheckedOutput(out);
    this.out = utf8(output);
    this.err = utf8(err);
    this.reader = reader;
  }

  /** Names of files are Unicode, whatever the terminal's encoding was taken for. */
  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    Main main =
        new Main(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Reader.OF_FILES);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          main.threadFailed = true;
          main.report(e);
        });
    System.exit(main.execute(args));
  }

  /** Does what a command line says; the exit code. Whatever goes wrong is told. */
  int execute(String... args) {
    CommandLine line = new CommandLine(this).setOut(out).setErr(err);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          report(e);
          return command.getCommandSpec().exitCodeOnExecutionException();
        });
    int exitCode;
    try {
      exitCode = line.execute(args);
    } catch (Error e) {
      report(e);
      exitCode = 1;
    }
    out.flush();
    IOException lost = output.failure();
    if (lost != null) {
      err.println("capsa: standard output: " + lost.getMessage());
      showStack(lost);
    }
    err.flush();
    return exitCode == 0 && (lost != null || threadFailed) ? 1 : exitCode;
  }

  /** Says what went wrong; a failure of the output is told once, at the end. */
  private void report(Throwable e) {
    if (e != output.failure()) {
      err.println("capsa: " + Explanation.of(e));
      showStack(e);
    }
  }

  /** Shows where an exception comes from, if that was asked for. */
  void showStack(Throwable e) {
    if (verbose) {
      e.printStackTrace(err);
    }
  }

  /** The standard output as bytes; what was printed to the writer lies before. */
  OutputStream bytes() {
    out.flush();
    return output;
  }

  Reader reader() {
    return reader;
  }

  /** Without a command there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(out);
  }

  /** The version as the manifest of the jar states it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"capsa " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
