package dev.capsa.tck;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs the kit over one subject, without a build tool: {@code java -cp
 * capsa-tck.jar:my-provider.jar:my-classes dev.capsa.tck.Run com.example.MySubject [folder]}. The
 * subject has a constructor without parameters. Failures and totals are printed, and the report is
 * written to the folder, {@code tck-report} if none is named. Exits with 0 if every case went as
 * the subject declares, with 1 if not, with 2 if nothing ran.
 */
public final class Run {
  private Run() {}

  public static void main(String... arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: dev.capsa.tck.Run <class of the subject> [folder of the report]");
      System.exit(2);
    }
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "tck-report");
    System.exit(run(arguments[0], folder, new PrintWriter(System.out, true)));
  }

  /** Returns the exit status. */
  static int run(String subject, Path folder, PrintWriter out) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(Named.class))
            .configurationParameter("tck.report", folder.toString())
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    System.setProperty(Named.PROPERTY, subject);
    LauncherFactory.create().execute(request, summary);
    summary.getSummary().printFailuresTo(out, 5);
    long found = summary.getSummary().getTestsFoundCount();
    long failed = summary.getSummary().getTotalFailureCount();
    out.printf("%d cases ran, %d failed; the report is in %s%n", found, failed, folder);
    return found == 0 ? 2 : failed == 0 ? 0 : 1;
  }

  /** The kit over the subject whose class the property names. */
  static final class Named extends Conformance {
    static final String PROPERTY = "tck.subject";

    Named() throws ReflectiveOperationException {
      super(
          Class.forName(System.getProperty(PROPERTY))
              .asSubclass(Subject.class)
              .getDeclaredConstructor()
              .newInstance());
    }
  }
}
