package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallerSampleTest {

  private final CallerSample callers = new CallerSample();

  @Test
  void findsTheFirstPlacesAndThenSomeOfThem() {
    assertThat(found(1_000)).isEqualTo(1_000);
    assertThat(found(16_000)).isBetween(500L, 2_000L);
  }

  @Test
  void saysWhyAPlaceIsMissing() {
    assertThat(CallerSample.NOT_FOUND)
        .hasToString(
            "a place that was not recorded, because it is for only one of 16 after the first 1000");
  }

  private long found(int calls) {
    return IntStream.range(0, calls)
        .mapToObj(call -> callers.here())
        .filter(caller -> !caller.equals(CallerSample.NOT_FOUND))
        .count();
  }
}
