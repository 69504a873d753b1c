package dev.capsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void version_names_the_product() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("capsa ");
  }

  @Test
  void without_a_command_the_usage_is_shown() {
    CommandRun run = CommandRun.of();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: capsa");
  }
}
