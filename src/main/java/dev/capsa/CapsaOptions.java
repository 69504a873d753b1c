package dev.capsa;

import dev.capsa.repo.Durability;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a container is opened: the environment of {@code FileSystems.newFileSystem} in words. Not
 * safe for several threads at once. A value that is not allowed is told at opening, by {@code
 * IllegalArgumentException}.
 */
public final class CapsaOptions {
  private final Map<String, Object> environment = new HashMap<>();

  CapsaOptions() {}

  private CapsaOptions with(String key, Object value) {
    environment.put(key, value);
    return this;
  }

  /** Whether to make the container if the file is missing or empty. Default: no. */
  public CapsaOptions create(boolean create) {
    return with("create", create);
  }

  /** Whether to refuse every change. Default: no. */
  public CapsaOptions readOnly(boolean readOnly) {
    return with("accessMode", readOnly ? "readOnly" : "readWrite");
  }

  /** When changes become durable without being asked. Default: {@link Durability#COMMIT}. */
  public CapsaOptions durability(Durability durability) {
    return with("durability", durability);
  }

  /** Time between background commits. Default: one second. */
  public CapsaOptions commitInterval(Duration interval) {
    return with("commitInterval", interval);
  }

  /** Bytes of heap for cached nodes of the catalog. */
  public CapsaOptions cacheSize(long bytes) {
    return with("cacheSize", bytes);
  }

  /** Bytes to reserve in a new container, so that it need not grow. Default: none. */
  public CapsaOptions initialSize(long bytes) {
    return with("initialSize", bytes);
  }

  /** Most bytes that the container file may have; 0: no limit. Default: no limit. */
  public CapsaOptions maxSize(long bytes) {
    return with("maxSize", bytes);
  }

  /**
   * Whether to read from mappings: quicker, but only for a container file that no other process
   * cuts. Default: no.
   */
  public CapsaOptions mappedReads(boolean mapped) {
    return with("reads", mapped ? "mapped" : "channel");
  }

  /** Most reads of the container file at once; 0: any number. Default: 0. */
  public CapsaOptions diskTokens(int tokens) {
    return with("diskTokens", tokens);
  }

  /**
   * How the large files of a container lie in it, {@code extents} or {@code chain}; of use when it
   * is made. Default: extents.
   */
  public CapsaOptions layout(String layout) {
    return with("layout", layout);
  }

  /** Owner of new files. Default: the user of this process. */
  public CapsaOptions defaultOwner(String name) {
    return with("defaultOwner", name);
  }

  /** Group of new files. Default: the name of their owner. */
  public CapsaOptions defaultGroup(String name) {
    return with("defaultGroup", name);
  }

  /**
   * Permissions of new files; a new directory may also be searched by those who may read it.
   * Default: rw-r--r--.
   */
  public CapsaOptions defaultPermissions(Set<PosixFilePermission> permissions) {
    return with("defaultPermissions", Set.copyOf(permissions));
  }

  /**
   * The snapshot to show, for reading only, instead of the newest state.
   *
   * @param name as {@link CapsaFileSystem#snapshot} takes it
   */
  public CapsaOptions snapshot(String name) {
    return with("snapshot", name);
  }

  /**
   * The revision to show, for reading only, instead of the newest state.
   *
   * @param number of one of {@link CapsaFileSystem#revisions}
   */
  public CapsaOptions revision(long number) {
    return with("revision", number);
  }

  /**
   * Which revisions a new container keeps by itself; of use when it is made. Default: none but the
   * snapshots.
   */
  public CapsaOptions retention(Retention retention) {
    return with("retention", retention);
  }

  /** The options as the environment of {@code FileSystems.newFileSystem}; a copy. */
  public Map<String, ?> toEnvironment() {
    return Map.copyOf(environment);
  }
}
