package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a good file, it is read whole or refused with places inside it. */
final class PolicyFileFuzzTest {

  private static final int CASES = 300;

  /** What YAML and the grammar make something of. */
  private static final String CHARACTERS =
      "{}[]:,-?&*!|>'\"%@`#<~\\\t\n\r _.+/=09azAZ\u0000\u0007\u0085\u00a0\u00e9\u2028\u202e\ufeff"
          + "\ud83d\ude00\ud800";

  private static final String COMPLETE =
      PolicyFileTest.COMPLETE
          + """
        agents:
          scope: org
          limits:
            run: 20_000 per conversation
            steps: 12 calls per conversation
            running: {limit: 3 at once, scope: team, lease: 30 seconds}
            daily: 5000 per calendar day
          grace: 5%
          overuse: forgive
          reservation: {at-least: 50, at-most: 10%}
          when-exhausted: degrade
          degrade-to: search
      """;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @Timeout(60)
  void changedCharactersAndLinesAreReadOrRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      String yaml = COMPLETE;
      for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
        yaml = random.nextInt(4) == 0 ? changeLine(random, yaml) : changeCharacter(random, yaml);
      }
      refused += check(yaml, "seed " + seed + ", case " + i) ? 1 : 0;
    }
    assertThat(refused).as("seed %d", seed).isBetween(CASES / 2, CASES - 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  @Timeout(60)
  void changedBytesAreReadOrRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < CASES; i++) {
      byte[] bytes = COMPLETE.getBytes(StandardCharsets.UTF_8);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      String as = "seed " + seed + ", case " + i;
      refusal(() -> PolicyFile.read("p", new java.io.ByteArrayInputStream(bytes)))
          .ifPresent(e -> assertThat(e.mistakes()).as(as).isNotEmpty());
    }
  }

  @Test
  @Timeout(60)
  void everyBeginningOfAFileIsReadOrRefused() {
    String yaml = COMPLETE;
    for (int end = 0; end < yaml.length(); end++) {
      check(yaml.substring(0, end), "the first " + end + " characters");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "- ", "? ", "a: ", "!a ", "&a ", "*a ", "'", "{a: ", "- - \n "})
  @Timeout(60)
  void repeatedToTheLargestSizeIsRefusedSoon(String part) {
    check("version: 1\nplans: " + part.repeat(1_000_000 / part.length()), part);
    check(part.repeat(1_000_000 / part.length()), part);
  }

  /** Returns whether the text was refused. */
  private static boolean check(String yaml, String as) {
    Optional<PolicyException> refusal = refusal(() -> Read.policies(yaml));
    List<Integer> columns = columnsByLine(yaml);
    for (Mistake mistake : refusal.map(PolicyException::mistakes).orElse(List.of())) {
      assertThat(mistake.line()).as("%s: %s", as, mistake).isBetween(1, columns.size());
      assertThat(mistake.column())
          .as("%s: %s", as, mistake)
          .isBetween(1, columns.get(mistake.line() - 1) + 1);
      assertThat(mistake.toString().lines()).as(as).hasSize(1);
    }
    refusal.ifPresent(e -> assertThat(e.getMessage().lines()).hasSameSizeAs(e.mistakes()));
    return refusal.isPresent();
  }

  private static Optional<PolicyException> refusal(java.util.function.Supplier<Policies> read) {
    try {
      assertThat(read.get().toBuilder().build()).isNotNull();
      return Optional.empty();
    } catch (PolicyException e) {
      assertThat(e.mistakes()).isNotEmpty();
      return Optional.of(e);
    }
  }

  /** Returns the lengths of the lines; YAML 1.1 knows more line ends than most editors. */
  private static List<Integer> columnsByLine(String yaml) {
    List<Integer> columns = new ArrayList<>();
    for (String line : yaml.split("\r\n|[\r\n\u0085\u2028\u2029]", -1)) {
      columns.add(line.codePointCount(0, line.length()));
    }
    return columns;
  }

  private static String changeCharacter(SplittableRandom random, String yaml) {
    int at = random.nextInt(yaml.length());
    char other = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    return switch (random.nextInt(3)) {
      case 0 -> yaml.substring(0, at) + other + yaml.substring(at);
      case 1 -> yaml.substring(0, at) + yaml.substring(at + 1);
      default -> yaml.substring(0, at) + other + yaml.substring(at + 1);
    };
  }

  private static String changeLine(SplittableRandom random, String yaml) {
    List<String> lines = new ArrayList<>(List.of(yaml.split("\n", -1)));
    int at = random.nextInt(lines.size());
    switch (random.nextInt(4)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
      case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
      default -> lines.set(at, " ".repeat(random.nextInt(4)) + lines.get(at).strip());
    }
    return String.join("\n", lines);
  }
}
