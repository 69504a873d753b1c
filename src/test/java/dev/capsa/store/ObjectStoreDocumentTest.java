package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/OBJECT-STORE.md and README.md is this code, and does what it says. */
class ObjectStoreDocumentTest {
  private static final List<String> OUTPUT = new java.util.ArrayList<>();

  private static void print(String text) {
    OUTPUT.add(text);
  }

  @Test
  void the_example_runs(@TempDir Path folder) throws IOException {
    example(folder.resolve("objects.capsa"));
    assertThat(OUTPUT).containsExactly("Hello", "1 object");
  }

  private static void example(Path file) throws IOException {
    // example
    StoreOptions options = StoreOptions.defaults().withDiskTokens(8);
    try (ConcurrentStore store = ConcurrentStore.create(file, options)) {
      ObjectId prime = store.prime(8);
      ObjectId hello = StoredValues.put(store, "Hello".getBytes(StandardCharsets.UTF_8));
      try (SectionWriter writer = store.openWriter(prime)) {
        writer.write(hello.toBytes());
      }
      store.commit(); // both, or after a crash before it neither
    }
    try (ConcurrentStore store = ConcurrentStore.open(file, options)) {
      ObjectId hello = ObjectId.ofBytes(StoredValues.bytes(store, store.prime(8)));
      print(StoredValues.text(store, hello));
      store.delete(hello);
      print(store.objectCount() + " object");
    }
    // end
  }

  @Test
  void the_documents_show_this_example() throws IOException {
    Path source = Path.of("src/test/java/dev/capsa/store/ObjectStoreDocumentTest.java");
    String code = between(Files.readString(source), "    // example\n", "    // end\n");
    String shown = between(Files.readString(Path.of("docs/OBJECT-STORE.md")), "```java\n", "```");
    assertThat(shown).isEqualTo(code.indent(-4));
    assertThat(Files.readString(Path.of("README.md")))
        .contains("```java\n" + code.indent(-4) + "```\n");
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }
}
