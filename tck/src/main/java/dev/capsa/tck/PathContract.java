package dev.capsa.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths as values, on file systems with Unix-like paths: {@code Path} and {@code getPath}. */
public abstract class PathContract extends Contract {
  protected PathContract(Subject subject) {
    super(subject);
  }

  private Path path(String first, String... more) {
    return fs.getPath(first, more);
  }

  private static String text(Path path) {
    return String.valueOf(path);
  }

  @Statement(24)
  @Test
  void parts_are_joined_and_empty_ones_left_out() {
    assertThat(text(path("a", "", "b"))).isEqualTo("a/b");
    assertThat(text(path("", "a"))).isEqualTo("a");
    assertThat(text(path("", "", ""))).isEmpty();
    assertThat(text(path("/", "a"))).isEqualTo("/a");
    assertThat(text(path("/", "/a/", "/b"))).isEqualTo("/a/b");
    assertThat(text(path("a/b", "c/d"))).isEqualTo("a/b/c/d");
  }

  @Statement(24)
  @ParameterizedTest
  @CsvSource({"a//b,a/b", "a/,a", "//a,/a", "///,/", "/a//b///,/a/b", "./a,./a", "a/..,a/.."})
  void needless_slashes_go_and_dots_stay(String given, String kept) {
    assertThat(text(path(given))).isEqualTo(kept);
    assertThat(path(given)).isEqualTo(path(kept)).hasSameHashCodeAs(path(kept));
  }

  @Statement(24)
  @Test
  void a_name_with_NUL_is_invalid() {
    thrown(InvalidPathException.class, () -> path("a\0b"));
    thrown(InvalidPathException.class, () -> path("a", "b\0"));
    thrown(InvalidPathException.class, () -> path("a").resolve("\0"));
  }

  @Statement(27)
  @Test
  void null_is_refused() {
    Path a = path("a");
    thrown(NullPointerException.class, () -> path(null));
    thrown(NullPointerException.class, () -> path("a", (String) null));
    thrown(NullPointerException.class, () -> a.resolve((Path) null));
    thrown(NullPointerException.class, () -> a.resolve((String) null));
    thrown(NullPointerException.class, () -> a.relativize(null));
    thrown(NullPointerException.class, () -> a.startsWith((Path) null));
    thrown(NullPointerException.class, () -> a.endsWith((Path) null));
    thrown(NullPointerException.class, () -> a.compareTo(null));
    assertThat(a.equals(null)).isFalse();
  }

  @Statement(32)
  @Test
  void the_root_has_no_name_and_no_parent() {
    Path root = path("/");
    assertThat(root.isAbsolute()).isTrue();
    assertThat((Object) root.getRoot()).isEqualTo(root);
    assertThat((Object) root.getFileName()).isNull();
    assertThat((Object) root.getParent()).isNull();
    assertThat(root.getNameCount()).isZero();
    assertThat(root.iterator().hasNext()).isFalse();
    assertThat((Object) root.normalize()).isEqualTo(root);
    thrown(IllegalArgumentException.class, () -> root.getName(0));
    thrown(IllegalArgumentException.class, () -> root.subpath(0, 1));
  }

  @Statement(23)
  @Test
  void the_empty_path_has_one_empty_name() {
    Path empty = path("");
    assertThat(empty.isAbsolute()).isFalse();
    assertThat((Object) empty.getRoot()).isNull();
    assertThat((Object) empty.getParent()).isNull();
    assertThat(empty.getNameCount()).isEqualTo(1);
    assertThat((Object) empty.getFileName()).isEqualTo(empty);
    assertThat((Object) empty.getName(0)).isEqualTo(empty);
    assertThat((Object) empty.subpath(0, 1)).isEqualTo(empty);
    assertThat((Object) empty.normalize()).isEqualTo(empty);
    assertThat(empty.toAbsolutePath().isAbsolute()).isTrue();
  }

