/** Programs that know nothing of Capsa, and work on it. */
package dev.capsa.clients;
