package dev.capsa.tck;

import java.util.List;

/**
 * What the documentation of {@code java.nio.file} and {@code java.nio.channels} promises, and what
 * programs have come to expect of the default provider, as numbered statements.
 */
final class Statements {
  private static final List<String> TITLES =
      List.of(
          "a provider is found by the JDK, once",
          "the scheme of a URI counts without regard to case",
          "a URI that cannot be one of the provider is an IllegalArgumentException",
          "a path comes back from its URI, whatever its name",
          "the URI of a path is absolute and has the provider's scheme",
          "a path of a file system that is not open is not found",
          "a file system is opened by its URI once",
          "of threads that open one file system, one wins",
          "an opening that failed leaves nothing behind",
          "a closed file system is not found, and can be opened again",
          "getFileSystem never returns what was opened by a path",
          "newFileSystem(Path) leaves files of others alone",
          "newFileSystem(Path) takes or leaves files in other file systems",
          "the environment is checked, and not kept",
          "newFileSystem with a loader finds the provider there",
          "a provider may be used by several threads",
          "closing may be repeated, also by several threads",
          "a closed file system refuses everything",
          "channels, streams and watch services close with the file system",
          "paths of a closed file system stay values",
          "a read-only file system refuses every change",
          "the supported attribute views include basic and are fixed",
          "the empty path is the working directory and has one name",
          "getPath joins its parts",
          "getPathMatcher knows its syntaxes and tells wrong patterns",
          "globs match as documented",
          "null is refused before anything happens",
          "a path of another provider is refused",
          "comparisons with paths of other providers are answered",
          "file systems of one provider are kept apart",
          "what is done is seen by all threads at once",
          "roots, names and parts of paths",
          "resolve and resolveSibling",
          "relativize undoes resolve",
          "startsWith and endsWith compare whole names",
          "normalize, equality and order",
          "toRealPath resolves links, then dots",
          "toFile is not supported",
          "options that open by default, and those of streams",
          "options that contradict each other are refused",
          "options of creating count only when writing",
          "writing without truncating keeps the content",
          "CREATE_NEW is atomic, CREATE follows links",
          "SPARSE, DELETE_ON_CLOSE and NOFOLLOW_LINKS",
          "directories and wrong parents are not opened",
          "attributes of a new file are set with it or not at all",
          "unknown open options are not supported",
          "positions past the end are legal, negative ones are not",
          "truncating never grows; closed is told first",
          "a channel does only what it was opened for",
          "appending goes to the end, whoever else writes",
          "reading and writing at a place leave the position",
          "transfers leave the position",
          "mapping is supported or refused in the documented way",
          "locks of a process do not overlap",
          "an interrupt closes its channel alone",
          "force works, also on directories",
          "SYNC and DSYNC are known",
          "asynchronous channels",
          "a deleted or replaced file stays usable while it is open",
          "copying and moving a file to itself does nothing",
          "copying: targets that exist, directories, links",
          "options of copying and moving",
          "moving takes everything along",
          "ATOMIC_MOVE replaces, and readers see old or new",
          "deleting",
          "creating directories",
          "creating and reading links",
          "isSameFile",
          "attribute views: unknown ones are null, early ones work",
          "attributes by name",
          "attributes that cannot be set, and wrong values",
          "times: null, far away, nanoseconds",
          "file keys",
          "user-defined attributes",
          "permissions, owners and groups",
          "access checks and existence",
          "a directory's time follows its entries",
          "a directory stream has one iterator and no dots",
          "a directory stream needs a directory; its filter may fail",
          "what stays is listed exactly once among changes",
          "secure directory streams follow their directory",
          "what can be registered with a watch service",
          "events of watch services",
          "a file store tells space and views",
          "a missing file has no file store");

  private Statements() {}

  /** How many there are; the first one has the number 1. */
  static int count() {
    return TITLES.size();
  }

  /** What a statement is about, in a few words. */
  static String title(int number) {
    return TITLES.get(number - 1);
  }
}
