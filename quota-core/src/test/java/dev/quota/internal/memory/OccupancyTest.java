package dev.quota.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OccupancyTest {

  @Test
  void theEstimatesAreNotFarFromWhatIsReallyTaken() throws Exception {
    Map<String, List<String>> lines = Program.run(600, HeapPerKey.class.getName());
    assertThat(lines).hasSize(10);
    lines.forEach(
        (name, words) -> {
          double real = Double.parseDouble(words.get(1));
          double estimate = Double.parseDouble(words.get(2));
          assertThat(estimate / real).as("%s: %s", name, words).isBetween(0.95, 1.4);
        });
  }
}