  @Statement(32)
  @Test
  void names_are_counted_from_the_root() {
    Path path = path("/a/b/c");
    assertThat(path.getNameCount()).isEqualTo(3);
    assertThat(text(path.getFileName())).isEqualTo("c");
    assertThat(text(path.getParent())).isEqualTo("/a/b");
    assertThat(text(path.getName(0))).isEqualTo("a");
    assertThat(text(path.getName(2))).isEqualTo("c");
    assertThat(text(path.subpath(0, 3))).isEqualTo("a/b/c");
    assertThat(text(path.subpath(1, 2))).isEqualTo("b");
    assertThat(text(path("/a").getParent())).isEqualTo("/");
    assertThat((Object) path("a").getParent()).isNull();
    assertThat(text(path("a/b").getParent())).isEqualTo("a");
  }

  @Statement(32)
  @Test
  void names_out_of_bounds_are_refused() {
    Path path = path("a/b");
    thrown(IllegalArgumentException.class, () -> path.getName(-1));
    thrown(IllegalArgumentException.class, () -> path.getName(2));
    thrown(IllegalArgumentException.class, () -> path.subpath(0, 3));
    thrown(IllegalArgumentException.class, () -> path.subpath(1, 1));
    thrown(IllegalArgumentException.class, () -> path.subpath(-1, 1));
    thrown(IllegalArgumentException.class, () -> path.subpath(2, 1));
  }

  @Statement(32)
  @Test
  void the_iterator_goes_through_the_names() {
    List<String> names = new ArrayList<>();
    path("/a/b/c").forEach(it -> names.add(it.toString()));
    assertThat(names).containsExactly("a", "b", "c");
    assertThat(path("").iterator().next().toString()).isEmpty();
  }

  @Statement(33)
  @ParameterizedTest
  @CsvSource({
    "/a,b,/a/b",
    "/a,/b,/b",
    "a,b/c,a/b/c",
    "/,a,/a",
    "a,'',a",
    "'',a,a",
    "'',/a,/a",
    "/,'',/",
    "'','',''",
    "a,..,a/..",
    "a,.,a/."
  })
  void resolve_appends_what_is_relative(String path, String other, String resolved) {
    assertThat(text(path(path).resolve(other))).isEqualTo(resolved);
    assertThat(text(path(path).resolve(path(other)))).isEqualTo(resolved);
  }

  @Statement(33)
  @ParameterizedTest
  @CsvSource({
    "/a/b,c,/a/c",
    "/a,c,/c",
    "a,c,c",
    "a,/c,/c",
    "/,c,c",
    "/a/b,'',/a",
    "a,'',''",
    "'',c,c"
  })
  void resolveSibling_replaces_the_last_name(String path, String other, String resolved) {
    assertThat(text(path(path).resolveSibling(other))).isEqualTo(resolved);
    assertThat(text(path(path).resolveSibling(path(other)))).isEqualTo(resolved);
  }

  @Statement(34)
  @ParameterizedTest
  @CsvSource({
    "/a/b,/a/b/c/d,c/d", "/a/b,/a/x,../x", "/a/b,/,../..", "/a,/a,''", "a,b,../b", "a/b,a,..",
    "'',a,a", "a,'',..", "/,/a,a", "'','',''", "/a/./b,/a/b/c,c", "/a/x/../b,/a/c,../c"
  })
  void relativize_leads_from_the_one_to_the_other(String from, String to, String way) {
    assertThat(text(path(from).relativize(path(to)))).isEqualTo(way);
  }

  @Statement(34)
  @ParameterizedTest
  @CsvSource({"/a,b", "a,/b", "/,''", "'',/"})
  void relativize_needs_a_root_in_both_or_in_none(String from, String to) {
    thrown(IllegalArgumentException.class, () -> path(from).relativize(path(to)));
  }

  @Statement(34)
  @Test
  void relativize_does_not_know_what_a_leading_dot_dot_hides() {
    thrown(IllegalArgumentException.class, () -> path("../a").relativize(path("b")));
    assertThat(text(path("../a").relativize(path("../b")))).isEqualTo("../b");
  }

