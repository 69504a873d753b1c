package dev.capsa.clients;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NativeFSLockFactory;
import org.junit.jupiter.api.Tag;

/**
 * Lucene that maps: on JDK 22 and later into arenas, which only the packaged jar can, since its
 * channel has another form for them.
 */
@Tag("packaged")
class PackagedLuceneIT extends Lucene {
  @Override
  Directory directory(Path folder) throws IOException {
    return new MMapDirectory(folder, NativeFSLockFactory.INSTANCE);
  }
}
