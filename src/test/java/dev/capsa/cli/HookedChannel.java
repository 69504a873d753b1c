package dev.capsa.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that can only be read at positions, and does something before each read. */
final class HookedChannel extends FileChannel {
  private final FileChannel file;
  private final BeforeRead hook;

  /** May fail, or wait. */
  interface BeforeRead {
    void at(long position) throws IOException;
  }

  HookedChannel(Path file, BeforeRead hook) throws IOException {
    this.file = FileChannel.open(file, StandardOpenOption.READ);
    this.hook = hook;
  }

  /** Opens files of a name with a hook, all others without. */
  static Main.Reader reader(String name, BeforeRead hook) {
    return file ->
        file.getFileName().toString().equals(name)
            ? new HookedChannel(file, hook)
            : Main.Reader.OF_FILES.open(file);
  }

  @Override
  public int read(ByteBuffer destination, long position) throws IOException {
    hook.at(position);
    return file.read(destination, position);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int read(ByteBuffer destination) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] destinations, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer source, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel position(long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel truncate(long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void force(boolean metaData) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
