package dev.capsa.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line of Capsa. Exit codes: 0 done; 1 it failed, or damage was found; 2 it was called
 * wrongly. Errors are one line on the standard error stream; {@code --verbose} adds the stack.
 */
@Command(
    name = "capsa",
    description = "Packs files into Capsa containers, looks into them, and checks them.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      PackCommand.class,
      UnpackCommand.class,
      ListCommand.class,
      CatCommand.class,
      InfoCommand.class,
      CheckCommand.class
    },
    footer = {"", "Exit codes: 0 done, 1 failed or damage found, 2 called wrongly."})
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    // Names of files are Unicode, whatever the terminal's encoding was taken for.
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int exitCode = commandLine().setOut(out).setErr(err).execute(args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    OutputStream stream = new FileOutputStream(descriptor);
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** The command line with all commands, for one execution. */
  static CommandLine commandLine() {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          PrintWriter err = command.getErr();
          err.println("capsa: " + explain(e));
          if (main.verbose) {
            e.printStackTrace(err);
          }
          return command.getCommandSpec().exitCodeOnExecutionException();
        });
    return line;
  }

  /** Without a command there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** An exception in one line: those of java.nio.file often have no more message than the path. */
  static String explain(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      return message.contains(" ") ? message : message + ": no such file or directory";
    } else if (e instanceof FileAlreadyExistsException) {
      return message.contains(": ") ? message : message + ": exists already";
    } else if (e instanceof AccessDeniedException) {
      return message + ": access denied";
    } else if (e instanceof NotDirectoryException) {
      return message + ": not a directory";
    } else if (e instanceof DirectoryNotEmptyException) {
      return message + ": directory is not empty";
    } else if (e instanceof InvalidPathException) {
      return message + " (names are taken as " + namesEncoding() + ")";
    } else if (e.getMessage() == null || e instanceof RuntimeException) {
      return e.toString();
    }
    return message;
  }

  /** How this process takes the names of files of the host. */
  private static String namesEncoding() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    boolean limited =
        Charset.isSupported(name) && !Charset.forName(name).equals(StandardCharsets.UTF_8);
    return limited ? name + "; set LC_ALL=C.UTF-8 for all of Unicode" : name;
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
