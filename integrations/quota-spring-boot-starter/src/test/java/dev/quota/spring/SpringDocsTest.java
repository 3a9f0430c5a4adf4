package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.build.JavaExample;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the pages true: their examples for Spring compile, and each property is listed. */
@Tag("once")
class SpringDocsTest {

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.spring.*;
      import java.lang.annotation.*;
      import java.util.*;
      import org.springframework.context.annotation.*;
      import org.springframework.core.annotation.*;
      import org.springframework.security.core.*;
      import org.springframework.stereotype.*;
      import org.springframework.web.bind.annotation.*;
      """;

  private static final String SERVLETS = "import dev.quota.servlet.*;\n";

  private static final String WEB_FLUX =
      """
      import dev.quota.spring.webflux.*;
      import org.springframework.http.codec.*;
      import reactor.core.publisher.*;
      """;

  /** What the examples expect of an application. */
  private static final String APPLICATION =
      """
        static String answer(String question) { return question; }
        static String planOf(Authentication authentication) { return authentication.getName(); }
        static boolean stored() { return true; }
        static String picture() { return ""; }
      """;

  private static final String WORDS =
      "static Flux<String> words() { return Flux.just(\"once\"); }\n";

  @TempDir private Path classes;

  @Test
  void theirJavaCompiles() {
    List<String> blocks =
        Stream.concat(
                blocks("README.md").filter(block -> block.contains("@PostMapping")),
                blocks("docs/spring.md"))
            .toList();
    assertThat(blocks).hasSize(7);
    for (String block : blocks) {
      String nested = block.replaceAll("(?m)^class ", "static class ");
      String words = nested.contains("words()") ? WORDS : "";
      assertThat(errors("class Example {\n" + APPLICATION + words + nested + "}")).isEmpty();
    }
    assertThat(errors("class Example { Quotas nothing = Quota.nothing(); }")).contains("nothing");
  }

  @Test
  void theTestOfAnApplicationCompiles() {
    String block =
        blocks("docs/testing.md")
            .filter(it -> it.contains("@AutoConfigureQuota"))
            .findFirst()
            .orElseThrow();
    String source =
        """
        import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
        import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;
        import static dev.quota.spring.test.QuotaAnswers.quotaAnswer;
        import dev.quota.spring.test.*;
        import dev.quota.test.*;
        import org.junit.jupiter.api.*;
        import org.springframework.beans.factory.annotation.*;
        import org.springframework.test.web.servlet.*;
        @interface SpringBootTest {}
        @interface AutoConfigureMockMvc {}
        @interface WithMockUser { String value(); }
        """;
    assertThat(errors(source + block)).isEmpty();
  }

  @Test
  void eachPropertyIsListedAndHasMetadata() throws Exception {
    String page = DocPage.read("docs/spring.md").text();
    String metadata;
    try (var file =
        QuotaProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      metadata = new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    List<String> names =
        Pattern.compile("`(quota\\.[a-z0-9.-]+)` \\|")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList();
    assertThat(names).hasSize(55);
    assertThat(names).allSatisfy(name -> assertThat(metadata).contains("\"" + name + "\""));
  }

  private static Stream<String> blocks(String page) {
    return DocPage.read(page).blocks("java").stream();
  }

  private String errors(String source) {
    return JavaExample.errors(
        IMPORTS + (source.contains("Flux<") ? WEB_FLUX : SERVLETS) + source, classes);
  }
}
