package dev.quota.spi;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import java.math.BigInteger;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NearestExactCapacityTest {

  private static final Duration YEAR = Duration.ofDays(366);

  @Test
  @Timeout(60)
  void isFoundAtOnceHoweverFarItIs() {
    assertThatThrownBy(() -> limit(9_000_000_000_000_001L, YEAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "capacity must be countable exactly over 31622400000 ms, was 9000000000000001; the"
                + " nearest that is: 8999988019200000");
    assertThatCode(() -> limit(8_999_988_019_200_000L, YEAR)).doesNotThrowAnyException();
  }

  @Test
  @Timeout(60)
  void staysBelowOneUnitPerNanosecond() {
    assertThatThrownBy(() -> limit(Capacity.MAX_UNITS, Duration.ofSeconds(1)))
        .hasMessageEndingWith("the nearest that is: 1000000000");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isTheOneThatALinearSearchFinds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      // Large periods of many divisors: the nearest is a few steps away, and a walk finds it.
      long period = random.nextLong(1, 367) * 86_400_000L;
      long capacity = random.nextLong(1, Capacity.MAX_UNITS / period * 100_000);
      if (isExact(capacity, period)) {
        assertThatCode(() -> limit(capacity, Duration.ofMillis(period))).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> limit(capacity, Duration.ofMillis(period)))
            .as("seed %d, %d over %d ms", seed, capacity, period)
            .hasMessageEndingWith("the nearest that is: " + walk(capacity, period));
      }
    }
  }

  private static long walk(long capacity, long period) {
    for (long distance = 1; ; distance++) {
      if (distance < capacity && isExact(capacity - distance, period)) {
        return capacity - distance;
      }
      if (isExact(capacity + distance, period)) {
        return capacity + distance;
      }
    }
  }

  private static boolean isExact(long capacity, long period) {
    BigInteger units = BigInteger.valueOf(capacity);
    BigInteger millis = BigInteger.valueOf(period);
    return units.multiply(millis).divide(units.gcd(millis)).bitLength() <= 53
        && capacity <= period * 1_000_000;
  }

  private static LimitSpec limit(long capacity, Duration period) {
    return new LimitSpec("monthly", new Window.Rolling(period), Capacity.of(capacity));
  }
}
