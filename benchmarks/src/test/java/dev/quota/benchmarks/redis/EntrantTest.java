package dev.quota.benchmarks.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everybody works on a real Redis, so that no table is first found broken on the quiet machine. */
final class EntrantTest {

  private static RedisProcess redis;
  private static Clients clients;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisProcess.start();
    clients = new Clients(redis.port(), 2);
  }

  @AfterAll
  static void stop() {
    clients.close();
    redis.close();
  }

  static Iterable<Entrant> all() {
    return Entrant.ALL;
  }

  @ParameterizedTest
  @MethodSource("all")
  void grantsAlwaysOnTwoNodes(Entrant entrant) {
    try (Participant seat = Participant.take(entrant, clients.nodes(2, 3), 4)) {
      Span span = seat.load(Duration.ofMillis(50));

      assertThat(span.decided()).isPositive();
      assertThat(span.refused()).isZero();
      assertThat(span.firstFailure()).isEmpty();
      assertThat(span.micros(0.5)).isBetween(1.0, span.micros(1));
    }
  }

  @Test
  void countsOneScriptPerDecision() throws IOException {
    Options options = Options.parse(new String[] {"--millis", "50"}, "server", 1);
    try (Participant seat = Participant.take(Entrant.FLOOR, clients.nodes(1, 1), 1);
        RedisConsole console = redis.console()) {
      assertThat(ServerCost.measure(seat, options, console).scriptsPerDecision()).isEqualTo(1);
    }
  }

  @Test
  void refusesAnArgumentItDoesNotKnow() {
    assertThatThrownBy(() -> Options.parse(new String[] {"--round", "3"}, "load", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("arguments must be pairs of a name of")
        .hasMessageEndingWith("was --round");
  }
}
