package dev.capsa.tck;

/**
 * How one run of a case went.
 *
 * @param caseName contract and method
 * @param run the same with the arguments, if it has any
 * @param note the declared reason, or what went wrong; empty if the case was kept
 */
record Outcome(String caseName, String run, Verdict verdict, String note) {
  enum Verdict {
    /** The case passed. */
    KEPT,
    /** The subject declares that it does something else. */
    DEVIATES,
    /** The test failed: it is a deviation that is not declared, or a declared one that holds. */
    BROKEN
  }
}
