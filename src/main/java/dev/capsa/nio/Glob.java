package dev.capsa.nio;

import java.nio.file.PathMatcher;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Turns the patterns of {@code FileSystem.getPathMatcher} into matchers. A glob becomes a regular
 * expression, with the meaning that the Javadoc of that method gives it; a leading dot is an
 * ordinary character.
 */
final class Glob {
  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;

  private Glob(String glob) {
    this.glob = glob;
  }

  /**
   * A matcher for {@code syntax:pattern}.
   *
   * @throws IllegalArgumentException if there is no syntax or no pattern
   * @throws UnsupportedOperationException if the syntax is neither glob nor regex
   */
  static PathMatcher matcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "'" + syntaxAndPattern + "' is not of the form syntax:pattern");
    }
    String text = syntaxAndPattern.substring(colon + 1);
    Pattern pattern =
        switch (syntaxAndPattern.substring(0, colon).toLowerCase(Locale.ROOT)) {
          case "glob" -> Pattern.compile(toRegex(text), Pattern.DOTALL);
          case "regex" -> Pattern.compile(text);
          default ->
              throw new UnsupportedOperationException(
                  "'" + syntaxAndPattern + "': the syntax is to be glob or regex");
        };
    return path -> path instanceof CapsaPath && pattern.matcher(path.toString()).matches();
  }

  /** The regular expression with the same meaning. */
  static String toRegex(String glob) {
    return new Glob(glob).translate();
  }

  private String translate() {
    boolean inGroup = false;
    while (at < glob.length()) {
      char c = glob.charAt(at++);
      switch (c) {
        case '\\' -> literal(escaped());
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> bracket();
        case '{' -> {
          if (inGroup) {
            throw wrong("groups do not nest");
          }
          regex.append("(?:(?:");
          inGroup = true;
        }
        case '}' -> {
          regex.append(inGroup ? "))" : "\\}");
          inGroup = false;
        }
        case ',' -> regex.append(inGroup ? ")|(?:" : ",");
        default -> literal(c);
      }
    }
    if (inGroup) {
      throw wrong("missing }");
    }
    return regex.toString();
  }

  private void star() {
    if (at < glob.length() && glob.charAt(at) == '*') {
      at++;
      regex.append(".*");
    } else {
      regex.append("[^/]*");
    }
  }

  private char escaped() {
    if (at == glob.length()) {
      throw wrong("nothing after \\");
    }
    return glob.charAt(at++);
  }

  /** One of the characters in brackets, but never a slash. A backslash stands for itself there. */
  private void bracket() {
    regex.append("[[^/]&&[");
    if (next('!')) {
      regex.append('^');
    }
    int first = at;
    boolean mayRange = false;
    int last = 0;
    while (true) {
      int c = memberOfBracket();
      if (c == ']' && at - 1 > first) {
        break;
      }
      if (c == '-' && mayRange && at < glob.length() && glob.charAt(at) != ']') {
        int end = memberOfBracket();
        if (end < last) {
          throw wrong("range ends before it starts");
        }
        regex.append('-');
        inBracket(end);
        mayRange = false;
      } else {
        inBracket(c);
        last = c;
        mayRange = true;
      }
    }
    regex.append("]]");
  }

  private int memberOfBracket() {
    if (at == glob.length()) {
      throw wrong("missing ]");
    }
    int c = glob.codePointAt(at);
    at += Character.charCount(c);
    if (c == '/') {
      throw wrong("/ in brackets");
    }
    return c;
  }

  private boolean next(char wanted) {
    boolean is = at < glob.length() && glob.charAt(at) == wanted;
    at += is ? 1 : 0;
    return is;
  }

  private void inBracket(int c) {
    if ("\\[]&^-".indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.appendCodePoint(c);
  }

  private void literal(char c) {
    if ("\\.[]{}()<>*+-=!?^$|&#".indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
  }

  private PatternSyntaxException wrong(String what) {
    return new PatternSyntaxException(what, glob, at - 1);
  }
}
