/**
 * A file system in one container file, as a provider for {@code java.nio.file}.
 *
 * <p>The provider answers to the URI scheme {@code capsa}.
 */
module dev.capsa {
  requires static org.jspecify;

  exports dev.capsa;
  exports dev.capsa.block;
  exports dev.capsa.repo;
  exports dev.capsa.store;

  provides java.nio.file.spi.FileSystemProvider with
      dev.capsa.nio.CapsaFileSystemProvider;
}
