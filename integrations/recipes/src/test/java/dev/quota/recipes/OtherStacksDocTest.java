package dev.quota.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.build.JavaExample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page compiles. */
class OtherStacksDocTest {

  private static final DocPage PAGE = DocPage.read("docs/other-stacks.md");

  private static final String BEFORE =
      """
      package dev.quota.recipes;
      import dev.quota.*;
      import dev.quota.http.*;
      import io.javalin.Javalin;
      import io.javalin.http.Context;
      import java.util.List;
      abstract class Example {
        abstract String userOf(Context ctx);
        abstract String answer(String question);
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    List<String> blocks = PAGE.blocks("java");
    assertThat(blocks).hasSize(2);
    assertThat(errors(String.join("", blocks))).isEmpty();
    assertThat(errors("Quotas nothing = Quota.nothing();")).contains("nothing");
  }

  private String errors(String members) {
    return JavaExample.errors(BEFORE + members + "}", classes);
  }
}
