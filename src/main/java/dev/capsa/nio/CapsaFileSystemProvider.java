package dev.capsa.nio;

import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

/** The provider of the scheme {@code capsa}. It does not work yet: every operation refuses. */
public final class CapsaFileSystemProvider extends FileSystemProvider {

  /** For the service loader. */
  public CapsaFileSystemProvider() {}

  @Override
  public String getScheme() {
    return "capsa";
  }

  private static UnsupportedOperationException notYet(String operation) {
    return new UnsupportedOperationException(
        "capsa: " + operation + " is not implemented in this version");
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw notYet("newFileSystem");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw notYet("getFileSystem");
  }

  @Override
  public Path getPath(URI uri) {
    throw notYet("getPath");
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) {
    throw notYet("newByteChannel");
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) {
    throw notYet("newDirectoryStream");
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attrs) {
    throw notYet("createDirectory");
  }

  @Override
  public void delete(Path path) {
    throw notYet("delete");
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw notYet("copy");
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) {
    throw notYet("move");
  }

  @Override
  public boolean isSameFile(Path path, Path path2) {
    throw notYet("isSameFile");
  }

  @Override
  public boolean isHidden(Path path) {
    throw notYet("isHidden");
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw notYet("getFileStore");
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) {
    throw notYet("checkAccess");
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    throw notYet("getFileAttributeView");
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) {
    throw notYet("readAttributes");
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
    throw notYet("readAttributes");
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
    throw notYet("setAttribute");
  }
}
