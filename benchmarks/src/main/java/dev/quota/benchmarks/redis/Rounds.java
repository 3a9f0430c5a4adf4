package dev.quota.benchmarks.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures all participants in short turns, round after round, so that a change in the machine's
 * speed affects all of them.
 */
final class Rounds {

  private final int rounds;

  Rounds(int rounds) {
    this.rounds = rounds;
  }

  /** Measures every participant once per round. Each list has one result per round. */
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
      // With rotation only, each participant would always run after the same one and its garbage.
      Collections.reverse(order);
    }
    return order;
  }
}
