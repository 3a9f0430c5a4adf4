package dev.quota.http.internal.field;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.greenbytes.http.sfv.OuterList;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.junit.jupiter.api.Test;

class StructuredFieldsTest {

  @Test
  void clampsIntegersToFifteenDigits() {
    String field =
        new StructuredFields(8)
            .string("a")
            .parameter("q", Long.MAX_VALUE)
            .parameter("r", Long.MIN_VALUE)
            .toString();
    assertThat(field).isEqualTo("\"a\";q=999999999999999;r=-999999999999999");
    assertThat(Parser.parseList(field).get()).hasSize(1);
  }

  @Test
  void anyTextSurvivesAnIndependentParser() {
    long seed = 42;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
      }
      String field =
          new StructuredFields(8).string("x").parameter("unit", text.toString()).toString();
      assertThat(field).as("seed %d, step %d", seed, i).matches("[\\x20-\\x7e]*");
      OuterList parsed = Parser.parseList(field);
      StringItem unit = (StringItem) parsed.get().get(0).getParams().get("unit");
      StringBuilder expected = new StringBuilder();
      text.chars().forEach(c -> expected.append(c >= 0x20 && c <= 0x7e ? (char) c : '?'));
      assertThat(unit.get()).isEqualTo(expected.toString());
    }
  }
}
