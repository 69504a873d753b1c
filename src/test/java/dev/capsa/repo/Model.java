package dev.capsa.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capsa.tree.Item;
import dev.capsa.tree.ItemCursor;
import dev.capsa.tree.ItemKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a live head should show: items and files. Arrays are never changed, so copies are cheap. */
final class Model {
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] FIRST = {0};

  final TreeMap<byte[], byte[]> items = new TreeMap<>(Arrays::compareUnsigned);
  final Map<Long, byte[]> files = new HashMap<>();

  Model copy() {
    Model copy = new Model();
    copy.items.putAll(items);
    copy.files.putAll(files);
    return copy;
  }

  byte[] file(long inode) {
    return files.getOrDefault(inode, NOTHING);
  }

  void write(long inode, long position, byte[] bytes) {
    byte[] old = file(inode);
    byte[] now = Arrays.copyOf(old, (int) Math.max(old.length, position + bytes.length));
    System.arraycopy(bytes, 0, now, (int) position, bytes.length);
    files.put(inode, now);
  }

  void truncate(long inode, long size) {
    files.put(inode, Arrays.copyOf(file(inode), (int) size));
  }

  void check(View view, String description) throws IOException {
    checkItems(view, description);
    for (Map.Entry<Long, byte[]> file : files.entrySet()) {
      byte[] shown = new byte[file.getValue().length];
      view.read(file.getKey(), 0, ByteBuffer.wrap(shown));
      assertThat(shown).as("%s: inode %d", description, file.getKey()).isEqualTo(file.getValue());
    }
  }

  private void checkItems(View view, String description) throws IOException {
    TreeMap<byte[], byte[]> shown = new TreeMap<>(Arrays::compareUnsigned);
    ItemCursor cursor = view.cursor(FIRST, null);
    byte[] last = NOTHING;
    while (cursor.next()) {
      assertThat(Arrays.compareUnsigned(last, cursor.key())).as(description).isNegative();
      last = cursor.key();
      byte kind = ItemKey.kind(last);
      if (kind != ItemKey.CONTENT && kind != ItemKey.EXTENT && kind != ItemKey.CHAIN) {
        shown.put(last, cursor.value());
      }
    }
    assertThat(cursor.next()).isFalse();
    assertThat(shown.keySet().stream().map(ItemKey::toString))
        .as(description)
        .containsExactlyElementsOf(items.keySet().stream().map(ItemKey::toString).toList());
    shown.forEach((key, value) -> assertThat(value).as(description).isEqualTo(items.get(key)));
  }

  void checkLookup(View view, byte[] key, byte[] lowest, String description) throws IOException {
    assertThat(view.get(key)).as(description).isEqualTo(items.get(key));
    Map.Entry<byte[], byte[]> expected = items.floorEntry(key);
    if (expected != null && Arrays.compareUnsigned(expected.getKey(), lowest) < 0) {
      expected = null;
    }
    Item found = view.floor(key, lowest);
    assertThat(found == null ? null : found.key())
        .as("%s: floor of %s from %s", description, Arrays.toString(key), Arrays.toString(lowest))
        .isEqualTo(expected == null ? null : expected.getKey());
    if (found != null && expected != null) {
      assertThat(found.value()).as(description).isEqualTo(expected.getValue());
    }
  }
}
