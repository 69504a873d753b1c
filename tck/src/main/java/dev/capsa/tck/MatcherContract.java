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

  @Test
  void newlines_and_rare_characters_are_characters() {
    assertThat(matches("glob:a*b", "a\nb")).isTrue();
    assertThat(matches("glob:a?b", "aäb")).isTrue();
    assertThat(matches("glob:*", "")).isTrue();
    assertThat(matches("glob:", "")).isTrue();
    assertThat(matches("glob:", "a")).isFalse();
  }

  @Test
  void regular_expressions_match_the_whole_path() {
    assertThat(matches("regex:.*\\.java", "/a/B.java")).isTrue();
    assertThat(matches("regex:B.java", "/a/B.java")).isFalse();
  }

  @Test
  void the_syntax_is_read_without_regard_to_case() {
    assertThat(matches("GLOB:*.java", "A.java")).isTrue();
    assertThat(matches("Regex:a+", "aa")).isTrue();
    assertThat(matches("glob:*.JAVA", "A.java")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "*.java", ":", ":*.java"})
  void a_pattern_without_syntax_is_refused(String pattern) {
    thrown(IllegalArgumentException.class, () -> fs.getPathMatcher(pattern));
  }

  @Test
  void an_unknown_syntax_is_not_supported() {
    thrown(UnsupportedOperationException.class, () -> fs.getPathMatcher("grep:a"));
    thrown(NullPointerException.class, () -> fs.getPathMatcher(null));
  }

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
}
