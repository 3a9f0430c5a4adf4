package dev.quota.benchmarks.redis;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The server's cost of a decision. It limits the throughput of all nodes together. */
final class ServerSection {

  private static final int CALLERS = 8;

  private final Options options;
  private final Clients clients;
  private final PrintStream out;

  ServerSection(Options options, Clients clients, PrintStream out) {
    this.options = options;
    this.clients = clients;
    this.out = out;
  }

  void run(RedisProcess redis) throws IOException {
    List<Node> nodes = clients.nodes(1, options.users());
    List<Participant> seats =
        options.withFloor().stream()
            .map(entrant -> Participant.take(entrant, nodes, CALLERS))
            .toList();
    seats.forEach(seat -> LoadSection.warnOfFailures(seat, seat.load(options.warmUp())));
    try (RedisConsole console = redis.console()) {
      print(
          new Rounds(options.rounds())
              .run(seats, seat -> ServerCost.measure(seat, options, console)));
    }
    seats.forEach(Participant::close);
  }

  private void print(Map<Participant, List<ServerCost>> results) {
    Table table =
        new Table(
            out,
            "server time (aim: a script at most 1.6 of bare's and 0.75 of rratelimiter's)",
            "contender",
            "µs per script",
            "of bare's",
            "of rratelimiter's",
            "scripts per decision",
            "processor µs per decision");
    results.forEach(
        (seat, costs) ->
            table.row(
                seat.entrant().name(),
                Spread.of(costs, ServerCost::scriptMicros).number(1),
                ratio(results, costs, "bare"),
                ratio(results, costs, "rratelimiter"),
                Spread.of(costs, ServerCost::scriptsPerDecision).number(2),
                Spread.of(costs, ServerCost::processorMicros).number(1)));
  }

  private static String ratio(
      Map<Participant, List<ServerCost>> results, List<ServerCost> costs, String baseline) {
    return results.entrySet().stream()
        .filter(entry -> entry.getKey().entrant().name().equals(baseline))
        .map(
            entry -> Spread.ofRatios(costs, entry.getValue(), ServerCost::scriptMicros).withRange())
        .findFirst()
        .orElse("");
  }
}
