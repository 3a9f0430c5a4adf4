package dev.quota.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DividedLimitTest {

  private static final Window DAY =
      new Window.Calendar(CalendarUnit.DAY, ZoneId.of("UTC"), DayOfWeek.MONDAY, 1);

  private static LimitSpec rolling(long capacity, Duration period) {
    return new LimitSpec("only", new Window.Rolling(period), Capacity.of(capacity));
  }

  private static long units(LimitSpec limit) {
    return ((Capacity.Limited) limit.capacity()).units();
  }

  @ParameterizedTest
  @CsvSource({"50,1,50", "50,4,12", "50,50,1", "50,51,1", "0,4,0", "1,1000000,1"})
  void isRoundedDownAndAtLeastOne(long capacity, int parts, long share) {
    LimitSpec divided = new LimitSpec("only", DAY, Capacity.of(capacity)).dividedBy(parts);

    assertThat(divided).isEqualTo(new LimitSpec("only", DAY, Capacity.of(share)));
    assertThat(units(rolling(capacity, Duration.ofMinutes(1)).dividedBy(parts))).isEqualTo(share);
  }

  @Test
  void whatIsUnlimitedStaysSo() {
    LimitSpec unlimited = new LimitSpec("only", DAY, Capacity.unlimited());

    assertThat(unlimited.dividedBy(7)).isSameAs(unlimited);
  }

  @Test
  void partsAreAtLeastOne() {
    LimitSpec limit = new LimitSpec("only", DAY, Capacity.of(1));

    assertThatThrownBy(() -> limit.dividedBy(0)).hasMessage("parts must be at least 1, was 0");
  }

  @Test
  void aRollingShareThatIsNotExactGoesDownToTheNextThatIs() {
    // 50,000,000 over 30 days is exact, and a third of it, 16,666,666, is not.
    LimitSpec third = rolling(50_000_000, Duration.ofDays(30)).dividedBy(3);

    assertThat(units(third)).isEqualTo(16_666_665);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @Timeout(60)
  void isTheOneThatALinearSearchFinds(long seed) {
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int lowered = 0;
    for (int i = 0; i < 300; i++) {
      long period = random.nextLong(1, 367) * 86_400_000L;
      long capacity = random.nextLong(1, 1_000) * (long) Math.pow(10, random.nextInt(3, 8));
      int parts = random.nextInt(2, 40);
      if (isExact(capacity, period)) {
        long expected = Math.max(1, capacity / parts);
        while (!isExact(expected, period)) {
          expected--;
        }
        lowered += expected < capacity / parts ? 1 : 0;
        assertThat(units(rolling(capacity, Duration.ofMillis(period)).dividedBy(parts)))
            .as("seed %d, %d over %d ms by %d", seed, capacity, period, parts)
            .isEqualTo(expected);
      }
    }
    assertThat(lowered).as("shares that had to be lowered").isPositive();
  }

  private static boolean isExact(long capacity, long period) {
    BigInteger units = BigInteger.valueOf(capacity);
    BigInteger millis = BigInteger.valueOf(period);
    return units.multiply(millis.divide(units.gcd(millis))).bitLength() <= 53;
  }
}
