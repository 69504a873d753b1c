package dev.capsa.inode;

import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file, immutable.
 *
 * @param number identity; never reused in a container
 * @param kind file, directory or symbolic link
 * @param mode the nine permission bits, as in POSIX (0–0777), plus set-id and sticky bits (07000)
 * @param owner name of the owner
 * @param group name of the group
 * @param size bytes of a file; of a link, bytes of its target; of a directory, 0
 * @param links names that the file has; 0 when it is open without a name; a directory has 1
 * @param createdNanos creation, nanoseconds since 1970
 * @param modifiedNanos last change of content
 * @param accessedNanos last access as set; reads do not change it
 * @param changedNanos last change of attributes or content
 * @param parent inode of the directory of the first name; of the root: itself
 * @param target text of a symbolic link in UTF-8, verbatim; else null
 */
public record Inode(
    long number,
    FileKind kind,
    int mode,
    String owner,
    String group,
    long size,
    int links,
    long createdNanos,
    long modifiedNanos,
    long accessedNanos,
    long changedNanos,
    long parent,
    byte @Nullable [] target) {}
