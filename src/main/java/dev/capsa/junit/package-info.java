/**
 * For those who test with JUnit: temporary directories in memory. The only package that needs
 * JUnit, which whoever uses it has.
 */
@NullMarked
package dev.capsa.junit;

import org.jspecify.annotations.NullMarked;
