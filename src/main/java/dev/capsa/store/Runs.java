package dev.capsa.store;

import java.util.Arrays;

/** A compact list of runs: segment, first unit, count. */
final class Runs {
  private int[] triples = new int[24];
  private int size;

  interface Action {
    void apply(int segment, int from, int count);
  }

  void add(int segment, int from, int count) {
    if (size > 0 && triples[size - 3] == segment && triples[size - 2] + triples[size - 1] == from) {
      triples[size - 1] += count;
      return;
    }
    if (size == triples.length) {
      triples = Arrays.copyOf(triples, size * 2);
    }
    triples[size] = segment;
    triples[size + 1] = from;
    triples[size + 2] = count;
    size += 3;
  }

  /** Takes back what was added: a run that lies within one of them. */
  void remove(int segment, int from, int count) {
    for (int i = 0; i < size; i += 3) {
      int start = triples[i + 1];
      int end = start + triples[i + 2];
      if (triples[i] == segment && start <= from && from + count <= end) {
        triples[i + 2] = from - start;
        if (from + count < end) {
          add(segment, from + count, end - from - count);
        }
        return;
      }
    }
    throw new IllegalArgumentException("no run has " + from + "+" + count + " of " + segment);
  }

  boolean isEmpty() {
    return size == 0;
  }

  void forEach(Action action) {
    for (int i = 0; i < size; i += 3) {
      if (triples[i + 2] > 0) {
        action.apply(triples[i], triples[i + 1], triples[i + 2]);
      }
    }
  }
}
