package dev.quota.http.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments are printed as the JDK prints them. */
final class InstantTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T08:00:00Z",
        "2026-11-23T08:00:00.001Z",
        "2026-11-23T08:00:00.120Z",
        "2026-11-23T23:59:59.999Z",
        "2024-02-29T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "2026-11-23T08:00:00.000001Z",
        "2026-11-23T08:00:00.000000001Z",
        "-0001-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z"
      })
  void aMomentIsPrintedAsTheJdkPrintsIt(String text) {
    assertThat(InstantText.of(Instant.parse(text))).isEqualTo(text);
  }

  @Test
  void theFirstAndTheLastMomentArePrinted() {
    assertThat(InstantText.of(Instant.MIN)).isEqualTo(Instant.MIN.toString());
    assertThat(InstantText.of(Instant.MAX)).isEqualTo(Instant.MAX.toString());
  }

  @Test
  void randomMomentsArePrintedAsTheJdkPrintsThem() {
    Random random = new Random(20261129);
    for (int i = 0; i < 100_000; i++) {
      Instant at = Instant.ofEpochMilli(random.nextLong() >> (16 + random.nextInt(40)));

      assertThat(InstantText.of(at)).isEqualTo(at.toString());
    }
  }
}
