package dev.quota.benchmarks.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures all seats in short turns, round after round, so that a machine whose speed changes
 * changes for all of them.
 */
final class Rounds {

  private final int rounds;

  Rounds(int rounds) {
    this.rounds = rounds;
  }

  /** Measures every seat once per round; the lists have one result per round, in its order. */
  <T> Map<Participant, List<T>> run(List<Participant> seats, Function<Participant, T> measurement) {
    Map<Participant, List<T>> results = new LinkedHashMap<>();
    seats.forEach(seat -> results.put(seat, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (Participant seat : order(seats, round)) {
        results.computeIfAbsent(seat, any -> new ArrayList<>()).add(measurement.apply(seat));
      }
    }
    return results;
  }

  private static List<Participant> order(List<Participant> seats, int round) {
    List<Participant> order = new ArrayList<>(seats);
    Collections.rotate(order, -round);
    if (round % 2 == 1) {
      // Rotation alone would leave everybody behind the same neighbour and its garbage.
      Collections.reverse(order);
    }
    return order;
  }
}
