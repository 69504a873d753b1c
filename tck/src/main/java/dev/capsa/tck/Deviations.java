package dev.capsa.tck;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list of what a provider does otherwise, sorted by the reasons. A case is named by contract and
 * test, {@code OpenContract.null_is_refused}; one run of a case with parameters also by their
 * values, {@code PathContract.normalize_takes_dots_out(/.., /)}.
 */
public final class Deviations {
  private final Map<String, String> reasons = new LinkedHashMap<>();

  /** Adds the cases that are not kept for a reason. */
  public Deviations because(String reason, String... cases) {
    for (String each : cases) {
      if (reasons.putIfAbsent(each, reason) != null) {
        throw new IllegalArgumentException(each + " is in the list already");
      }
    }
    return this;
  }

  /** Reasons by case. */
  public Map<String, String> asMap() {
    return Map.copyOf(reasons);
  }
}
