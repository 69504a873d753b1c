/**
 * The inode layer: inodes, directories, links and attributes, with atomic name-space operations.
 */
@NullMarked
package dev.capsa.inode;

import org.jspecify.annotations.NullMarked;
