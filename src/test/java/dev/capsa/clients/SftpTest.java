package dev.capsa.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.AcceptAllPublickeyAuthenticator;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apache MINA SSHD serves a container to the {@code sftp} client of OpenSSH, on the loopback
 * interface. Needs the package openssh-client.
 */
@Tag("system")
class SftpTest {
  @TempDir Path folder;

  @Test
  void a_container_is_served_to_an_sftp_client() throws Exception {
    Path container = folder.resolve("served.capsa");
    byte[] large = new byte[5_000_000];
    new Random(2).nextBytes(large);
    Path local = Files.write(folder.resolve("large"), large);
    Path back = folder.resolve("back");
    String listing;
    try (FileSystem fs = Capsa.open(container, Capsa.options().create(true))) {
      Path home = Files.createDirectory(fs.getPath("/home"));
      Files.writeString(home.resolve("greeting"), "hello");
      try (SshServer server = serve(home)) {
        listing =
            sftp(
                server.getPort(),
                List.of(
                    "mkdir docs",
                    "put -p " + local + " docs/large",
                    "rename docs/large docs/renamed",
                    "chmod 640 docs/renamed",
                    "ln -s renamed docs/link",
                    "put " + local + " unwanted",
                    "rm unwanted",
                    "mkdir empty",
                    "rmdir empty",
                    "get docs/renamed " + back,
                    "get greeting " + folder.resolve("greeting"),
                    "ls -l docs"));
        server.stop();
      }
      assertThat(Files.readAllBytes(home.resolve("docs/renamed"))).isEqualTo(large);
      assertThat(Files.getPosixFilePermissions(home.resolve("docs/renamed"))).hasSize(3);
      FileTime second = Files.getLastModifiedTime(local);
      assertThat(Files.getLastModifiedTime(home.resolve("docs/renamed")).to(TimeUnit.SECONDS))
          .isEqualTo(second.to(TimeUnit.SECONDS));
      assertThat(Files.readSymbolicLink(home.resolve("docs/link")).getFileName())
          .hasToString("renamed");
      assertThat(Files.exists(home.resolve("unwanted"))).isFalse();
      assertThat(Files.exists(home.resolve("empty"))).isFalse();
    }
    assertThat(Files.readAllBytes(back)).isEqualTo(large);
    assertThat(folder.resolve("greeting")).hasContent("hello");
    assertThat(listing).contains("renamed").contains("link").contains("-rw-r-----");
    assertThat(Capsa.check(container)).isEmpty();
  }

  private SshServer serve(Path root) throws IOException {
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(folder.resolve("host.key")));
    server.setPublickeyAuthenticator(AcceptAllPublickeyAuthenticator.INSTANCE);
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setFileSystemFactory(new VirtualFileSystemFactory(root));
    server.start();
    return server;
  }

  /** Runs the commands; what the client printed. */
  private String sftp(int port, List<String> commands) throws Exception {
    Path key = folder.resolve("key");
    run(List.of("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", key.toString()));
    Path batch = Files.write(folder.resolve("batch"), commands);
    return run(
        List.of(
            "sftp",
            "-b",
            batch.toString(),
            "-i",
            key.toString(),
            "-P",
            Integer.toString(port),
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "IdentitiesOnly=yes",
            "-F",
            "/dev/null",
            "user@127.0.0.1"));
  }

  private String run(List<String> command) throws Exception {
    Path output = Files.createTempFile(folder, "output", "");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String printed = Files.readString(output);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }
}
