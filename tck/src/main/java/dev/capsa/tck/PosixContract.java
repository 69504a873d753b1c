package dev.capsa.tck;

import static dev.capsa.tck.Capability.HARD_LINKS;
import static dev.capsa.tck.Capability.POSIX;
import static dev.capsa.tck.Capability.UNIX;
import static dev.capsa.tck.Capability.WRITING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The views "posix", "owner" and "unix". */
@Needs({WRITING, POSIX})
public abstract class PosixContract extends Contract {
  protected PosixContract(Subject subject) {
    super(subject);
  }

  private static Set<PosixFilePermission> permissions(String text) {
    return PosixFilePermissions.fromString(text);
  }

  private static PosixFileAttributes posix(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class);
  }

  @Statement(76)
  @Test
  void permissions_are_kept_as_they_are_set() throws IOException {
    Path file = file("f", "x");
    for (String text : new String[] {"rwxrwxrwx", "---------", "r--r-----", "rwxr-x--x"}) {
      Files.setPosixFilePermissions(file, permissions(text));
      assertThat(Files.getPosixFilePermissions(file)).isEqualTo(permissions(text));
      assertThat(posix(file).permissions()).isEqualTo(permissions(text));
      assertThat(Files.getAttribute(file, "posix:permissions")).isEqualTo(permissions(text));
    }
  }

  @Statement(76)
  @Test
  void the_set_that_was_read_may_be_changed() throws IOException {
    Path file = file("f", "x");
    Set<PosixFilePermission> read = posix(file).permissions();
    read.add(PosixFilePermission.OTHERS_EXECUTE);
    read.clear();
    assertThat(posix(file).permissions()).isNotEmpty();
  }

  @Statement(76)
  @Test
  void permissions_are_set_by_name() throws IOException {
    Path file = file("f", "x");
    Files.setAttribute(file, "posix:permissions", permissions("rw-------"));
    assertThat(posix(file).permissions()).isEqualTo(permissions("rw-------"));
    refused(ClassCastException.class, () -> Files.setAttribute(file, "posix:permissions", "rw-"));
    refused(
        ClassCastException.class, () -> Files.setAttribute(file, "posix:permissions", Set.of("r")));
    refused(
        IllegalArgumentException.class,
        () -> Files.setAttribute(file, "basic:permissions", permissions("rw-------")));
    Set<PosixFilePermission> withNull = new HashSet<>(permissions("rwxrwxrwx"));
    withNull.add(null);
    refused(NullPointerException.class, () -> Files.setPosixFilePermissions(file, withNull));
    assertThat(posix(file).permissions()).isEqualTo(permissions("rw-------"));
  }

  @Statement(46)
  @Test
  void a_file_is_made_with_its_permissions() throws IOException {
    var attribute = PosixFilePermissions.asFileAttribute(permissions("rwx------"));
    Files.newByteChannel(at("f"), Set.of(WRITE, CREATE_NEW), attribute).close();
    Files.createDirectory(at("d"), attribute);
    assertThat(posix(at("f")).permissions()).isEqualTo(permissions("rwx------"));
    assertThat(posix(at("d")).permissions()).isEqualTo(permissions("rwx------"));
    Path temporary = Files.createTempFile(dir, null, null, attribute);
    assertThat(posix(temporary).permissions()).isEqualTo(permissions("rwx------"));
  }

  @Statement(46)
  @Test
  void of_two_attributes_of_a_name_the_last_one_counts() throws IOException {
    Files.createFile(
        at("f"),
        PosixFilePermissions.asFileAttribute(permissions("rwx------")),
        PosixFilePermissions.asFileAttribute(permissions("r--------")));
    assertThat(posix(at("f")).permissions()).isEqualTo(permissions("r--------"));
  }

  @Statement(76)
  @Test
  void an_existing_file_keeps_its_permissions() throws IOException {
    Path file = file("f", "x");
    Files.setPosixFilePermissions(file, permissions("rw-r-----"));
    Files.write(file, new byte[4]);
    assertThat(posix(file).permissions()).isEqualTo(permissions("rw-r-----"));
    Files.newByteChannel(
            file,
            Set.of(CREATE, WRITE),
            PosixFilePermissions.asFileAttribute(permissions("rwx------")))
        .close();
    assertThat(posix(file).permissions()).isEqualTo(permissions("rw-r-----"));
  }

  @Statement({63, 64})
  @Test
  void copies_and_moves_take_permissions_along() throws IOException {
    Path file = file("f", "x");
    Files.setPosixFilePermissions(file, permissions("rwx--x--x"));
    Files.copy(file, at("g"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(posix(at("g")).permissions()).isEqualTo(permissions("rwx--x--x"));
    Files.move(file, at("h"));
    assertThat(posix(at("h")).permissions()).isEqualTo(permissions("rwx--x--x"));
  }

  @Statement(62)
  @Test
  void a_copy_may_be_used_as_its_source() throws IOException {
    Path file = file("f", "x");
    Path directory = directory("d");
    for (String text : new String[] {"rwx------", "r--------"}) {
      Files.setPosixFilePermissions(file, permissions(text));
      Files.setPosixFilePermissions(directory, permissions(text));
      Files.copy(file, at("g"), StandardCopyOption.REPLACE_EXISTING);
      Files.copy(directory, at("e"), StandardCopyOption.REPLACE_EXISTING);
      assertThat(posix(at("g")).permissions()).isEqualTo(permissions(text));
      assertThat(posix(at("e")).permissions()).isEqualTo(permissions(text));
    }
  }

  @Statement({71, 72})
  @ParameterizedTest
  @ValueSource(
      strings = {
        "basic:permissions",
        "basic:owner",
        "owner:group",
        "owner:permissions",
        "posix:mode"
      })
  void a_view_has_no_attributes_of_others(String attribute) throws IOException {
    Path file = file("f", "x");
    String name = attribute.substring(attribute.indexOf(':') + 1);
    Object value = name.equals("mode") ? 0600 : Files.getAttribute(file, "posix:" + name);
    refused(IllegalArgumentException.class, () -> Files.getAttribute(file, attribute));
    refused(IllegalArgumentException.class, () -> Files.setAttribute(file, attribute, value));
  }

  @Statement({71, 72})
  @ParameterizedTest
  @ValueSource(strings = {"lastModifiedTime", "lastAccessTime", "creationTime"})
  void the_view_owner_has_no_times(String name) throws IOException {
    Path file = file("f", "x");
    Object value = Files.getAttribute(file, name);
    refused(IllegalArgumentException.class, () -> Files.getAttribute(file, "owner:" + name));
    refused(IllegalArgumentException.class, () -> Files.setAttribute(file, "owner:" + name, value));
  }

  @Statement(76)
  @Test
  void owner_and_group_are_read_and_set() throws IOException {
    Path file = file("f", "x");
    UserPrincipal owner = Files.getOwner(file);
    GroupPrincipal group = posix(file).group();
    assertThat(posix(file).owner()).isEqualTo(owner);
    assertThat(owner.getName()).isNotEmpty();
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    assertThat(view.name()).isEqualTo("posix");
    assertThat(view.getOwner()).isEqualTo(owner);
    view.setOwner(owner);
    view.setGroup(group);
    Files.setAttribute(file, "owner:owner", owner);
    Files.setAttribute(file, "posix:group", group);
    assertThat(posix(file).owner()).isEqualTo(owner);
    assertThat(posix(file).group()).isEqualTo(group).hasSameHashCodeAs(group);
    FileOwnerAttributeView ownerView =
        Files.getFileAttributeView(file, FileOwnerAttributeView.class);
    assertThat(ownerView.name()).isEqualTo("owner");
    assertThat(ownerView.getOwner()).isEqualTo(owner);
    refused(NullPointerException.class, () -> Files.setOwner(file, null));
    refused(NullPointerException.class, () -> view.setGroup(null));
  }

  @Statement(76)
  @Test
  void users_are_looked_up_by_name() throws IOException {
    UserPrincipal owner = Files.getOwner(file("f", "x"));
    var lookup = fs.getUserPrincipalLookupService();
    assertThat(lookup.lookupPrincipalByName(owner.getName())).isEqualTo(owner);
    thrown(
        UserPrincipalNotFoundException.class,
        () -> lookup.lookupPrincipalByName("nobody-has-this-name"));
    thrown(
        UserPrincipalNotFoundException.class,
        () -> lookup.lookupPrincipalByGroupName("nobody-has-this-name"));
    thrown(NullPointerException.class, () -> lookup.lookupPrincipalByName(null));
  }

  @Statement(76)
  @Test
  void users_of_others_are_refused() throws IOException {
    Path file = file("f", "x");
    UserPrincipal user = () -> "somebody";
    GroupPrincipal group = () -> "somebody";
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    refused(ProviderMismatchException.class, () -> Files.setOwner(file, user));
    refused(ProviderMismatchException.class, () -> view.setGroup(group));
  }

  @Statement(71)
  @Test
  void a_missing_file_has_no_owner() throws IOException {
    refused(NoSuchFileException.class, () -> Files.getOwner(at("missing")));
    refused(NoSuchFileException.class, () -> Files.getPosixFilePermissions(at("missing")));
    refused(
        NoSuchFileException.class,
        () -> Files.setPosixFilePermissions(at("missing"), permissions("rwx------")));
  }

  @Statement(71)
  @Needs(UNIX)
  @Test
  void stars_of_the_views_have_their_names() throws IOException {
    Path file = file("f", "x");
    assertThat(Files.readAttributes(file, "posix:*"))
        .containsKeys("permissions", "owner", "group", "size", "fileKey");
    assertThat(Files.readAttributes(file, "owner:*")).containsOnlyKeys("owner");
    assertThat(Files.readAttributes(file, "unix:*"))
        .containsKeys(
            "mode", "ino", "dev", "rdev", "nlink", "uid", "gid", "ctime", "permissions", "size");
    refused(IllegalArgumentException.class, () -> Files.readAttributes(file, "posix:ino"));
    assertThat(fs.supportedFileAttributeViews()).contains("posix", "owner", "unix");
  }

  @Statement(71)
  @Needs(UNIX)
  @Test
  void the_mode_tells_kind_and_permissions() throws IOException {
    Path file = file("f", "x");
    Files.setPosixFilePermissions(file, permissions("rwxr-x--x"));
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100751);
    Files.setAttribute(file, "unix:mode", 0640);
    assertThat(posix(file).permissions()).isEqualTo(permissions("rw-r-----"));
    int mode = (Integer) Files.getAttribute(directory("d"), "unix:mode");
    assertThat(mode & 0170000).isEqualTo(0040000);
  }

  @Statement({68, 71})
  @Needs({UNIX, HARD_LINKS})
  @Test
  void names_of_a_file_are_counted() throws IOException {
    Path file = file("f", "x");
    assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(1);
    Files.createLink(at("g"), file);
    assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(2);
    assertThat(Files.getAttribute(file, "unix:ino"))
        .isEqualTo(Files.getAttribute(at("g"), "unix:ino"));
    Files.delete(file);
    assertThat(Files.getAttribute(at("g"), "unix:nlink")).isEqualTo(1);
  }

  @Statement(78)
  @Needs(UNIX)
  @Test
  void the_time_of_change_follows_attributes() throws IOException {
    Path file = file("f", "x");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    FileTime before = (FileTime) Files.getAttribute(file, "unix:ctime");
    assertThat(before).isGreaterThan(FileTime.fromMillis(1000));
    do {
      Files.setPosixFilePermissions(file, permissions("rw-------"));
      Thread.onSpinWait();
    } while (Files.getAttribute(file, "unix:ctime").equals(before));
    assertThat((FileTime) Files.getAttribute(file, "unix:ctime")).isGreaterThan(before);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(1000));
  }

  @Statement({46, 76})
  @ParameterizedTest
  @ValueSource(
      strings = {
        "---------",
        "r--------",
        "rw-------",
        "rwx------",
        "rwxr-----",
        "rwxrw----",
        "rwxrwx---",
        "rw-r--r--",
        "rwxr-xr-x",
        "rwxrwxrwx",
        "--x--x--x",
        "-w--w--w-",
        "r--r--r--"
      })
  void permissions_are_kept_of(String text) throws IOException {
    Path file = file("f", "x");
    Files.setPosixFilePermissions(file, permissions(text));
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(permissions(text));
    assertThat(PosixFilePermissions.toString(posix(file).permissions())).isEqualTo(text);
    Path directory = directory("d");
    Files.setPosixFilePermissions(directory, permissions(text));
    assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(permissions(text));
    Files.setPosixFilePermissions(directory, permissions("rwxrwxrwx"));
  }
}
