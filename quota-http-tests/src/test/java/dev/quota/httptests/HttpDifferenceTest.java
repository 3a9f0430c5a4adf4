package dev.quota.httptests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Clients read of every difference. */
class HttpDifferenceTest {

  @Test
  void thePageListsThemAll() throws IOException {
    String page = Files.readString(Path.of("").toAbsolutePath().resolve("../docs/http.md"));
    assertThat(Pattern.compile("<!-- ([A-Z_]+) -->").matcher(page).results().map(it -> it.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(HttpDifference.values()).map(Enum::name).toList());
  }

  @Test
  void anAnswerThatIsNotMeantIsComparedAsItIs() {
    String recorded = "> GET /chat\n< 200\n< ratelimit: \"chat.daily\";r=49\n\ndone\n";
    for (HttpDifference difference : HttpDifference.values()) {
      assertThat(difference.applyTo(recorded, "> GET /chat\n< 400\n")).isEqualTo(recorded);
    }
  }

  @Test
  void optionsOfTheStackHaveNoHeaderOfOurs() {
    String recorded = "> OPTIONS /chat\n< 200\n< allow: GET\n";
    String charged = "> OPTIONS /chat\n< 200\n< quota-level: chat=ok\n";
    assertThat(HttpDifference.OPTIONS_OF_THE_STACK.applyTo(recorded, charged)).isEqualTo(recorded);
    assertThat(HttpDifference.OPTIONS_OF_THE_STACK.applyTo(recorded, "> OPTIONS /chat\n< 405\n"))
        .isEqualTo("> OPTIONS /chat\n< 405\n");
  }
}
