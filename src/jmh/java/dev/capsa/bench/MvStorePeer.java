package dev.capsa.bench;

import java.nio.file.Path;
import java.util.Arrays;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** MVStore with an entry per file; a commit is followed by a sync. */
final class MvStorePeer implements Peer {
  private final MVStore store;
  private final MVMap<String, byte[]> files;
  private long unsaved;

  MvStorePeer(Path directory) {
    store =
        new MVStore.Builder()
            .fileName(directory.resolve("mvstore.db").toString())
            .autoCommitDisabled()
            .cacheSize(32)
            .open();
    files = store.openMap("files");
  }

  @Override
  public void write(String path, byte[] content) {
    files.put(path, content);
  }

  @Override
  public void force() {
    store.commit();
    store.sync();
  }

  @Override
  public int read(String path) {
    return files.get(path).length;
  }

  @Override
  public long attributes(String path) {
    return files.get(path).length;
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(path);
  }

  @Override
  public long list() {
    long count = 0;
    for (var keys = files.keyIterator(null); keys.hasNext(); keys.next()) {
      count++;
    }
    return count;
  }

  @Override
  public long walk() {
    long bytes = 0;
    for (var cursor = files.cursor(null); cursor.hasNext(); ) {
      bytes += cursor.next().length() + cursor.getValue().length;
    }
    return bytes;
  }

  @Override
  public Large large(String path, boolean write) {
    MVMap<Long, byte[]> chunks = store.openMap("chunks");
    return new ChunkLarge() {
      @Override
      byte[] get(long chunk, int offset, int length) {
        return Arrays.copyOfRange(chunks.get(chunk), offset, offset + length);
      }

      @Override
      void put(long chunk, byte[] content) {
        chunks.put(chunk, content);
        unsaved += content.length;
        if (unsaved > 64 << 20) { // else a gibibyte waits in the heap
          store.commit();
          unsaved = 0;
        }
      }

      @Override
      void commit() {
        MvStorePeer.this.force();
      }
    };
  }

  @Override
  public void close() {
    store.close();
  }
}
