/** Raw storage: the medium that a container lies on. */
@NullMarked
package dev.capsa.raw;

import org.jspecify.annotations.NullMarked;
