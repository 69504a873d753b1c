package dev.capsa.nio;

import dev.capsa.inode.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A directory opened for reading, as on Linux: it has no bytes, but forcing it makes all that was
 * done before durable.
 */
final class DirectoryHandle implements FileTree.FileHandle {
  private final CapsaPath path;
  private final long inode;

  DirectoryHandle(CapsaPath path, long inode) {
    this.path = path;
    this.inode = inode;
  }

  private IOException refused() {
    return Errors.because(path, "Is a directory");
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public int read(long position, ByteBuffer destination) throws IOException {
    throw refused();
  }

  @Override
  public int write(long position, ByteBuffer source) throws IOException {
    throw refused();
  }

  @Override
  public long append(ByteBuffer source) throws IOException {
    throw refused();
  }

  @Override
  public void truncate(long size) throws IOException {
    throw refused();
  }

  @Override
  public void force() throws IOException {
    path.getFileSystem().tree().force();
  }

  @Override
  public void close() {}
}
