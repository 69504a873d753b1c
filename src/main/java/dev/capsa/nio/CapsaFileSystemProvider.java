package dev.capsa.nio;

import dev.capsa.CapsaFileSystem;
import dev.capsa.inode.FileKind;
import dev.capsa.inode.Inode;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The provider of the scheme {@code capsa}: the face, behind which other classes do the work. Safe
 * for any number of threads. All its instances in a process see the same containers.
 */
public final class CapsaFileSystemProvider extends FileSystemProvider {
  private final Registry registry;

  /** For the service loader. */
  public CapsaFileSystemProvider() {
    this(Registry.OF_PROCESS);
  }

  CapsaFileSystemProvider(Registry registry) {
    this.registry = registry;
  }

  @Override
  public String getScheme() {
    return Addresses.SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
    Objects.requireNonNull(env, "env");
    Addresses.Address address = Addresses.parse(uri);
    Environment environment = Environment.of(env).at(address.revision());
    return registry.openExclusive(this, address.container(), environment);
  }

  @Override
  public FileSystem newFileSystem(Path path, Map<String, ?> env) throws IOException {
    Objects.requireNonNull(path, "path");
    return registry.openOwn(this, path, Environment.of(Objects.requireNonNull(env, "env")));
  }

  /**
   * The file system of a container, which is opened if it is not open yet and shared if it is.
   *
   * @throws java.nio.file.FileSystemAlreadyExistsException if it is open for reading only, and this
   *     is not enough
   */
  public FileSystem openShared(Path container, Map<String, ?> env) throws IOException {
    return registry.openShared(this, new Home.InFile(container), Environment.of(env));
  }

  /** A new container in the heap, under a name that no other has. */
  public FileSystem openInMemory(Map<String, ?> env) throws IOException {
    Home container = new Home.InMemory(UUID.randomUUID().toString());
    return registry.openExclusive(this, container, Environment.of(env));
  }

  /**
   * Checks a container, open or not.
   *
   * @throws dev.capsa.CapsaLockedException if another process writes it
   */
  public void check(Path container, Consumer<? super CapsaFileSystem.Fault> faults)
      throws IOException {
    registry.check(new Home.InFile(container), faults);
  }

  /** A number for a new file system, higher than all before. */
  long nextNumber() {
    return registry.nextNumber();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    Addresses.Address address = Addresses.parse(uri);
    return registry.find(address.container(), address.revision());
  }

  @Override
  public Path getPath(URI uri) {
    Addresses.Address address = Addresses.parse(uri);
    String path = address.path();
    if (path == null) {
      throw new IllegalArgumentException(uri + " has no !/ and no path after it");
    }
    return registry.find(address.container(), address.revision()).getPath(path);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    return Opening.open(CapsaPath.of(path), options, attrs);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    return Opening.open(CapsaPath.of(path), options, attrs);
  }

  @Override
  public AsynchronousFileChannel newAsynchronousFileChannel(
      Path path,
      Set<? extends OpenOption> options,
      @Nullable ExecutorService executor,
      FileAttribute<?>... attrs)
      throws IOException {
    return Opening.openAsynchronous(CapsaPath.of(path), options, executor, attrs);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return CapsaDirectoryStream.open(
        CapsaPath.of(dir), true, Objects.requireNonNull(filter, "filter"));
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attrs) throws IOException {
    NameSpace.createDirectory(CapsaPath.of(dir), attrs);
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attrs)
      throws IOException {
    NameSpace.createSymbolicLink(CapsaPath.of(link), CapsaPath.of(target), attrs);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    NameSpace.createLink(CapsaPath.of(link), CapsaPath.of(existing));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    return NameSpace.readSymbolicLink(CapsaPath.of(link));
  }

