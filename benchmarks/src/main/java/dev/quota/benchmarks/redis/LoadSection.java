package dev.quota.benchmarks.redis;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Throughput and latency of all contenders on one node, as ratios to the baseline. */
final class LoadSection {

  private record Case(String title, boolean oneHotKey, int callers) {}

  private static final List<Case> CASES =
      List.of(
          new Case("%,d users, 64 callers (aim: at least 0.80 of the floor)", false, 64),
          new Case("%,d users, 1 caller (aim: p99 at most 1.15 of the floor's)", false, 1),
          new Case("one hot key, 8 callers (aim: at least 1.1 of the floor)", true, 8),
          new Case("one hot key, 64 callers (aim: at least 3.5 of the floor)", true, 64));

  private final Options options;
  private final Clients clients;
  private final PrintStream out;

  LoadSection(Options options, Clients clients, PrintStream out) {
    this.options = options;
    this.clients = clients;
    this.out = out;
  }

  void run() {
    CASES.forEach(this::run);
  }

  private void run(Case which) {
    List<Node> nodes = clients.nodes(1, which.oneHotKey() ? 1 : options.users());
    List<Participant> seats =
        options.withFloor().stream()
            .map(entrant -> Participant.take(entrant, nodes, which.callers()))
            .toList();
    seats.forEach(seat -> warnOfFailures(seat, seat.load(options.warmUp())));
    Map<Participant, List<Span>> results =
        new Rounds(options.rounds()).run(seats, seat -> seat.load(options.measured()));
    print(String.format(Locale.ROOT, which.title(), options.users()), results);
    seats.forEach(Participant::close);
  }

  private void print(String title, Map<Participant, List<Span>> results) {
    Table table =
        new Table(
            out,
            title,
            "contender",
            "decisions/s",
            "of the floor",
            "p50 µs",
            "p99 µs",
            "p99 of the floor's",
            "max µs",
            "refused, failed");
    List<Span> floor = results.values().iterator().next();
    results.forEach(
        (seat, spans) -> {
          table.row(
              seat.entrant().name(),
              Spread.of(spans, Span::perSecond).number(0),
              Spread.ofRatios(spans, floor, Span::perSecond).withRange(),
              Spread.of(spans, span -> span.micros(0.5)).number(0),
              Spread.of(spans, span -> span.micros(0.99)).number(0),
              Spread.ofRatios(spans, floor, span -> span.micros(0.99)).withRange(),
              String.format(Locale.ROOT, "%,.0f", Spread.of(spans, span -> span.micros(1)).most()),
              spans.stream().mapToLong(Span::refused).sum()
                  + ", "
                  + spans.stream().mapToLong(Span::failed).sum());
          spans.forEach(span -> warnOfFailures(seat, span));
        });
  }

  /** A result with failures is not valid, so the table shows the failures. */
  static void warnOfFailures(Participant seat, Span span) {
    Optional<RuntimeException> failure = span.firstFailure();
    failure.ifPresent(
        e ->
            System.err.println(
                seat.entrant().name() + ": " + span.failed() + " calls failed, first with " + e));
  }
}
