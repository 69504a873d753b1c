package dev.capsa.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capsa.CapsaCorruptException;
import dev.capsa.store.ObjectPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bytes of a node and of a root are those that docs/FORMAT.md describes. */
class NodeFormatTest {
  private static final ObjectPointer POINTER = new ObjectPointer(0x0102, 3, 0x1234, 0x55667788L);

  @Test
  void the_document_states_the_offsets_of_the_code() throws IOException {
    String text = Files.readString(Path.of("docs", "FORMAT.md"));
    int start = text.indexOf("## Catalog nodes");
    String section = text.substring(start, text.indexOf("\n## ", start));
    assertField(section, "rootId", TreeRoot.ROOT_ID, TreeRoot.ROOT_BIRTH);
    assertField(section, "rootBirth", TreeRoot.ROOT_BIRTH, TreeRoot.ROOT_CHECKSUM);
    assertField(section, "rootChecksum", TreeRoot.ROOT_CHECKSUM, TreeRoot.ROOT_LENGTH);
    assertField(section, "rootLength", TreeRoot.ROOT_LENGTH, TreeRoot.ROOT_HEIGHT);
    assertField(section, "rootHeight", TreeRoot.ROOT_HEIGHT, TreeRoot.ROOT_ITEMS);
    assertField(section, "rootItems", TreeRoot.ROOT_ITEMS, TreeRoot.BYTES);
    assertField(section, "level", NodeLayout.LEVEL, NodeLayout.NODE_RESERVED);
    assertField(section, "nodeReserved", NodeLayout.NODE_RESERVED, NodeLayout.COUNT);
    assertField(section, "count", NodeLayout.COUNT, NodeLayout.PREFIX_LENGTH);
    assertField(section, "prefixLength", NodeLayout.PREFIX_LENGTH, NodeLayout.PREFIX);
    assertField(section, "childId", NodeLayout.CHILD_ID, NodeLayout.CHILD_BIRTH);
    assertField(section, "childBirth", NodeLayout.CHILD_BIRTH, NodeLayout.CHILD_CHECKSUM);
    assertField(section, "childChecksum", NodeLayout.CHILD_CHECKSUM, NodeLayout.CHILD_LENGTH);
    assertField(section, "childLength", NodeLayout.CHILD_LENGTH, NodeLayout.CHILD_BYTES);
    assertThat(section)
        .contains("at most " + NodeLayout.MAX_VALUE_BYTES + " bytes")
        .contains("1 to " + NodeLayout.MAX_KEY_BYTES + " bytes")
        .contains("1 to " + NodeLayout.MAX_BYTES + " bytes")
        .contains("low " + NodeLayout.SLOT_OFFSET_BITS + " bits");
  }

  private static void assertField(String section, String name, int offset, int end) {
    Matcher row = Pattern.compile("\\| (\\d+) \\| (\\d+) \\| " + name + " \\|").matcher(section);
    assertThat(row.find()).as(name).isTrue();
    assertThat(Integer.parseInt(row.group(1))).as(name).isEqualTo(offset);
    assertThat(Integer.parseInt(row.group(2))).as(name).isEqualTo(end - offset);
  }

  @Test
  void a_leaf_is_laid_out_as_described() {
    NodeRun run = new NodeRun(0);
    run.open(new byte[0]);
    run.add(ModelTree.bytes("abc"), new byte[] {7, 8});
    run.add(ModelTree.bytes("abde"), new byte[0]);
    assertThat(HexFormat.of().formatHex(run.encode(0, 2)))
        .isEqualTo(
            "00" + "00" + "0200" + "0200" + "6162" + "0c00" + "1000" + "01630708" + "026465");
  }

  @Test
  void a_long_suffix_has_its_high_bits_in_the_slot() throws IOException {
    NodeRun run = new NodeRun(0);
    run.open(new byte[0]);
    byte[] longKey = new byte[260];
    run.add(longKey, new byte[] {1});
    run.add(new byte[] {5}, new byte[] {2});
    byte[] encoded = run.encode(0, 2);
    assertThat(HexFormat.of().formatHex(encoded, 0, 11))
        .isEqualTo("00" + "00" + "0200" + "0000" + "0a40" + "1001" + "04");
    Node node = Node.parse(encoded, POINTER, 0);
    assertThat(node.key(0)).isEqualTo(longKey);
    assertThat(node.find(longKey)).isZero();
    assertThat(node.value(1)).containsExactly(2);
  }

  @Test
  void an_inner_node_is_laid_out_as_described() throws IOException {
    NodeRun run = new NodeRun(1);
    run.open(new byte[0]);
    run.add(ModelTree.bytes("ignored"), POINTER);
    run.add(ModelTree.bytes("xa"), POINTER);
    run.add(ModelTree.bytes("xb"), POINTER);
    byte[] encoded = run.encode(0, 3);
    String child = "0201000000000000" + "0300000000000000" + "8877665500000000" + "3412";
    assertThat(HexFormat.of().formatHex(encoded))
        .isEqualTo(
            ("01" + "00" + "0300" + "0100" + "78" + "0d00" + "2800" + "4400")
                + ("00" + child + "0161" + child + "0162" + child));
    Node node = Node.parse(encoded, POINTER, 1);
    assertThat(node.child(2)).isEqualTo(POINTER);
    assertThat(node.childIndex(ModelTree.bytes("a"))).isZero();
    assertThat(node.childIndex(ModelTree.bytes("x"))).isZero();
    assertThat(node.childIndex(ModelTree.bytes("xa"))).isEqualTo(1);
    assertThat(node.childIndex(ModelTree.bytes("xaz"))).isEqualTo(1);
    assertThat(node.childIndex(ModelTree.bytes("xb"))).isEqualTo(2);
    assertThat(node.childIndex(ModelTree.bytes("z"))).isEqualTo(2);
  }

  @Test
  void a_root_survives_its_encoding() throws IOException {
    TreeRoot root = new TreeRoot(POINTER, 3, 1_000_000_000_000L);
    byte[] encoded = new byte[TreeRoot.BYTES + 5];
    root.encode(encoded, 5);
    assertThat(TreeRoot.decode(encoded, 5)).isEqualTo(root);
    TreeRoot.EMPTY.encode(encoded, 2);
    assertThat(TreeRoot.decode(encoded, 2)).isEqualTo(TreeRoot.EMPTY);
  }

  @Test
  void what_is_no_root_is_refused() {
    assertThatThrownBy(() -> TreeRoot.decode(new byte[39], 0))
        .isInstanceOf(CapsaCorruptException.class)
        .hasMessageContaining("40 bytes");
    byte[] encoded = new byte[TreeRoot.BYTES];
    new TreeRoot(POINTER, 1, 1).encode(encoded, 0);
    encoded[TreeRoot.ROOT_HEIGHT] = 0;
    assertThatThrownBy(() -> TreeRoot.decode(encoded, 0))
        .isInstanceOf(CapsaCorruptException.class)
        .hasMessageContaining("height 0");
    assertThatThrownBy(() -> new TreeRoot(null, 1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
