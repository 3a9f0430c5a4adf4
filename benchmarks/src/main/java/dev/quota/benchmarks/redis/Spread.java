package dev.quota.benchmarks.redis;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The median of the rounds, with the least and the most. */
record Spread(double least, double median, double most) {

  static <T> Spread of(List<T> rounds, ToDoubleFunction<T> figure) {
    return of(rounds.stream().mapToDouble(figure).sorted().toArray());
  }

  /** Divides round by round, because both results of a round saw the machine at the same speed. */
  static <T> Spread ofRatios(List<T> rounds, List<T> baseline, ToDoubleFunction<T> figure) {
    return of(
        IntStream.range(0, rounds.size())
            .mapToDouble(
                i -> figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(baseline.get(i)))
            .sorted()
            .toArray());
  }

  private static Spread of(double[] sorted) {
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }

  /** Returns the median, and in brackets the least and the most. */
  String withRange() {
    return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, least, most);
  }

  String number(int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", median);
  }
}
