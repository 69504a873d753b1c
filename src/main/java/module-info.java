/**
 * A file system in one container file, as a provider for {@code java.nio.file}.
 *
 * <h2>How to open a container</h2>
 *
 * <table>
 *   <caption>Ways to a file system</caption>
 *   <tr><th>call</th><th>what it does</th></tr>
 *   <tr><td>{@code FileSystems.newFileSystem(URI.create("capsa:///data/app.capsa"), env)}</td>
 *     <td>opens it for this caller alone: {@code FileSystemAlreadyExistsException} if it is open,
 *     under whatever spelling. {@code Path.of(uri)} finds its files</td></tr>
 *   <tr><td>{@code FileSystems.newFileSystem(path, env)}</td>
 *     <td>a file system of its own over the container, which no URI finds;
 *     {@code UnsupportedOperationException}, so that other providers are asked, if the file is no
 *     container</td></tr>
 *   <tr><td>{@link dev.capsa.Capsa#inMemory() Capsa.inMemory}, or {@code newFileSystem} of
 *     {@code capsa://memory/name}</td>
 *     <td>makes one in the heap, which vanishes when it is closed</td></tr>
 *   <tr><td>{@link dev.capsa.Capsa#open(java.nio.file.Path, dev.capsa.CapsaOptions) Capsa.open}</td>
 *     <td>opens it, or joins those who have it open; the last closing closes</td></tr>
 * </table>
 *
 * <h2>Addresses</h2>
 *
 * <p>{@code capsa:///data/app.capsa!/docs/a.txt} is a file in a container on the default file
 * system, {@code capsa:<uri of the container>!/docs/a.txt} in one that lies anywhere, in another
 * container for example. The scheme may be written in any case. Special characters are
 * percent-escaped, {@code !} too. {@code URI.toURL} works while the container is open. {@code
 * capsa:///data/app.capsa!@17!/docs/a.txt} is what the file was in revision 17; it is found while
 * that is open by a URI or by {@code Capsa.open}.
 *
 * <h2>Environment</h2>
 *
 * <p>Values may be of the type named or text. A bad value is an {@code IllegalArgumentException}
 * that names key, value and what is allowed; unknown keys are ignored. Sizes may be written with
 * {@code K}, {@code M}, {@code G} or {@code T} after them.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><th>key</th><th>type</th><th>default</th><th>meaning</th></tr>
 *   <tr><td>{@code create}</td><td>Boolean</td><td>false</td>
 *     <td>make the container if the file is missing or empty</td></tr>
 *   <tr><td>{@code accessMode}</td><td>String</td><td>readWrite</td>
 *     <td>{@code readOnly} refuses every change; while another process writes, it shows what was
 *     committed at the opening, as long as it is open; or {@code readWrite}</td></tr>
 *   <tr><td>{@code durability}</td><td>{@link dev.capsa.repo.Durability}</td><td>COMMIT</td>
 *     <td>when changes become durable without being asked: {@code STRICT} with each closing of a
 *     written file and each change of names, {@code COMMIT} at the interval, {@code ASYNC} too,
 *     leaving up to four commits to the system's own time</td></tr>
 *   <tr><td>{@code commitInterval}</td><td>Duration, ISO 8601 text, or milliseconds</td>
 *     <td>1 s</td><td>time between background commits; positive</td></tr>
 *   <tr><td>{@code cacheSize}</td><td>Long, bytes</td><td>32 MiB, at most a 16th of the heap</td>
 *     <td>heap for cached nodes of the catalog; 0 keeps none</td></tr>
 *   <tr><td>{@code initialSize}</td><td>Long, bytes</td><td>0</td>
 *     <td>room to reserve in a new container</td></tr>
 *   <tr><td>{@code maxSize}</td><td>Long, bytes</td><td>no limit</td>
 *     <td>most bytes that the container file may have</td></tr>
 *   <tr><td>{@code layout}</td><td>String</td><td>extents</td>
 *     <td>how large files lie in a new container: {@code extents} or {@code chain}</td></tr>
 *   <tr><td>{@code reads}</td><td>String</td><td>channel</td>
 *     <td>{@code mapped} reads from mappings: quicker, for a file that no other process cuts, and
 *     not for a reader that cannot register with the writer; or {@code channel}</td></tr>
 *   <tr><td>{@code diskTokens}</td><td>Integer</td><td>0: any number</td>
 *     <td>most reads of the container at once</td></tr>
 *   <tr><td>{@code defaultOwner}</td><td>String or Principal</td><td>user of the process</td>
 *     <td>owner of new files</td></tr>
 *   <tr><td>{@code defaultGroup}</td><td>String or Principal</td><td>as the owner</td>
 *     <td>group of new files</td></tr>
 *   <tr><td>{@code defaultPermissions}</td><td>Set of PosixFilePermission, or text</td>
 *     <td>rw-r--r--</td><td>permissions of new files; who may read a new directory may also search
 *     it</td></tr>
 *   <tr><td>{@code enablePosixFileAttributes}</td><td>Boolean</td><td>true</td>
 *     <td>always on; taken for the sake of programs written for zipfs</td></tr>
 *   <tr><td>{@code snapshot}</td><td>String</td><td>none</td>
 *     <td>shows the snapshot of this name instead of the newest state, for reading only; also while
 *     the container is written, in this process or by another one, and then among those that there
 *     were at the opening. {@code newFileSystem} of a URI takes a place of its own for each revision
 *     of a container</td></tr>
 *   <tr><td>{@code revision}</td><td>Long</td><td>none</td>
 *     <td>as {@code snapshot}, by number: a revision that is kept, or the newest one</td></tr>
 *   <tr><td>{@code retention}</td><td>{@link dev.capsa.Retention}</td><td>none</td>
 *     <td>which revisions a new container keeps by itself, besides the snapshots: {@code
 *     last=10,for=7d,every=1h} keeps one an hour at most, with a commit of changes, and of these the
 *     last ten, and those of the last seven days; {@code every} is a minute unless said</td></tr>
 * </table>
 */
module dev.capsa {
  requires static org.jspecify;
  requires static org.junit.jupiter.api;

  exports dev.capsa;
  exports dev.capsa.block;
  exports dev.capsa.junit;
  exports dev.capsa.repo;
  exports dev.capsa.store;

  provides java.nio.file.spi.FileSystemProvider with
      dev.capsa.nio.CapsaFileSystemProvider;
  provides java.net.spi.URLStreamHandlerProvider with
      dev.capsa.nio.CapsaUrls;
}
