package dev.capsa.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK finds the provider in a process that was started with Capsa on one of its paths. */
abstract class Discovery {
  @TempDir Path folder;

  /** Where Capsa's classes are: a folder or a jar. */
  abstract Path capsa() throws URISyntaxException;

  static Path placeOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void it_is_found_on_the_class_path() throws Exception {
    String both = capsa() + ":" + placeOf(DiscoveryProbe.class);
    assertThat(run("-cp", both)).isEqualTo("1 provider, module null, read content\n");
  }

  @Test
  void it_is_found_on_the_module_path() throws Exception {
    assertThat(run("-p", capsa().toString(), "-cp", placeOf(DiscoveryProbe.class).toString()))
        .isEqualTo("1 provider, module dev.capsa, read content\n");
  }

  @Test
  void it_is_found_through_a_loader() throws Exception {
    assertThat(run("-Dcapsa=" + capsa().toUri(), "-cp", placeOf(DiscoveryProbe.class).toString()))
        .isEqualTo("0 providers, read content through a loader\n");
  }

  private String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add(DiscoveryProbe.class.getName());
    command.add(folder.resolve("a.capsa").toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
