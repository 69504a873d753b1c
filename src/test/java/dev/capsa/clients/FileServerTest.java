package dev.capsa.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The web server of the JDK serves the files of a container on the loopback interface. */
@Tag("jdk18")
class FileServerTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void the_files_of_a_container_are_served() throws Exception {
    byte[] large = new byte[3_000_000];
    new Random(4).nextBytes(large);
    try (FileSystem fs = Capsa.inMemory()) {
      Path root = Files.createDirectory(fs.getPath("/www"));
      Files.createDirectory(root.resolve("docs"));
      Files.writeString(root.resolve("docs/a b.txt"), "hello");
      Files.write(root.resolve("large.bin"), large);
      Object server = start(root);
      try {
        int port = ((InetSocketAddress) call(server, "getAddress")).getPort();
        HttpResponse<byte[]> text = get(port, "/docs/a%20b.txt");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.body()).asString().isEqualTo("hello");
        assertThat(text.headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(get(port, "/large.bin").body()).isEqualTo(large);
        assertThat(get(port, "/docs/").body()).asString().contains("a b.txt");
        assertThat(get(port, "/none").statusCode()).isEqualTo(404);
      } finally {
        Method stop =
            Class.forName("com.sun.net.httpserver.HttpServer").getMethod("stop", int.class);
        stop.invoke(server, 0);
      }
    }
  }

  /** By reflection, as the sources are of Java 17. */
  private static Object start(Path root) throws Exception {
    Class<?> servers = Class.forName("com.sun.net.httpserver.SimpleFileServer");
    Class<?> levels = Class.forName("com.sun.net.httpserver.SimpleFileServer$OutputLevel");
    Object silent = levels.getField("NONE").get(null);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Object server =
        servers
            .getMethod("createFileServer", InetSocketAddress.class, Path.class, levels)
            .invoke(null, address, root, silent);
    call(server, "start");
    return server;
  }

  private static Object call(Object server, String method) throws Exception {
    return Class.forName("com.sun.net.httpserver.HttpServer").getMethod(method).invoke(server);
  }

  private HttpResponse<byte[]> get(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + port + path);
    return client.send(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
