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

  private static final String IMPORTS =
      """
      package dev.quota.recipes;
      import dev.quota.*;
      import dev.quota.http.*;
      import java.util.List;
      """;

  private static final String JAVALIN =
      IMPORTS
          + """
          import io.javalin.Javalin;
          import io.javalin.http.Context;
          abstract class Example {
            abstract String userOf(Context ctx);
            abstract String answer(String question);
          """;

  private static final String VERTX =
      IMPORTS
          + """
          import io.vertx.core.Future;
          import io.vertx.core.Vertx;
          import io.vertx.core.http.HttpServer;
          import io.vertx.ext.web.Router;
          import io.vertx.ext.web.RoutingContext;
          import io.vertx.ext.web.handler.BodyHandler;
          abstract class Example {
            abstract String userOf(RoutingContext ctx);
            abstract Future<String> answer(String question);
          """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    List<String> blocks = PAGE.blocks("java");
    assertThat(blocks).hasSize(4);
    assertThat(errors(JAVALIN, blocks.subList(0, 2))).isEmpty();
    assertThat(errors(VERTX, blocks.subList(2, 4))).isEmpty();
    assertThat(errors(JAVALIN, List.of("Quotas nothing = Quota.nothing();"))).contains("nothing");
  }

  private String errors(String before, List<String> members) {
    return JavaExample.errors(before + String.join("", members) + "}", classes);
  }
}
