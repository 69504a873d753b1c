package dev.capsa.tck;

import static dev.capsa.tck.Capability.FILE_KEYS;
import static dev.capsa.tck.Capability.WRITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Basic attributes, by view, by class and by name; access checks; file stores. */
@Needs(WRITING)
public abstract class AttributeContract extends Contract {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));

  protected AttributeContract(Subject subject) {
    super(subject);
  }

  private interface UnknownView extends FileAttributeView {}

  private interface UnknownAttributes extends BasicFileAttributes {}

  private static BasicFileAttributes basic(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  @Statement(71)
  @Test
  void a_file_has_the_attributes_of_a_file() throws IOException {
    BasicFileAttributes attributes = basic(file("f", "content"));
    assertThat(attributes.isRegularFile()).isTrue();
    assertThat(attributes.isDirectory()).isFalse();
    assertThat(attributes.isSymbolicLink()).isFalse();
    assertThat(attributes.isOther()).isFalse();
    assertThat(attributes.size()).isEqualTo(7);
  }

  @Statement(71)
  @Test
  void a_directory_has_the_attributes_of_a_directory() throws IOException {
    BasicFileAttributes attributes = basic(directory("d"));
    assertThat(attributes.isRegularFile()).isFalse();
    assertThat(attributes.isDirectory()).isTrue();
    assertThat(attributes.isSymbolicLink()).isFalse();
    assertThat(attributes.isOther()).isFalse();
    assertThat(basic(fs.getPath("/")).isDirectory()).isTrue();
  }

  @Statement(73)
  @Test
  void times_are_of_about_now() throws IOException {
    Instant before = Instant.now().minusSeconds(10);
    BasicFileAttributes attributes = basic(file("f", "content"));
    Instant after = Instant.now().plusSeconds(10);
    assertThat(attributes.lastModifiedTime().toInstant()).isBetween(before, after);
    assertThat(attributes.lastAccessTime().toInstant()).isBetween(before, after);
    assertThat(attributes.creationTime().toInstant()).isBetween(before, after);
  }

  @Statement(71)
  @Test
  void attributes_read_once_do_not_change() throws IOException {
    Path file = file("f", "content");
    BasicFileAttributes attributes = basic(file);
    Files.write(file, new byte[1]);
    assertThat(attributes.size()).isEqualTo(7);
  }

  @Statement({71, 77})
  @Test
  void a_missing_file_has_no_attributes() throws IOException {
    refused(NoSuchFileException.class, () -> basic(at("missing")));
    refused(NoSuchFileException.class, () -> Files.readAttributes(at("missing"), "*"));
    refused(NoSuchFileException.class, () -> Files.size(at("missing")));
    refused(NoSuchFileException.class, () -> Files.setLastModifiedTime(at("missing"), LONG_AGO));
    refusedNaming(at("missing"), () -> basic(at("missing")));
    refusedNaming(
        file("f", "x").resolve("g"),
        () -> Files.readAttributes(at("f/g"), BasicFileAttributes.class));
  }

  @Statement({70, 71})
  @Test
  void unknown_views_and_attributes_are_told_apart() throws IOException {
    Path file = file("f", "content");
    assertThat(Files.getFileAttributeView(file, UnknownView.class)).isNull();
    refused(
        UnsupportedOperationException.class,
        () -> Files.readAttributes(file, UnknownAttributes.class));
    refused(UnsupportedOperationException.class, () -> Files.readAttributes(file, "unknown:*"));
    refused(UnsupportedOperationException.class, () -> Files.getAttribute(file, "unknown:size"));
    refused(UnsupportedOperationException.class, () -> Files.setAttribute(file, "unknown:size", 1));
    refused(IllegalArgumentException.class, () -> Files.readAttributes(file, "unknown"));
    refused(IllegalArgumentException.class, () -> Files.readAttributes(file, "size,unknown"));
    refused(IllegalArgumentException.class, () -> Files.readAttributes(file, ""));
    refused(IllegalArgumentException.class, () -> Files.readAttributes(file, "basic:"));
    refused(IllegalArgumentException.class, () -> Files.getAttribute(file, "unknown"));
    refused(IllegalArgumentException.class, () -> Files.getAttribute(file, "size,isOther"));
    refused(IllegalArgumentException.class, () -> Files.getAttribute(file, "*"));
    refused(IllegalArgumentException.class, () -> Files.setAttribute(file, "unknown", 1));
  }

  @Statement(27)
  @Test
  void null_is_refused() throws IOException {
    Path file = file("f", "content");
    refused(NullPointerException.class, () -> Files.readAttributes(null, "*"));
    refused(NullPointerException.class, () -> Files.readAttributes(file, (String) null));
    refused(
        NullPointerException.class,
        () -> Files.readAttributes(file, (Class<BasicFileAttributes>) null));
    refused(
        NullPointerException.class,
        () -> Files.readAttributes(file, BasicFileAttributes.class, (LinkOption) null));
    refused(NullPointerException.class, () -> Files.setAttribute(file, null, 1));
    refused(NullPointerException.class, () -> Files.setLastModifiedTime(null, LONG_AGO));
    refused(
        NullPointerException.class,
        () -> Files.getFileAttributeView(file, (Class<FileAttributeView>) null));
  }

  @Statement(71)
  @Test
  void all_basic_attributes_are_read_by_a_star() throws IOException {
    Path file = file("f", "content");
    Map<String, Object> all = Files.readAttributes(file, "*");
    assertThat(all)
        .containsOnlyKeys(
            "size",
            "creationTime",
            "lastAccessTime",
            "lastModifiedTime",
            "isDirectory",
            "isRegularFile",
            "isSymbolicLink",
            "isOther",
            "fileKey");
    assertThat(all).containsEntry("size", 7L).containsEntry("isRegularFile", true);
    assertThat(Files.readAttributes(file, "basic:*")).isEqualTo(all);
    assertThat(Files.readAttributes(file, "basic:size,*")).isEqualTo(all);
  }

  @Statement(71)
  @Test
  void chosen_attributes_are_read_alone() throws IOException {
    Path file = file("f", "content");
    Files.setLastModifiedTime(file, LONG_AGO);
    assertThat(Files.readAttributes(file, "size,lastModifiedTime"))
        .containsOnly(Map.entry("size", 7L), Map.entry("lastModifiedTime", LONG_AGO));
    assertThat(Files.readAttributes(file, "basic:isDirectory"))
        .containsOnly(Map.entry("isDirectory", false));
    assertThat(Files.getAttribute(file, "size")).isEqualTo(7L);
    assertThat(Files.getAttribute(file, "basic:lastModifiedTime")).isEqualTo(LONG_AGO);
  }

  @Statement(72)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "size",
        "isDirectory",
        "isRegularFile",
        "isSymbolicLink",
        "isOther",
        "fileKey",
        "basic:size"
      })
  void what_is_so_cannot_be_set(String name) throws IOException {
    Path file = file("f", "content");
    refused(IllegalArgumentException.class, () -> Files.setAttribute(file, name, 1L));
  }

  @Statement({72, 73})
  @Test
  void times_are_set_by_name() throws IOException {
    Path file = file("f", "content");
    Files.setAttribute(file, "lastModifiedTime", LONG_AGO);
    Files.setAttribute(file, "basic:lastAccessTime", LONG_AGO);
    assertThat(basic(file).lastModifiedTime()).isEqualTo(LONG_AGO);
    assertThat(basic(file).lastAccessTime()).isEqualTo(LONG_AGO);
    refused(ClassCastException.class, () -> Files.setAttribute(file, "lastModifiedTime", "today"));
  }

  @Statement(73)
  @Test
  void a_time_that_is_null_stays() throws IOException {
    Path file = file("f", "content");
    BasicFileAttributeView view = Files.getFileAttributeView(file, BasicFileAttributeView.class);
    assertThat(view.name()).isEqualTo("basic");
    view.setTimes(LONG_AGO, null, null);
    FileTime access = basic(file).lastAccessTime();
    assertThat(basic(file).lastModifiedTime()).isEqualTo(LONG_AGO);
    assertThat(access).isNotEqualTo(LONG_AGO);
    view.setTimes(null, FileTime.fromMillis(5000), null);
    assertThat(basic(file).lastModifiedTime()).isEqualTo(LONG_AGO);
    assertThat(basic(file).lastAccessTime()).isEqualTo(FileTime.fromMillis(5000));
    view.setTimes(null, null, null);
    assertThat(basic(file).lastModifiedTime()).isEqualTo(LONG_AGO);
  }

  @Statement(73)
  @Test
  void times_have_nanoseconds() throws IOException {
    Path file = file("f", "content");
    FileTime precise = FileTime.from(1_234_567_890_123_456_789L, TimeUnit.NANOSECONDS);
    Files.setLastModifiedTime(file, precise);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(precise);
  }

  @Statement(73)
  @Test
  void times_before_1970_are_kept() throws IOException {
    Path file = file("f", "content");
    for (String text : new String[] {"1969-12-31T23:59:50Z", "1930-01-01T00:00:00Z"}) {
      FileTime time = FileTime.from(Instant.parse(text));
      Files.setLastModifiedTime(file, time);
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    }
  }

  @Statement(73)
  @Test
  void a_time_too_far_away_becomes_the_nearest_one_or_is_refused() throws IOException {
    Path file = file("f", "content");
    for (Instant instant : new Instant[] {Instant.MAX, Instant.MIN}) {
      Files.setLastModifiedTime(file, LONG_AGO);
      Throwable refused =
          catchThrowable(() -> Files.setLastModifiedTime(file, FileTime.from(instant)));
      if (refused == null) {
        boolean isLate = Files.getLastModifiedTime(file).compareTo(LONG_AGO) > 0;
        assertThat(isLate).isEqualTo(instant.equals(Instant.MAX));
      } else {
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
      }
    }
  }

  @Statement(70)
  @Test
  void a_view_may_be_made_before_the_file() throws IOException {
    BasicFileAttributeView view = Files.getFileAttributeView(at("f"), BasicFileAttributeView.class);
    thrown(NoSuchFileException.class, view::readAttributes);
    thrown(NoSuchFileException.class, () -> view.setTimes(LONG_AGO, null, null));
    file("f", "content");
    assertThat(view.readAttributes().size()).isEqualTo(7);
  }

  @Statement({31, 78})
  @Test
  void writing_changes_the_time_and_reading_does_not() throws IOException {
    Path file = file("f", "content");
    Files.setLastModifiedTime(file, LONG_AGO);
    Files.readAllBytes(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    Files.write(file, new byte[1]);
    assertThat(Files.getLastModifiedTime(file)).isGreaterThan(LONG_AGO);
  }

  @Statement(78)
  @Test
  void a_directory_changes_with_its_entries() throws IOException {
    Path directory = directory("d");
    file("f", "x");
    Files.setLastModifiedTime(directory, LONG_AGO);
    file("d/f", "x");
    assertThat(Files.getLastModifiedTime(directory)).isGreaterThan(LONG_AGO);
    Files.setLastModifiedTime(directory, LONG_AGO);
    Files.write(at("d/f"), new byte[1]);
    assertThat(Files.getLastModifiedTime(directory)).isEqualTo(LONG_AGO);
    Files.move(at("d/f"), at("d/g"));
    assertThat(Files.getLastModifiedTime(directory)).isGreaterThan(LONG_AGO);
    Files.setLastModifiedTime(directory, LONG_AGO);
    Files.delete(at("d/g"));
    assertThat(Files.getLastModifiedTime(directory)).isGreaterThan(LONG_AGO);
  }

  @Statement(74)
  @Needs(FILE_KEYS)
  @Test
  void a_file_key_stays_with_the_file() throws IOException {
    Path file = file("f", "content");
    Object key = basic(file).fileKey();
    assertThat(key).isNotNull();
    assertThat(basic(file).fileKey()).isEqualTo(key).hasSameHashCodeAs(key);
    Files.write(file, new byte[1]);
    Files.move(file, at("g"));
    assertThat(basic(at("g")).fileKey()).isEqualTo(key);
    assertThat(basic(file("f", "another")).fileKey()).isNotEqualTo(key);
  }

  @Statement(77)
  @Test
  void existence_is_an_access_check_without_modes() throws IOException {
    Path file = file("f", "content");
    fs.provider().checkAccess(file);
    fs.provider().checkAccess(file, AccessMode.READ, AccessMode.WRITE);
    fs.provider().checkAccess(directory("d"), AccessMode.READ, AccessMode.EXECUTE);
    refused(NoSuchFileException.class, () -> fs.provider().checkAccess(at("missing")));
    refused(
        NoSuchFileException.class, () -> fs.provider().checkAccess(at("missing"), AccessMode.READ));
    assertThat(catchThrowable(() -> fs.provider().checkAccess(file.resolve("g"))))
        .isInstanceOf(FileSystemException.class);
    assertThat(Files.isReadable(file)).isTrue();
    assertThat(Files.isWritable(file)).isTrue();
    assertThat(Files.isReadable(at("missing"))).isFalse();
  }

  @Statement(77)
  @Test
  void questions_about_what_is_missing_are_answered_with_no() {
    Path missing = at("missing");
    assertThat(Files.exists(missing)).isFalse();
    assertThat(Files.exists(missing.resolve("f"))).isFalse();
    assertThat(Files.notExists(missing)).isTrue();
    assertThat(Files.isDirectory(missing)).isFalse();
    assertThat(Files.isRegularFile(missing)).isFalse();
    assertThat(Files.isSymbolicLink(missing)).isFalse();
  }

  @Statement(71)
  @Test
  void a_name_with_a_dot_in_front_is_hidden() throws IOException {
    assertThat(Files.isHidden(file(".f", "x"))).isTrue();
    assertThat(Files.isHidden(file("f.", "x"))).isFalse();
    assertThat(Files.isHidden(fs.getPath("/"))).isFalse();
    directory(".d");
    assertThat(Files.isHidden(file(".d/f", "x"))).isFalse();
  }

  @Statement(22)
  @Test
  void supported_views_are_named_and_fixed() {
    assertThat(fs.supportedFileAttributeViews()).contains("basic");
    thrown(UnsupportedOperationException.class, () -> fs.supportedFileAttributeViews().add("mine"));
  }

  @Statement({85, 86})
  @Test
  void a_file_store_tells_its_space() throws IOException {
    var store = Files.getFileStore(file("f", "content"));
    assertThat(store.getUsableSpace()).isNotNegative();
    assertThat(store.getUnallocatedSpace()).isGreaterThanOrEqualTo(store.getUsableSpace());
    assertThat(store.getTotalSpace()).isGreaterThanOrEqualTo(store.getUnallocatedSpace());
    assertThat(store.getAttribute("totalSpace")).isEqualTo(store.getTotalSpace());
    thrown(UnsupportedOperationException.class, () -> store.getAttribute("unknown"));
    assertThat(store.supportsFileAttributeView("basic")).isTrue();
    assertThat(store.supportsFileAttributeView(BasicFileAttributeView.class)).isTrue();
    assertThat(store.supportsFileAttributeView("unknown")).isFalse();
    assertThat(store.isReadOnly()).isFalse();
    assertThat(store.name()).isNotNull();
    assertThat(store.type()).isNotEmpty();
    refused(NoSuchFileException.class, () -> Files.getFileStore(at("missing")));
  }

  @Statement(71)
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size|size",
        "basic:size|size",
        "size,isDirectory|size isDirectory",
        "size,size|size",
        "basic:lastModifiedTime,lastAccessTime,creationTime|lastModifiedTime lastAccessTime creationTime",
        "isRegularFile,isSymbolicLink,isOther|isRegularFile isSymbolicLink isOther",
        "fileKey|fileKey"
      })
  void attributes_are_read_by_name(String asked, String found) throws IOException {
    Path file = file("f", "content");
    assertThat(Files.readAttributes(file, asked)).containsOnlyKeys(found.split(" "));
  }

  @Statement(71)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "basic:",
        "unknown",
        "size,unknown",
        "basic:unknown",
        "Size",
        "SIZE",
        "basic:permissions"
      })
  void an_unknown_attribute_is_an_illegal_argument(String asked) throws IOException {
    Path file = file("f", "content");
    refused(IllegalArgumentException.class, () -> Files.readAttributes(file, asked));
  }

  @Statement(71)
  @ParameterizedTest
  @ValueSource(strings = {"unknown:*", "unknown:size", "BASIC:size", "size:basic"})
  void an_unknown_view_is_not_supported(String asked) throws IOException {
    Path file = file("f", "content");
    refused(UnsupportedOperationException.class, () -> Files.readAttributes(file, asked));
    refused(UnsupportedOperationException.class, () -> Files.setAttribute(file, asked, 1L));
  }

  @Statement(72)
  @ParameterizedTest
  @ValueSource(
      strings = {"lastModifiedTime", "lastAccessTime", "creationTime", "basic:lastModifiedTime"})
  void a_time_is_a_FileTime(String name) throws IOException {
    Path file = file("f", "content");
    refused(ClassCastException.class, () -> Files.setAttribute(file, name, "today"));
    refused(ClassCastException.class, () -> Files.setAttribute(file, name, 1L));
    refused(ClassCastException.class, () -> Files.setAttribute(file, name, Instant.now()));
  }

  @Statement(73)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1980-01-01T00:00:01Z",
        "2001-02-03T04:05:06.789Z",
        "2001-02-03T04:05:06.789123456Z",
        "2038-01-19T03:14:08Z",
        "2106-02-07T06:28:16Z",
        "2200-12-31T23:59:59.999999999Z",
        "1905-06-07T08:09:10Z"
      })
  void a_time_is_kept_to_the_nanosecond(String text) throws IOException {
    Path file = file("f", "content");
    FileTime time = FileTime.from(Instant.parse(text));
    Files.setLastModifiedTime(file, time);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    Files.setAttribute(file, "lastAccessTime", time);
    assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(time);
  }

  @Statement(85)
  @ParameterizedTest
  @ValueSource(
      classes = {
        BasicFileAttributeView.class,
        FileOwnerAttributeView.class,
        PosixFileAttributeView.class,
        UserDefinedFileAttributeView.class
      })
  void a_file_store_supports_a_view_by_class_and_by_name(Class<? extends FileAttributeView> type)
      throws IOException {
    Path file = file("f", "content");
    FileAttributeView view = Files.getFileAttributeView(file, type);
    boolean supports = Files.getFileStore(file).supportsFileAttributeView(type);
    if (view == null) {
      assertThat(supports).isFalse();
      return;
    }
    assertThat(Files.getFileStore(file).supportsFileAttributeView(view.name())).isEqualTo(supports);
    assertThat(fs.supportedFileAttributeViews()).contains(view.name());
  }

  @Statement(85)
  @Test
  void a_file_store_tells_the_size_of_its_blocks_or_not() throws IOException {
    var store = Files.getFileStore(file("f", "content"));
    Throwable thrown = catchThrowable(() -> assertThat(store.getBlockSize()).isPositive());
    if (thrown != null) {
      assertThat(thrown).isExactlyInstanceOf(UnsupportedOperationException.class);
    }
    thrown(NullPointerException.class, () -> store.getAttribute(null));
  }

  @Statement(86)
  @Test
  void a_missing_file_has_no_store() throws IOException {
    refused(NoSuchFileException.class, () -> Files.getFileStore(at("missing")));
    refused(NoSuchFileException.class, () -> Files.getFileStore(at("missing/f")));
    refusedNaming(at("missing"), () -> Files.getFileStore(at("missing")));
  }
}
