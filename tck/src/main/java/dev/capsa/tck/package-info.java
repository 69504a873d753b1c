/**
 * Contracts of {@code java.nio.file} as tests, for any provider. A contract is an abstract test
 * class about one subject; what a provider can do is told by which contracts its tests extend.
 */
package dev.capsa.tck;