  @Statement(34)
  @Test
  void relativize_undoes_resolve() {
    for (String p : new String[] {"/", "/a", "/a/b/c", "a", "a/b"}) {
      for (String q : new String[] {"x", "x/y", "a", "b/c"}) {
        assertThat(text(path(p).relativize(path(p).resolve(q)))).as(p + " and " + q).isEqualTo(q);
      }
    }
  }

  @Statement(36)
  @ParameterizedTest
  @CsvSource({
    "/../a,/a",
    "a/../..,..",
    "./,''",
    ".,''",
    "a/..,''",
    "/a/./b/../c,/a/c",
    "../../a,../../a",
    "/..,/",
    "a/b/../../..,..",
    "..a/b.,..a/b.",
    "/a/../../b,/b",
    ".../a,.../a"
  })
  void normalize_takes_dots_out(String path, String normal) {
    assertThat(text(path(path).normalize())).isEqualTo(normal);
  }

  @Statement(35)
  @ParameterizedTest
  @CsvSource({
    "/a/b,/a,true",
    "/a/b,/,true",
    "/a/b,/a/b,true",
    "/ab,/a,false",
    "/a,/a/b,false",
    "/a,a,false",
    "a/b,a,true",
    "a,'',false",
    "'','',true",
    "'',a,false",
    "/,/,true",
    "/,'',false",
    "a,/,false"
  })
  void startsWith_compares_whole_names(String path, String other, boolean expected) {
    assertThat(path(path).startsWith(path(other))).isEqualTo(expected);
    assertThat(path(path).startsWith(other)).isEqualTo(expected);
  }

  @Statement(35)
  @ParameterizedTest
  @CsvSource({
    "/a/b,b,true",
    "/a/b,a/b,true",
    "/a/b,/a/b,true",
    "/a/b,/b,false",
    "/ab,b,false",
    "a,'',false",
    "'','',true",
    "'',a,false",
    "/,/,true",
    "/a,/,false",
    "b,a/b,false",
    "/a,a,true",
    "/,'',false"
  })
  void endsWith_compares_whole_names(String path, String other, boolean expected) {
    assertThat(path(path).endsWith(path(other))).isEqualTo(expected);
    assertThat(path(path).endsWith(other)).isEqualTo(expected);
  }

  @Statement(36)
  @Test
  void order_agrees_with_equality() {
    assertThat(path("a").compareTo(path("b"))).isNegative();
    assertThat(path("b").compareTo(path("a"))).isPositive();
    assertThat(path("a/b").compareTo(path("a//b/"))).isZero();
    assertThat(path("a").compareTo(path("a/b"))).isNegative();
    assertThat((Object) path("a")).isNotEqualTo(path("A")).isNotEqualTo(path("/a"));
  }

