/** The command line: what it does goes through the public interface and {@code java.nio.file}. */
@NullMarked
package dev.capsa.cli;

import org.jspecify.annotations.NullMarked;
