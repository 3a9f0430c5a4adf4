package dev.quota.tool.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FastInstantTest {

  @Test
  void readsTheSameAsJavaTime() {
    SplittableRandom random = new SplittableRandom(20);
    for (int i = 0; i < 200_000; i++) {
      long millis = random.nextLong(Instant.parse("2199-12-31T00:00:00Z").toEpochMilli());
      OffsetDateTime time =
          Instant.ofEpochMilli(random.nextBoolean() ? millis : millis / 1_000 * 1_000)
              .atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-17 * 60, 17 * 60) * 60));
      String text = random.nextBoolean() ? time.toString() : time.toInstant().toString();
      long read = FastInstant.parse(text);
      // OffsetDateTime leaves out seconds that are zero.
      if (text.length() < 20 || text.charAt(16) != ':') {
        continue;
      }
      assertThat(read).as(text).isEqualTo(time.toInstant().toEpochMilli());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-06-30T23:59:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+19:00",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00.1234567890Z",
        "1969-12-31T23:59:59Z"
      })
  void leavesTheRestToJavaTime(String text) {
    assertThat(FastInstant.parse(text)).isEqualTo(FastInstant.UNKNOWN);
  }
}
