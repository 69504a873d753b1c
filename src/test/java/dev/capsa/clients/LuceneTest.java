package dev.capsa.clients;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NativeFSLockFactory;

/** Lucene that reads through channels. */
class LuceneTest extends Lucene {
  @Override
  Directory directory(Path folder) throws IOException {
    return new NIOFSDirectory(folder, NativeFSLockFactory.INSTANCE);
  }
}
