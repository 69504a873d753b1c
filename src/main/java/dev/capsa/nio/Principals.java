package dev.capsa.nio;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The users and groups of a file system. A container stores names only. A name is known if new
 * files get it, if it was seen on a file through this file system, or if the machine knows it.
 */
final class Principals extends UserPrincipalLookupService {
  /** So many names seen are remembered; more than any sensible container has. */
  private static final int MOST_SEEN = 10_000;

  private final String owner;
  private final String group;
  private final Set<String> users = ConcurrentHashMap.newKeySet();
  private final Set<String> groups = ConcurrentHashMap.newKeySet();

  Principals(Environment environment) {
    owner = ownerOf(environment);
    group = groupOf(environment);
    users.add(user());
    users.add(owner);
    groups.add(group);
  }

  private static String user() {
    return System.getProperty("user.name", "owner");
  }

  /** The owner of new files. */
  static String ownerOf(Environment environment) {
    String given = environment.defaultOwner();
    return given == null ? user() : given;
  }

  /** The group of new files. */
  static String groupOf(Environment environment) {
    String given = environment.defaultGroup();
    return given == null ? ownerOf(environment) : given;
  }

  private record User(String name) implements UserPrincipal {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private record Group(String name) implements GroupPrincipal {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Owner of new files. */
  String owner() {
    return owner;
  }

  /** Group of new files. */
  String group() {
    return group;
  }

  /** The user of that name, who is known from now on. */
  UserPrincipal user(String name) {
    return new User(seen(users, name));
  }

  /** The group of that name, which is known from now on. */
  GroupPrincipal group(String name) {
    return new Group(seen(groups, name));
  }

  private static String seen(Set<String> names, String name) {
    if (!names.contains(name) && names.size() < MOST_SEEN) {
      names.add(name);
    }
    return name;
  }

  /**
   * The name of a user or group, as an owner.
   *
   * @throws ProviderMismatchException if it is of another provider
   */
  static String nameOfUser(UserPrincipal user) {
    if (Objects.requireNonNull(user, "owner") instanceof User || user instanceof Group) {
      return user.getName();
    }
    throw new ProviderMismatchException(user + " is a user of another provider");
  }

  /**
   * The name of a group.
   *
   * @throws ProviderMismatchException if it is of another provider
   */
  static String nameOfGroup(GroupPrincipal group) {
    if (Objects.requireNonNull(group, "group") instanceof Group) {
      return group.getName();
    }
    throw new ProviderMismatchException(group + " is a group of another provider");
  }

  @Override
  public UserPrincipal lookupPrincipalByName(String name) throws IOException {
    if (!users.contains(Objects.requireNonNull(name, "name"))) {
      requireOnMachine(name, false);
    }
    return user(name);
  }

  @Override
  public GroupPrincipal lookupPrincipalByGroupName(String name) throws IOException {
    if (!groups.contains(Objects.requireNonNull(name, "group"))) {
      requireOnMachine(name, true);
    }
    return group(name);
  }

  private static void requireOnMachine(String name, boolean isGroup) throws IOException {
    try {
      UserPrincipalLookupService machine = FileSystems.getDefault().getUserPrincipalLookupService();
      if (isGroup) {
        machine.lookupPrincipalByGroupName(name);
      } else {
        machine.lookupPrincipalByName(name);
      }
    } catch (UnsupportedOperationException e) {
      throw new UserPrincipalNotFoundException(name);
    }
  }
}
