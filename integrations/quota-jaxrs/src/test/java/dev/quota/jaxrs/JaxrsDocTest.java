package dev.quota.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.build.JavaExample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page true: its examples compile. */
@Tag("once")
class JaxrsDocTest {

  private static final DocPage PAGE = DocPage.read("docs/jaxrs.md");

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.http.*;
      import dev.quota.http.answer.*;
      import dev.quota.http.request.*;
      import dev.quota.jaxrs.*;
      import dev.quota.policy.*;
      import jakarta.ws.rs.*;
      import jakarta.ws.rs.core.*;
      import jakarta.ws.rs.sse.*;
      import java.io.IOException;
      import java.nio.file.Path;
      import java.util.*;
      """;

  /** What the examples expect of an application. */
  private static final String APPLICATION =
      """
        static Quotas quotas;
        static String answer(String question) { return question; }
        static long tokensUsed() { return 1; }
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    List<String> blocks = PAGE.blocks("java");
    assertThat(blocks).hasSize(4);
    String nested = String.join("", blocks).replaceAll("(?m)^public class ", "static class ");
    assertThat(errors("class Example {\n" + APPLICATION + nested + "}")).isEmpty();
    assertThat(errors("class Example { Quotas nothing = Quota.nothing(); }")).contains("nothing");
  }

  private String errors(String source) {
    return JavaExample.errors(IMPORTS + source, classes);
  }
}
