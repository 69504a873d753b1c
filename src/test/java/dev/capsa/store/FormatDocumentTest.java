package dev.capsa.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tables of docs/FORMAT.md say what the constants of the code say, field by field. */
class FormatDocumentTest {
  /** A row of a table. */
  private record Row(int offset, String size, String field) {}

  /** A layout class and which of its constants are no offsets of fields. */
  private record Layout(String section, Class<?> type, Set<String> others) {}

  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout("Header", HeaderLayout.class, Set.of()),
          new Layout(
              "Root slot",
              SlotLayout.class,
              Set.of(
                  "FLAG_FORCED",
                  "RING_SLOTS",
                  "RING_A_SECTOR",
                  "RING_B_SECTOR",
                  "HEADER_COPY_SECTOR")),
          new Layout(
              "Commit record",
              RecordLayout.class,
              Set.of("REDIRECT_BYTES", "MANIFEST_ENTRY_BYTES")),
          new Layout(
              "Segment table",
              EntryLayout.class,
              Set.of(
                  "INLINE_BITMAP_BYTES",
                  "ENTRY_BYTES",
                  "LEAF_ENTRIES",
                  "POINTER_BYTES",
                  "INNER_POINTERS",
                  "UNIT_SCALE")),
          new Layout("Objects", ObjectLayout.class, Set.of("HEADER_BYTES", "MAGIC")),
          new Layout("Kept state", KeptLayout.class, Set.of("KEPT_STATE_BYTES")),
          new Layout("Links", LinkLayout.class, Set.of("LINK_BYTES")),
          new Layout(
              "Dead pages",
              DeadLayout.class,
              Set.of("HEADER_BYTES", "REFERENCE_BYTES", "MOST_REFERENCES", "MAGIC")),
          new Layout(
              "State indexes",
              IndexLayout.class,
              Set.of("HEADER_BYTES", "MOST_BYTES", "KEPT_MAGIC", "SHARE_MAGIC")),
          new Layout("Share state", ShareLayout.class, Set.of("SHARE_STATE_BYTES")),
          new Layout("Share items", ShareItemLayout.class, Set.of("ITEM_BYTES")),
          new Layout("Revision entries", KeptEntryLayout.class, Set.of("HEADER_BYTES")),
          new Layout(
              "The lock file",
              inRaw("LockFileLayout"),
              Set.of("HOLDER_BYTES", "MOST_READERS", "MOST_PADDING_BYTES")),
          new Layout("Readers", inRaw("ReaderEntryLayout"), Set.of("ENTRY_BYTES")));

  private static Class<?> inRaw(String name) {
    try {
      return Class.forName("dev.capsa.raw." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @TestFactory
  List<DynamicTest> the_document_and_the_code_agree() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Layout layout : LAYOUTS) {
      tests.add(DynamicTest.dynamicTest(layout.section, () -> compare(layout)));
    }
    return tests;
  }

  private static void compare(Layout layout) throws IOException, IllegalAccessException {
    List<Row> rows = rows(layout.section);
    Map<String, Integer> constants = constants(layout);
    Map<String, Integer> documented = new TreeMap<>();
    for (Row row : rows) {
      documented.put(constantOf(row.field), row.offset);
    }
    assertThat(documented).as("offsets of %s", layout.section).isEqualTo(constants);
    for (int i = 1; i < rows.size(); i++) {
      Row before = rows.get(i - 1);
      int end = before.offset + Integer.parseInt(before.size);
      boolean closing = rows.get(i).offset == Geometry.PAGE_BYTES - 4;
      if (closing) {
        assertThat(rows.get(i).offset).isGreaterThanOrEqualTo(end);
      } else {
        assertThat(rows.get(i).offset).as("end of %s", before.field).isEqualTo(end);
      }
    }
  }

  @TestFactory
  List<DynamicTest> the_sizes_of_whole_structures_agree() {
    return List.of(
        DynamicTest.dynamicTest(
            "object header", () -> assertEnd("Objects", ObjectLayout.HEADER_BYTES)),
        DynamicTest.dynamicTest(
            "kept state", () -> assertEnd("Kept state", KeptLayout.KEPT_STATE_BYTES)),
        DynamicTest.dynamicTest("link", () -> assertEnd("Links", LinkLayout.LINK_BYTES)),
        DynamicTest.dynamicTest(
            "dead page", () -> assertEnd("Dead pages", DeadLayout.HEADER_BYTES)),
        DynamicTest.dynamicTest(
            "index node", () -> assertEnd("State indexes", IndexLayout.HEADER_BYTES)),
        DynamicTest.dynamicTest(
            "share state", () -> assertEnd("Share state", ShareLayout.SHARE_STATE_BYTES)),
        DynamicTest.dynamicTest(
            "share item", () -> assertEnd("Share items", ShareItemLayout.ITEM_BYTES)),
        DynamicTest.dynamicTest(
            "entry of a revision",
            () -> assertEnd("Revision entries", KeptEntryLayout.HEADER_BYTES)),
        DynamicTest.dynamicTest("reader", () -> assertEnd("Readers", 128)),
        DynamicTest.dynamicTest("table entry", () -> assertEnd("Segment table", 64)),
        DynamicTest.dynamicTest("entry", () -> assertThat(EntryLayout.ENTRY_BYTES).isEqualTo(64)),
        DynamicTest.dynamicTest("header", () -> assertEnd("Header", Geometry.PAGE_BYTES)),
        DynamicTest.dynamicTest("slot", () -> assertEnd("Root slot", Geometry.PAGE_BYTES)));
  }

  private static void assertEnd(String section, int bytes) throws IOException {
    List<Row> rows = rows(section);
    Row last = rows.get(rows.size() - 1);
    assertThat(last.offset + Integer.parseInt(last.size)).isEqualTo(bytes);
  }

  @TestFactory
  List<DynamicTest> the_kinds_of_segments_agree() {
    return List.of(
        DynamicTest.dynamicTest(
            "kinds",
            () -> {
              String row = document().lines().filter(it -> it.contains("| kind |")).toList().get(0);
              for (SegmentKind kind : SegmentKind.values()) {
                String name = kind == SegmentKind.FREE ? "free" : kind.name();
                assertThat(row).contains(kind.ordinal() + " " + name);
              }
            }));
  }

  private static String document() throws IOException {
    return Files.readString(Path.of("docs", "FORMAT.md"));
  }

  /** The first table of a section that has offsets. */
  private static List<Row> rows(String section) throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean inside = false;
    Set<String> seen = new HashSet<>();
    for (String line : document().lines().toList()) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + section);
      } else if (inside && line.startsWith("| key |")) {
        break;
      } else if (inside && line.startsWith("| ") && !line.startsWith("| offset")) {
        String[] cells = line.split("\\|");
        Row row = new Row(Integer.parseInt(cells[1].strip()), cells[2].strip(), cells[3].strip());
        assertThat(seen.add(row.field)).as("%s comes once", row.field).isTrue();
        rows.add(row);
      }
    }
    assertThat(rows).as("table of section %s", section).isNotEmpty();
    return rows;
  }

  private static Map<String, Integer> constants(Layout layout) throws IllegalAccessException {
    Map<String, Integer> constants = new TreeMap<>();
    Set<String> others = new HashSet<>(layout.others);
    for (Field field : layout.type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && field.getType() == int.class
          && !others.remove(field.getName())) {
        field.setAccessible(true);
        constants.put(field.getName(), field.getInt(null));
      }
    }
    assertThat(others).as("constants that %s does not have", layout.type).isEmpty();
    return constants;
  }

  private static String constantOf(String field) {
    return field.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }
}
