/** The provider layer: the classes behind the {@code java.nio.file} interfaces. */
@NullMarked
package dev.capsa.nio;

import org.jspecify.annotations.NullMarked;
