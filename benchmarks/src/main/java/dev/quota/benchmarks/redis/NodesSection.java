package dev.quota.benchmarks.redis;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Total throughput of 2 and of 8 nodes. Every node decides about all users. Each node has its own
 * Redisson client and contender, but all are in one JVM. Eight JVMs on two cores would mostly
 * measure their compilers.
 */
final class NodesSection {

  private static final int FEW = 2;
  private static final int MANY = 8;
  private static final int CALLERS = 64;

  private final Options options;
  private final Clients clients;
  private final PrintStream out;

  NodesSection(Options options, Clients clients, PrintStream out) {
    this.options = options;
    this.clients = clients;
    this.out = out;
  }

  void run() {
    List<Participant> seats = new ArrayList<>();
    for (Entrant entrant : options.withFloor()) {
      for (int nodes : new int[] {FEW, MANY}) {
        seats.add(Participant.take(entrant, clients.nodes(nodes, options.users()), CALLERS));
      }
    }
    seats.forEach(seat -> LoadSection.warnOfFailures(seat, seat.load(options.warmUp())));
    print(new Rounds(options.rounds()).run(seats, seat -> seat.load(options.measured())));
    seats.forEach(Participant::close);
  }

  private void print(Map<Participant, List<Span>> results) {
    Table table =
        new Table(
            out,
            FEW + " and " + MANY + " nodes, any node about any user (aim: no slower with more)",
            "contender",
            FEW + " nodes, decisions/s",
            MANY + " nodes, decisions/s",
            MANY + " of " + FEW,
            "of the floor with " + MANY,
            "refused, failed");
    List<List<Span>> spans = List.copyOf(results.values());
    List<Participant> seats = List.copyOf(results.keySet());
    for (int i = 0; i < seats.size(); i += 2) {
      List<Span> few = spans.get(i);
      List<Span> many = spans.get(i + 1);
      table.row(
          seats.get(i).entrant().name(),
          Spread.of(few, Span::perSecond).number(0),
          Spread.of(many, Span::perSecond).number(0),
          Spread.ofRatios(many, few, Span::perSecond).withRange(),
          Spread.ofRatios(many, spans.get(1), Span::perSecond).withRange(),
          sum(few, many));
    }
    results.forEach((seat, all) -> all.forEach(span -> LoadSection.warnOfFailures(seat, span)));
  }

  private static String sum(List<Span> few, List<Span> many) {
    long refused = 0;
    long failed = 0;
    for (List<Span> spans : List.of(few, many)) {
      refused += spans.stream().mapToLong(Span::refused).sum();
      failed += spans.stream().mapToLong(Span::failed).sum();
    }
    return refused + ", " + failed;
  }
}
