package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/pages.md names what there is. */
class PagesDocTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "pages.md");
  private static final Path STYLE =
      Path.of("../quota-http/src/main/resources/dev/quota/http/internal/page/block-page.css");

  private static Set<String> all(String pattern, Path file) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(Files.readString(file));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void listsEveryVariableOfTheStyle() throws IOException {
    Set<String> set = all("(--quota-[a-z-]+):", STYLE);
    assertThat(all("^\\| `(--quota-[a-z-]+)`", DOCUMENT)).hasSize(10).isEqualTo(set);
    assertThat(all("var\\((--quota-[a-z-]+)\\)", STYLE)).as("used").isEqualTo(set);
  }
}
