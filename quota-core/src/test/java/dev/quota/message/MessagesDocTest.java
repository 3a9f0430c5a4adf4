package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page about words true: its bundles are read, and its calls exist. */
class MessagesDocTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "messages.md");

  @TempDir private Path directory;

  @Test
  void bundlesAreReadAndCountedIn() throws IOException {
    List<String> files = new ArrayList<>();
    String[] parts = Files.readString(DOCUMENT).split("```", -1);
    for (int i = 1; i < parts.length; i += 2) {
      if (parts[i].startsWith("properties\n# ")) {
        String text = parts[i].substring("properties\n# ".length());
        String file = text.substring(0, text.indexOf('\n'));
        Files.writeString(directory.resolve(file), text.substring(text.indexOf('\n')));
        files.add(file);
      }
    }
    assertThat(files)
        .containsExactly(
            "quota-messages_en.properties",
            "quota-messages_de.properties",
            "quota-messages_it.properties");
    QuotaMessages messages =
        QuotaMessages.builder()
            .bundles(new URLClassLoader(new URL[] {directory.toUri().toURL()}, null))
            .addLanguage(Locale.ITALIAN)
            .defaultLocale(Locale.ITALIAN)
            .build();
    assertThat(messages.text("refusal.limit_reached", Locale.GERMAN, Map.of()))
        .isEqualTo("Für heute ist Schluss");
    assertThat(messages.text("refusal.limit_reached", Locale.ROOT, Map.of()))
        .isEqualTo("Limite raggiunto");
  }

  @Test
  void regionsWriteNumbersAsThePageSays() throws IOException {
    Numbers austria = new Numbers(Locale.forLanguageTag("de-AT"));
    Numbers swiss = new Numbers(Locale.forLanguageTag("de-CH"));
    StringBuilder out = new StringBuilder();
    austria.append(2_000_000, out);
    out.append(" and the other ");
    swiss.append(2_000_000, out);
    String text = Files.readString(DOCUMENT).replace('\n', ' ');
    assertThat(text).contains(out.toString().replace('\u00a0', ' '));
  }
}
