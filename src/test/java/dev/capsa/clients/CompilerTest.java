package dev.capsa.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.Capsa;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java compiler reads sources from a container, writes classes into it, and they run. */
class CompilerTest {
  @TempDir Path folder;

  @Test
  void sources_in_a_container_become_classes_in_it_that_run() throws Exception {
    try (FileSystem fs = Capsa.open(folder.resolve("build.capsa"), Capsa.options().create(true))) {
      Path sources = Files.createDirectories(fs.getPath("/src/scrolls"));
      Path classes = Files.createDirectory(fs.getPath("/classes"));
      Files.writeString(
          sources.resolve("Shelf.java"),
          """
          package scrolls;

          class Shelf {
            int number() {
              return 42;
            }
          }
          """);
      Files.writeString(
          sources.resolve("Library.java"),
          """
          package scrolls;

          public class Library implements java.util.concurrent.Callable<String> {
            public String call() {
              Runnable nothing = () -> {};
              nothing.run();
              return "shelf " + new Shelf().number();
            }
          }
          """);
      compile(sources, classes);
      assertThat(classes.resolve("scrolls/Shelf.class")).isNotEmptyFile();
      URL[] path = {new URL(classes.toUri() + "/")};
      try (URLClassLoader loader = new URLClassLoader(path)) {
        Class<?> library = loader.loadClass("scrolls.Library");
        assertThat(((Callable<?>) library.getDeclaredConstructor().newInstance()).call())
            .isEqualTo("shelf 42");
      }
    }
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
      files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(sources.getParent()));
      var units = files.getJavaFileObjects(sources.resolve("Library.java"));
      assertThat(compiler.getTask(null, files, null, null, null, units).call()).isTrue();
    }
  }
}
