package dev.capsa.nio;

import dev.capsa.Retention;
import dev.capsa.repo.Durability;
import dev.capsa.store.KeptRevision;
import dev.capsa.store.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Principal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment of {@code newFileSystem}, checked. Keys that it does not know are ignored; the
 * map is not kept.
 *
 * @param create make the container if it is missing or an empty file
 * @param readOnly refuse every change
 * @param defaultOwner owner of new files; null: the user of this process
 * @param defaultGroup group of new files; null: as the owner
 * @param filePermissions mode of new files
 * @param durability when changes become durable without being asked
 * @param commitInterval time between background commits; null: the default
 * @param cacheBytes bytes of heap for the node cache; −1: the default
 * @param maxBytes most bytes that the container may grow to; −1: no limit
 * @param initialBytes bytes to reserve at creation; −1: the default
 * @param diskTokens most reads of the container at once; 0: any number, the default
 * @param layout of large files: extents or chain
 * @param reads how the container is read: mapped or channel, the default
 * @param snapshot the snapshot to show; null: none. Then it is read-only
 * @param revision the revision to show; 0: none. Then it is read-only
 * @param retention which revisions a new container keeps by itself; null: none
 */
record Environment(
    boolean create,
    boolean readOnly,
    @Nullable String defaultOwner,
    @Nullable String defaultGroup,
    int filePermissions,
    Durability durability,
    @Nullable Duration commitInterval,
    long cacheBytes,
    long maxBytes,
    long initialBytes,
    int diskTokens,
    String layout,
    String reads,
    @Nullable String snapshot,
    long revision,
    @Nullable Retention retention) {

  private static final int FILE_MODE = 0644;

  /** Of an owner or a group, as the format has it. */
  private static final int MOST_NAME_BYTES = 255;

  /**
   * Reads an environment.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message names key, value and
   *     what is allowed
   */
  static Environment of(Map<String, ?> env) {
    String snapshot = snapshot(env, "snapshot");
    long revision = revision(env, "revision");
    boolean past = snapshot != null || revision != 0;
    if (snapshot != null && revision != 0) {
      throw wrong("revision", revision, "possible together with the key 'snapshot'");
    }
    String access =
        word(env, "accessMode", past ? "readOnly" : "readWrite", "readOnly", "readWrite");
    if (past && access.equals("readWrite")) {
      throw wrong("accessMode", access, "readOnly, as what was committed stays as it is");
    }
    truth(env, "enablePosixFileAttributes");
    return new Environment(
        truth(env, "create"),
        "readOnly".equals(access),
        principal(env, "defaultOwner"),
        principal(env, "defaultGroup"),
        permissions(env, "defaultPermissions"),
        durability(env, "durability"),
        duration(env, "commitInterval"),
        bytes(env, "cacheSize"),
        maxBytes(env, "maxSize"),
        bytes(env, "initialSize"),
        count(env, "diskTokens"),
        word(env, "layout", "extents", "extents", "chain"),
        word(env, "reads", "channel", "mapped", "channel"),
        snapshot,
        revision,
        retention(env, "retention"));
  }

  /** Whether a revision is to be shown, and not the live head. */
  boolean past() {
    return snapshot != null || revision != 0;
  }

  /** Opens the revision that is to be shown. */
  Past open(Revisions revisions) throws IOException {
    return snapshot != null ? revisions.open(snapshot) : revisions.open(revision);
  }

  /**
   * This environment for a URI that names a revision.
   *
   * @param number 0: it names none
   * @throws IllegalArgumentException if this names another one, or a snapshot
   */
  Environment at(long number) {
    if (number == 0 || number == revision) {
      return this;
    }
    if (past()) {
      throw wrong(
          snapshot != null ? "snapshot" : "revision",
          snapshot != null ? snapshot : revision,
          "possible with a URI of revision " + number);
    }
    return showing(number);
  }

  /** This environment for a file system that shows a revision. */
  Environment showing(long number) {
    return new Environment(
        create,
        true,
        defaultOwner,
        defaultGroup,
        filePermissions,
        durability,
        commitInterval,
        cacheBytes,
        maxBytes,
        initialBytes,
        diskTokens,
        layout,
        reads,
        null,
        number,
        retention);
  }

  /** Mode of new directories: as for files, and who may read may also search. */
  int directoryPermissions() {
    return filePermissions | (filePermissions & 0444) >> 2;
  }

  private static IllegalArgumentException wrong(String key, Object value, String allowed) {
    return new IllegalArgumentException(
        "capsa: the value '" + value + "' of the key '" + key + "' is not " + allowed);
  }

  private static boolean truth(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return false;
    }
    return switch (value.toString().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, value, "true or false (Boolean or String)");
    };
  }

  private static String word(Map<String, ?> env, String key, String unset, String... allowed) {
    Object value = env.get(key);
    if (value == null) {
      return unset;
    }
    for (String word : allowed) {
      if (word.equalsIgnoreCase(value.toString())) {
        return word;
      }
    }
    throw wrong(key, value, "one of " + String.join(", ", allowed));
  }

  private static @Nullable String snapshot(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return null;
    }
    try {
      KeptRevision.requireName((String) value);
      return (String) value;
    } catch (ClassCastException | IllegalArgumentException e) {
      throw wrong(key, value, "a name of 1 to 255 bytes, without NUL (String)");
    }
  }

  private static long revision(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return 0;
    }
    try {
      long number = Long.parseLong(value.toString());
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(key, value, "the number of a revision, from 1 (Long or String)");
  }

  private static @Nullable Retention retention(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null || value instanceof Retention) {
      return (Retention) value;
    }
    try {
      return Retention.parse(value.toString());
    } catch (IllegalArgumentException e) {
      throw wrong(key, value, "a Retention, or a text as last=10,for=7d,every=1h, or none");
    }
  }

  private static @Nullable String principal(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return null;
    }
    String name = value instanceof Principal known ? known.getName() : value.toString();
    boolean isName = value instanceof Principal || value instanceof String;
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (!isName || bytes == 0 || bytes > MOST_NAME_BYTES || name.indexOf('\0') >= 0) {
      throw wrong(key, value, "a name of 1 to 255 bytes, without NUL (String or Principal)");
    }
    return name;
  }

  private static int permissions(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return FILE_MODE;
    }
    try {
      if (value instanceof Set<?> set) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        set.forEach(it -> permissions.add((PosixFilePermission) it));
        return Modes.of(permissions);
      }
      return Modes.of(PosixFilePermissions.fromString(value.toString()));
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw wrong(key, value, "a Set of PosixFilePermission or a String as rw-r--r--");
    }
  }

  private static Durability durability(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return Durability.COMMIT;
    }
    for (Durability durability : Durability.values()) {
      if (durability.name().equalsIgnoreCase(value.toString())) {
        return durability;
      }
    }
    throw wrong(key, value, "one of " + Arrays.toString(Durability.values()));
  }

  private static @Nullable Duration duration(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return null;
    }
    String allowed = "a positive Duration, an ISO 8601 text as PT1S, or milliseconds";
    Duration duration;
    try {
      if (value instanceof Duration given) {
        duration = given;
      } else if (value.toString().startsWith("P")) {
        duration = Duration.parse(value.toString());
      } else {
        duration = Duration.ofMillis(Long.parseLong(value.toString()));
      }
    } catch (NumberFormatException | DateTimeParseException e) {
      throw wrong(key, value, allowed);
    }
    if (duration.isNegative() || duration.isZero()) {
      throw wrong(key, value, allowed);
    }
    return duration;
  }

  private static long maxBytes(Map<String, ?> env, String key) {
    long most = bytes(env, key);
    if (most > 0 && most < StoreOptions.LEAST_CONTAINER_BYTES) {
      throw wrong(
          key,
          String.valueOf(env.get(key)),
          "0 for no limit, or " + StoreOptions.LEAST_CONTAINER_BYTES + " or more");
    }
    return most;
  }

  private static int count(Map<String, ?> env, String key) {
    Object value = env.get(key);
    try {
      int number = value == null ? 0 : Integer.parseInt(value.toString());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(key, String.valueOf(value), "a whole number from 0");
  }

  private static long bytes(Map<String, ?> env, String key) {
    Object value = env.get(key);
    if (value == null) {
      return -1;
    }
    String text = value.toString().toUpperCase(Locale.ROOT);
    int unit = text.isEmpty() ? -1 : "KMGT".indexOf(text.charAt(text.length() - 1));
    String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
    try {
      long number = Math.multiplyExact(Long.parseLong(digits), 1L << 10 * (unit + 1));
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // Said below.
    }
    throw wrong(key, value, "a whole number from 0, which K, M, G or T may follow");
  }
}