  @Override
  public void delete(Path path) throws IOException {
    NameSpace.delete(CapsaPath.of(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    Transfer.copy(CapsaPath.of(source), CapsaPath.of(target), options);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    Transfer.move(CapsaPath.of(source), CapsaPath.of(target), options);
  }

  /** Of equal paths without a look whether there is such a file. */
  @Override
  public boolean isSameFile(Path path, Path path2) throws IOException {
    CapsaPath first = CapsaPath.of(path);
    first.getFileSystem().requireOpen();
    if (first.equals(path2)) {
      return true;
    }
    return Objects.requireNonNull(path2, "path2") instanceof CapsaPath second
        && NameSpace.isSameFile(first, second);
  }

  /** By the name, as on every Unix: whether it starts with a dot. */
  @Override
  public boolean isHidden(Path path) {
    CapsaPath ours = CapsaPath.of(path);
    ours.getFileSystem().requireOpen();
    CapsaPath name = ours.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    CapsaPath ours = CapsaPath.of(path);
    new BasicView(ours, true).readAttributes();
    return ours.getFileSystem().store();
  }

  /**
   * Permissions are stored, not enforced: everybody may read and write, and execute what has any
   * right to it. Nobody may write in a read-only file system.
   */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    CapsaPath ours = CapsaPath.of(path);
    Set<AccessMode> wanted = EnumSet.noneOf(AccessMode.class);
    wanted.addAll(Arrays.asList(modes));
    if (wanted.isEmpty()) {
      exists(ours);
      return;
    }
    Inode inode = new BasicView(ours, true).readAttributes().inode();
    boolean mayExecute = inode.kind() == FileKind.DIRECTORY || (inode.mode() & 0111) != 0;
    if (wanted.contains(AccessMode.EXECUTE) && !mayExecute) {
      throw new AccessDeniedException(path.toString(), null, "Nobody may execute it");
    }
    if (wanted.contains(AccessMode.WRITE) && ours.getFileSystem().isReadOnly()) {
      throw new AccessDeniedException(path.toString(), null, "The file system is read-only");
    }
  }

  private static void exists(CapsaPath path) throws IOException {
    try (Gate.Stripe inside = path.getFileSystem().enter()) {
      Lookup.existing(path, true);
    }
  }

  /**
   * Whether there is such a file: what {@code Files.exists} asks on JDK 20 and later, so that a
   * missing file costs no exception.
   */
  public boolean exists(Path path, LinkOption... options) {
    CapsaPath ours = CapsaPath.of(path);
    boolean follow = Links.follow(options);
    try (Gate.Stripe inside = ours.getFileSystem().enter()) {
      return Lookup.find(ours, follow).exists();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The attributes of a file; null if there is no such file. {@code Files.isDirectory} and its kin
   * ask so on JDK 20 and later.
   */
  public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    CapsaPath ours = CapsaPath.of(path);
    boolean follow = Links.follow(options);
    requireKnown(type);
    ContainerFileSystem fs = ours.getFileSystem();
    try (Gate.Stripe inside = fs.enter()) {
      Inode inode = Lookup.inodeIfExists(ours, follow);
      if (inode == null || type != DosFileAttributes.class) {
        return inode == null ? null : type.cast(new CapsaFileAttributes(fs, inode));
      }
      return type.cast(new DosView(ours, follow).readAttributes());
    } catch (NoSuchFileException e) {
      return null; // it went in between
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    CapsaPath ours = CapsaPath.of(path);
    boolean follow = Links.follow(options);
    ours.getFileSystem().requireOpen();
    return Views.of(ours, type, follow);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    CapsaPath ours = CapsaPath.of(path);
    boolean follow = Links.follow(options);
    requireKnown(type);
    return type.cast(
        type == DosFileAttributes.class
            ? new DosView(ours, follow).readAttributes()
            : new BasicView(ours, follow).readAttributes());
  }

  private static void requireKnown(Class<? extends BasicFileAttributes> type) {
    if (Objects.requireNonNull(type, "type") != BasicFileAttributes.class
        && type != PosixFileAttributes.class
        && type != DosFileAttributes.class) {
      throw new UnsupportedOperationException("there are no " + type.getName());
    }
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return AttributeNames.read(CapsaPath.of(path), attributes, Links.follow(options));
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    AttributeNames.set(CapsaPath.of(path), attribute, value, Links.follow(options));
  }
}
