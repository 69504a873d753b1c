/** The facade: how a container is created and opened, and the exceptions of every layer. */
@NullMarked
package dev.capsa;

import org.jspecify.annotations.NullMarked;
