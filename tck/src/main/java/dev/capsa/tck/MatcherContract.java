package dev.capsa.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code FileSystem.getPathMatcher}. */
public abstract class MatcherContract extends Contract {
  protected MatcherContract(Subject subject) {
    super(subject);
  }

  private boolean matches(String pattern, String path) {
    return fs.getPathMatcher(pattern).matches(fs.getPath(path));
  }

  @Statement(26)
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "*.java A.java true",
        "*.java A.class false",
        "*.java d/A.java false",
        "*.* a.b true",
        "*.* a false",
        "*.{java,class} A.class true",
        "*.{java,class} A.c false",
        "foo.? foo.x true",
        "foo.? foo.xy false",
        "/home/*/* /home/a/b true",
        "/home/*/* /home/a false",
        "/home/** /home/a/b true",
        "/home/** /home/a true",
        "**.java a/b/C.java true",
        "** /a/b true",
        "* .hidden true",
        "* a/b false",
        "? / false",
        "* / false"
      })
  void stars_and_question_marks(String glob, String path, boolean expected) {
    assertThat(matches("glob:" + glob, path)).isEqualTo(expected);
  }

  @Statement(26)
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "[abc] b true", "[abc] d false", "[a-c] b true", "[!a-c] b false", "[!a-c] d true",
        "[a-c] - false", "[-a] - true", "[*?\\] * true", "[*?\\] \\ true", "[!a]x .x true",
        "x[!a]y x/y false", "[^a] ^ true", "[^a] b false", "[a-cx-z] y true", "[&&a] & true",
        "[[] [ true"
      })
  void brackets(String glob, String path, boolean expected) {
    assertThat(matches("glob:" + glob, path)).isEqualTo(expected);
  }

  @Statement(26)
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "\\* * true",
        "\\* a false",
        "\\\\ \\ true",
        "\\{ { true",
        "a+b a+b true",
        "a.b axb false",
        "(a) (a) true",
        "a|b a false",
        "^a$ ^a$ true",
        "\\[a\\] [a] true",
        "{a*,b?} bx true",
        "{a*,b?} bxx false",
        "x{,y} x true",
        "x{,y} xy true",
        "a,b a,b true",
        "} } true"
      })
  void what_is_ordinary_and_what_is_escaped(String glob, String path, boolean expected) {
    assertThat(matches("glob:" + glob, path)).isEqualTo(expected);
  }

  @Statement(26)
  @Test
  void newlines_and_rare_characters_are_characters() {
    assertThat(matches("glob:a*b", "a\nb")).isTrue();
    assertThat(matches("glob:a?b", "aäb")).isTrue();
    assertThat(matches("glob:*", "")).isTrue();
    assertThat(matches("glob:", "")).isTrue();
    assertThat(matches("glob:", "a")).isFalse();
  }

  @Statement(26)
  @Test
  void regular_expressions_match_the_whole_path() {
    assertThat(matches("regex:.*\\.java", "/a/B.java")).isTrue();
    assertThat(matches("regex:B.java", "/a/B.java")).isFalse();
  }

  @Statement(25)
  @Test
  void the_syntax_is_read_without_regard_to_case() {
    assertThat(matches("GLOB:*.java", "A.java")).isTrue();
    assertThat(matches("Regex:a+", "aa")).isTrue();
    assertThat(matches("glob:*.JAVA", "A.java")).isFalse();
  }

  @Statement(25)
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "*.java", ":", ":*.java"})
  void a_pattern_without_syntax_is_refused(String pattern) {
    thrown(IllegalArgumentException.class, () -> fs.getPathMatcher(pattern));
  }

  @Statement(25)
  @Test
  void an_unknown_syntax_is_not_supported() {
    thrown(UnsupportedOperationException.class, () -> fs.getPathMatcher("grep:a"));
    thrown(NullPointerException.class, () -> fs.getPathMatcher(null));
  }

  @Statement(25)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "glob:[a",
        "glob:{a",
        "glob:{a,{b,c}}",
        "glob:\\",
        "glob:[",
        "glob:[a/b]",
        "glob:[c-a]",
        "regex:(",
        "regex:["
      })
  void a_wrong_pattern_is_told(String pattern) {
    thrown(PatternSyntaxException.class, () -> fs.getPathMatcher(pattern));
  }

  @Statement(26)
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a?c abc true",
        "a?c a/c false",
        "a?c ac false",
        "?? ab true",
        "?? a/ false",
        "**/b a/b true",
        "**/b b false",
        "**/b /b true",
        "**/b a/x/b true",
        "a/**/b a/x/y/b true",
        "a/**/b a/b false",
        "a/** a/b/c true",
        "a/** a false",
        "a** a/b true",
        "*** a/b true",
        "*/*/* a/b/c true",
        "*/*/* a/b false",
        "/* /a true",
        "/* /a/b false",
        "/** / true",
        "/**/* /a/b true",
        "a.* a. true",
        ".* .hidden true",
        "*.* .hidden true",
        "?hidden .hidden true",
        "**.txt .txt true",
        "a*b*c abc true",
        "a*b*c axxbyyc true",
        "a*b*c axb/c false"
      })
  void stars_stop_at_slashes_unless_doubled(String glob, String path, boolean expected) {
    assertThat(matches("glob:" + glob, path)).isEqualTo(expected);
  }

  @Statement(26)
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "{a,b}/c b/c true",
        "{a,b}/c c/c false",
        "{a} a true",
        "{} a false",
        "{,a} a true",
        "{a,b,c} c true",
        "{a/b,c} a/b true",
        "{*.a,*.b} x.b true",
        "{[ab],c} b true",
        "x{a,b}y{c,d}z xbydz true",
        "x{a,b}y{c,d}z xbyz false",
        "\\{a,b\\} {a,b} true",
        "{a\\,b,c} a,b true"
      })
  void braces_hold_alternatives(String glob, String path, boolean expected) {
    assertThat(matches("glob:" + glob, path)).isEqualTo(expected);
  }

  @Statement(26)
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "[a-z]*.txt b1.txt true",
        "[a-z]*.txt B1.txt false",
        "[0-9][0-9] 42 true",
        "[0-9][0-9] 4 false",
        "a[.]b a.b true",
        "a[.]b axb false",
        "[!.]* .x false",
        "[!.]* x true",
        "[?] ? true",
        "[?] a false",
        "[*] * true",
        "[a-] - true",
        "[!-a] - false",
        "[{] { true",
        "[,] , true",
        "[(] ( true",
        "[$] $ true",
        "[!!] ! false"
      })
  void brackets_hold_one_character(String glob, String path, boolean expected) {
    assertThat(matches("glob:" + glob, path)).isEqualTo(expected);
  }

  @Statement(26)
  @ParameterizedTest
  @ValueSource(
      strings = {".", "^", "$", "+", "(", ")", "|", "-", "&", "#", "@", "!", "~", "=", "%"})
  void a_character_that_means_something_elsewhere_is_itself(String character) {
    assertThat(matches("glob:" + character, character)).isTrue();
    assertThat(matches("glob:a" + character + "b", "a" + character + "b")).isTrue();
    assertThat(matches("glob:a" + character + "b", "ab")).isFalse();
    assertThat(matches("glob:a" + character + "b", "axb")).isFalse();
    assertThat(matches("glob:\\" + character, character)).isTrue();
  }

  @Statement(25)
  @ParameterizedTest
  @ValueSource(
      strings = {"glob:*.a", "GLOB:*.a", "Glob:*.a", "regex:.*a", "REGEX:.*a", "rEgEx:.*a"})
  void a_syntax_has_any_case(String pattern) {
    assertThat(matches(pattern, "x.a")).isTrue();
    assertThat(matches(pattern, "x.b")).isFalse();
  }

  @Statement(25)
  @ParameterizedTest
  @ValueSource(strings = {"unknown:a", " glob:a", "glo:a", "globs:a", "1:a"})
  void an_unknown_syntax_is_told(String pattern) {
    thrown(UnsupportedOperationException.class, () -> fs.getPathMatcher(pattern));
  }

  @Statement(26)
  @Test
  void a_matcher_of_names_does_not_match_whole_paths() {
    assertThat(fs.getPathMatcher("glob:*.a").matches(fs.getPath("/d/x.a"))).isFalse();
    assertThat(fs.getPathMatcher("glob:*.a").matches(fs.getPath("/d/x.a").getFileName())).isTrue();
  }
}
