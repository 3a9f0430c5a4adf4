package dev.quota.models.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.models.UsageAnswers;
import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
final class ChangedAnswersTest {

  private static final UsageReport ESTIMATE =
      UsageReport.builder().inputTokens(70).cachedInputTokens(7).outputTokens(90).build();

  /** Whatever becomes of an answer on its way, its report can be charged. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  @Timeout(120)
  void changedAnswersCostWhatCanBe(long seed) throws IOException {
    List<String> said = new ArrayList<>();
    FaultLog log = new FaultLog(said::add);
    SplittableRandom random = new SplittableRandom(seed);
    List<UsageAnswers.Sample> samples = UsageAnswers.all();
    for (int i = 0; i < 3_000; i++) {
      String text = changed(samples.get(random.nextInt(samples.size())).text(), random);
      CallUsage whole = new CallUsage(log);
      whole.read(text);
      CallUsage events = new CallUsage(log);
      text.lines().forEach(events::read);
      CallUsage bytes = new CallUsage(log);
      bytes.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));

      assertPossible(whole.reportOr(ESTIMATE), "seed " + seed + ", case " + i + ": " + text);
      assertPossible(events.reportOr(ESTIMATE), "events of seed " + seed + ", case " + i);
      assertPossible(bytes.reportOr(ESTIMATE), "bytes of seed " + seed + ", case " + i);
    }
    assertThat(said).as("every kind of fault but one nobody foresaw").hasSizeBetween(3, 4);
    assertThat(said).noneSatisfy(it -> assertThat(it).contains("nobody foresaw"));
  }

  private static void assertPossible(UsageReport used, String what) {
    assertThat(UsageReport.NAMES)
        .as(what)
        .allSatisfy(it -> assertThat(used.amount(it)).isBetween(0L, (1L << 53) - 1));
    assertThat(used.reasoningTokens()).as(what).isLessThanOrEqualTo(used.outputTokens());
    assertThat(used.cacheWrite1hInputTokens())
        .as(what)
        .isLessThanOrEqualTo(used.cacheWriteInputTokens());
  }

  /** Changes numbers to ones that cannot be, names, braces and lines. */
  private static String changed(String text, SplittableRandom random) {
    StringBuilder changed = new StringBuilder(text);
    for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
      int at = random.nextInt(changed.length());
      switch (random.nextInt(4)) {
        case 0 ->
            changed.replace(
                at, at + 1, String.valueOf("{}[]:,\"-0.9e\n\u0000".charAt(random.nextInt(13))));
        case 1 -> number(changed, at, random);
        case 2 -> changed.insert(at, changed.substring(at, Math.min(changed.length(), at + 40)));
        default -> changed.delete(at, Math.min(changed.length(), at + random.nextInt(30)));
      }
      if (changed.isEmpty()) {
        changed.append('x');
      }
    }
    return changed.toString();
  }

  private static void number(StringBuilder text, int from, SplittableRandom random) {
    List<String> numbers =
        List.of(
            "-35",
            "0",
            "1.5",
            "9007199254740991",
            "9007199254740992",
            "1e400",
            "\"12\"",
            "\"x\"",
            "null",
            "true",
            "{}",
            "[]",
            "-0",
            "7.0");
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == ':' && i + 1 < text.length() && Character.isDigit(text.charAt(i + 1))) {
        int end = i + 1;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
          end++;
        }
        text.replace(i + 1, end, numbers.get(random.nextInt(numbers.size())));
        return;
      }
    }
  }
}