  @Statement(4)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a%b",
        "%20",
        "a#b",
        "a?b",
        "a!b",
        "a+b",
        "a:b",
        "\u00e4",
        "\ud834\udd1e",
        "\u00e9",
        "e\u0301",
        "a!/b",
        "!/b",
        "!",
        "!!/!",
        "%",
        "%%",
        "%2F",
        "%41",
        " ",
        " a ",
        "[a]",
        "{a}",
        "a;b",
        "a&b=c",
        "\\",
        "~",
        "\"",
        "<a>",
        "`^|",
        "a b/c d",
        "#/?",
        "..a",
        "...",
        "@",
        "$",
        "\u65e5\u672c",
        "\u200b",
        "file:",
        "a:/b"
      })
  void a_uri_brings_the_path_back(String name) {
    Path path = dir.resolve(name);
    assertThat(path.toUri().isAbsolute()).isTrue();
    assertThat(path.toUri().getScheme()).isEqualTo(fs.provider().getScheme());
    assertThat((Object) place().path(path.toUri())).isEqualTo(path);
  }

  @Statement(5)
  @Test
  void a_relative_path_has_the_uri_of_its_absolute_one() {
    assertThat(path("some name").toUri()).isEqualTo(path("some name").toAbsolutePath().toUri());
  }

  @Statement(23)
  @Test
  void toAbsolutePath_of_an_absolute_path_is_the_same() {
    assertThat((Object) dir.toAbsolutePath()).isEqualTo(dir);
    assertThat((Object) path("x").toAbsolutePath())
        .isEqualTo(path("").toAbsolutePath().resolve("x"));
  }

  @Statement(32)
  @Test
  void a_path_knows_its_file_system() {
    assertThat(dir.getFileSystem()).isSameAs(fs);
    assertThat(path("a").resolve("b").getFileSystem()).isSameAs(fs);
    assertThat(fs.getSeparator()).isEqualTo("/");
    assertThat(fs.getRootDirectories()).contains(path("/"));
  }

  @Statement({28, 29})
  @Test
  void a_path_never_equals_a_path_of_another_provider() {
    Path foreign = foreign();
    assertThat(path("a").equals(foreign)).isFalse();
    assertThat(path("a").startsWith(foreign)).isFalse();
    assertThat(path("a").endsWith(foreign)).isFalse();
    thrown(ClassCastException.class, () -> path("a").compareTo(foreign));
    thrown(ProviderMismatchException.class, () -> path("a").resolve(foreign));
    thrown(ProviderMismatchException.class, () -> path("a").relativize(foreign));
  }

  /** A path that reads "a", of some other provider than the one under test. */
  private Path foreign() {
    return ForeignPaths.of(fs, "a");
  }

  @Statement(29)
  @Test
  void the_default_file_system_is_another_one_or_the_same() {
    boolean same = fs.provider() == FileSystems.getDefault().provider();
    assertThat(path("a").equals(Path.of("a"))).isEqualTo(same);
  }

  static Stream<Arguments> pairs() {
    List<String> from = List.of("/", "/a", "/a/b", "/a/b/c", "/b", "a", "a/b", "a/b/c", "b", "");
    List<String> way = List.of("x", "x/y", "a", "b/c", "a/b/c", "a b", "...");
    return from.stream().flatMap(p -> way.stream().map(q -> Arguments.of(p, q)));
  }

  @Statement(34)
  @ParameterizedTest
  @MethodSource("pairs")
  void relativize_undoes_resolve_of(String from, String way) {
    Path resolved = path(from).resolve(path(way));
    assertThat(text(path(from).relativize(resolved))).isEqualTo(way);
    assertThat(resolved.startsWith(path(from))).isEqualTo(!from.isEmpty());
    assertThat(resolved.endsWith(path(way))).isTrue();
    assertThat((Object) resolved.getParent()).isEqualTo(path(from).resolve(way).getParent());
  }

  static Stream<Arguments> absolutePairs() {
    List<String> paths = List.of("/", "/a", "/a/b", "/a/b/c", "/b", "/b/a", "/x/y/z");
    return paths.stream().flatMap(p -> paths.stream().map(q -> Arguments.of(p, q)));
  }

  @Statement(34)
  @ParameterizedTest
  @MethodSource("absolutePairs")
  void the_way_leads_there(String from, String to) {
    Path way = path(from).relativize(path(to));
    assertThat(way.isAbsolute()).isFalse();
    assertThat(text(path(from).resolve(way).normalize())).isEqualTo(to);
  }

  @Statement(24)
  @ParameterizedTest
  @CsvSource({
    "a,b,a/b",
    "a,'',a",
    "'',b,b",
    "/,b,/b",
    "/,'',/",
    "/a,/b,/a/b",
    "a/,b/,a/b",
    "a//,//b,a/b",
    "'',/b,/b",
    "..,a,../a",
    "a,..,a/..",
    ".,.,./.",
    "a b,c d,a b/c d"
  })
  void two_parts_make_a_path(String first, String second, String joined) {
    assertThat(text(path(first, second))).isEqualTo(joined);
    assertThat(path(first, second)).isEqualTo(path(joined)).hasSameHashCodeAs(path(joined));
  }

  @Statement(32)
  @ParameterizedTest
  @CsvSource({
    "/,/,0,,",
    "/a,/,1,/,a",
    "/a/b,/,2,/a,b",
    "a,,1,,a",
    "a/b,,2,a,b",
    "a/b/c,,3,a/b,c",
    "'',,1,,''",
    "..,,1,,..",
    "/..,/,1,/,..",
    "./a,,2,.,a",
    "a/.,,2,a,.",
    "/a b/c,/,2,/a b,c"
  })
  void a_path_has_parts(String path, String root, int names, String parent, String name) {
    Path it = path(path);
    assertThat(it.getRoot() == null ? null : text(it.getRoot())).isEqualTo(root);
    assertThat(it.getNameCount()).isEqualTo(names);
    assertThat(it.getParent() == null ? null : text(it.getParent())).isEqualTo(parent);
    assertThat(it.getFileName() == null ? null : text(it.getFileName())).isEqualTo(name);
    assertThat(it.isAbsolute()).isEqualTo(root != null);
  }

  @Statement(32)
  @ParameterizedTest
  @CsvSource({
    "a/b/c,0,1,a",
    "a/b/c,0,3,a/b/c",
    "a/b/c,1,3,b/c",
    "/a/b/c,0,1,a",
    "/a/b/c,2,3,c",
    "'',0,1,''",
    "./..,1,2,..",
    "/a,0,1,a"
  })
  void a_part_of_a_path_is_relative(String path, int begin, int end, String part) {
    assertThat(text(path(path).subpath(begin, end))).isEqualTo(part);
  }

  @Statement(32)
  @ParameterizedTest
  @CsvSource({
    "a/b,-1,1",
    "a/b,0,3",
    "a/b,1,1",
    "a/b,2,3",
    "a/b,2,1",
    "/,0,1",
    "/,0,0",
    "'',0,2",
    "'',1,2",
    "a,0,0",
    "a,0,-1"
  })
  void a_part_out_of_bounds_is_refused(String path, int begin, int end) {
    thrown(IllegalArgumentException.class, () -> path(path).subpath(begin, end));
  }

  @Statement(36)
  @ParameterizedTest
  @CsvSource({
    "a,a/,true",
    "a,./a,false",
    "a/b,a//b,true",
    "a,A,false",
    "/a,a,false",
    "a/../b,b,false",
    "/,//,true",
    "'',.,false",
    "a,a ,true",
    "a,ab,false"
  })
  void equal_paths_have_one_hash_code(String one, String two, boolean equal) {
    assertThat(path(one).equals(path(two))).isEqualTo(equal);
    assertThat(path(two).equals(path(one))).isEqualTo(equal);
    assertThat(path(one).compareTo(path(two)) == 0).isEqualTo(equal);
    if (equal) {
      assertThat(path(one)).hasSameHashCodeAs(path(two));
    }
  }

  @Statement(36)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "a",
        "..",
        "../..",
        "/a/../..",
        "./././",
        "a/./b/./",
        "/a//b/..",
        "a/b/../../../c"
      })
  void normalizing_twice_is_normalizing_once(String path) {
    Path once = path(path).normalize();
    assertThat((Object) once.normalize()).isEqualTo(once);
    assertThat(once.isAbsolute()).isEqualTo(path(path).isAbsolute());
  }

  @Statement(23)
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a/b", "..", "."})
  void a_relative_path_lies_in_the_working_directory(String path) {
    Path absolute = path(path).toAbsolutePath();
    assertThat(absolute.isAbsolute()).isTrue();
    assertThat((Object) absolute).isEqualTo(path("").toAbsolutePath().resolve(path));
    assertThat((Object) absolute.toAbsolutePath()).isEqualTo(absolute);
  }
}
