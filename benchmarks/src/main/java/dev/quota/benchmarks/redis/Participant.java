package dev.quota.benchmarks.redis;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A contender on its nodes, with its callers. */
record Participant(Entrant entrant, List<Contender> nodes, int users, int callers)
    implements AutoCloseable {

  /** A time that is not measured. Threads start, and calls of the participant before end. */
  private static final Duration PREFACE = Duration.ofMillis(100);

  static Participant take(Entrant entrant, List<Node> nodes, int callers) {
    List<Contender> contenders = nodes.stream().map(entrant.maker()).toList();
    contenders.get(0).prepare();
    return new Participant(entrant, contenders, nodes.get(0).ids().size(), callers);
  }

  /** Lets all callers decide for that time. */
  Span load(Duration measured) {
    long from = System.nanoTime() + PREFACE.toNanos();
    long till = from + measured.toNanos();
    return new Span(
        measured,
        Crowd.together(
            IntStream.range(0, callers)
                .mapToObj(
                    caller ->
                        new Caller(nodes.get(caller % nodes.size()), users, caller, from, till))
                .toList()));
  }

  @Override
  public void close() {
    nodes.forEach(Contender::close);
  }
}
