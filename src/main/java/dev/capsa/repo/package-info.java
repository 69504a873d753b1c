/** The versioned repository: the live head, the revisions, and how changes become one. */
@NullMarked
package dev.capsa.repo;

import org.jspecify.annotations.NullMarked;
