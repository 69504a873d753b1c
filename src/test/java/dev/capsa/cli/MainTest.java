package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void version_names_the_product() {
    StringWriter out = new StringWriter();
    int exitCode = Main.commandLine().setOut(new PrintWriter(out)).execute("--version");
    assertThat(exitCode).isZero();
    assertThat(out.toString()).startsWith("capsa ");
  }

  @Test
  void without_a_command_the_usage_is_shown() {
    StringWriter out = new StringWriter();
    int exitCode = Main.commandLine().setOut(new PrintWriter(out)).execute();
    assertThat(exitCode).isZero();
    assertThat(out.toString()).startsWith("Usage: capsa");
  }
}
