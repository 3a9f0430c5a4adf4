package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a module and requires one of ours runs, with nothing else said. */
@Tag("topology")
final class ModularProgramTest {

  private static final List<String> CORE =
      List.of(
          "quota-core",
          "com/bucket4j",
          "com/github/ben-manes/caffeine",
          "org/yaml/snakeyaml",
          "org/jspecify");
  private static final String IMPORTS =
      "import dev.quota.*;\nimport dev.quota.policy.*;\nimport java.io.*;\n";
  private static final String POLICIES =
      """
      Policies policies = PolicyFile.read("quotas.yaml", new StringReader(
          "version: 1\\nquotas:\\n  chat:\\n    unit: {name: message, label: messages}\\n"
              + "    limits: {burst: 10 per minute, daily: 2 per calendar day}\\n"));
      """;
  private static final String CHARGES =
      """
      System.out.println(quotas.charge(Subject.user("alice"), "chat", 2).isAllowed());
      System.out.println(quotas.charge(Subject.user("alice"), "chat", 1).isAllowed());
      """;

  @TempDir private Path folder;

  private ModularProgram program(List<String> requires, String... more) {
    List<String> libraries = new ArrayList<>(CORE);
    libraries.addAll(List.of(more));
    return new ModularProgram(folder, requires, libraries);
  }

  @Test
  void theCore() throws Exception {
    String main =
        POLICIES
            + "try (Quotas quotas = Quotas.builder().policies(policies).build()) {\n"
            + CHARGES
            + "}";
    assertThat(program(List.of("dev.quota.core")).run(IMPORTS, main)).isEqualTo("true\nfalse\n");
  }

  @Test
  void theStoreOfRedis() throws Exception {
    String main =
        POLICIES
            + "var store = dev.quota.redis.RedisQuotaStore.connect(arguments[0]);\n"
            + "try (Quotas quotas = Quotas.builder().policies(policies).store(store).build()) {\n"
            + CHARGES
            + "}";
    ModularProgram program =
        program(
            List.of("dev.quota.redis"),
            "quota-redis",
            "org/redisson",
            "io/netty",
            "org/slf4j",
            "com/esotericsoftware",
            "io/projectreactor",
            "io/reactivex",
            "javax/cache",
            "net/bytebuddy",
            "org/jodd",
            "org/objenesis",
            "org/reactivestreams");
    try (LocalRedis redis = new LocalRedis(folder)) {
      assertThat(program.run(IMPORTS, main, redis.address())).endsWith("true\nfalse\n");
    }
  }

  @Test
  void theFilterOnAServer() throws Exception {
    String main =
        POLICIES
            + """
            Quotas quotas = Quotas.builder().policies(policies).build();
            var server = new org.eclipse.jetty.server.Server(
                new java.net.InetSocketAddress("127.0.0.1", 0));
            var context = new org.eclipse.jetty.ee10.servlet.ServletContextHandler();
            context.addServlet(Chat.class, "/chat");
            server.setHandler(context);
            context.addServletContainerInitializer((classes, it) ->
                dev.quota.servlet.QuotaFilter.install(
                    it, dev.quota.servlet.QuotaFilter.builder(quotas).build()));
            server.start();
            for (int i = 0; i < 3; i++) {
              var connection = (java.net.HttpURLConnection) server.getURI().resolve("/chat").toURL().openConnection();
              System.out.println(connection.getResponseCode() + " " + connection.getHeaderField("Quota-Level"));
            }
            var state = server.getURI().resolve("/quota/state").toURL().openConnection();
            System.out.println(new String(state.getInputStream().readAllBytes(), "UTF-8").contains("resetAt"));
            server.stop();
            quotas.close();
            }
            @Quota("chat")
            public static class Chat extends jakarta.servlet.http.HttpServlet {
              private static final long serialVersionUID = 1L;
              @Override
              protected void doGet(jakarta.servlet.http.HttpServletRequest request,
                  jakarta.servlet.http.HttpServletResponse response) {}
            """;
    String printed =
        program(
                List.of("dev.quota.servlet", "org.eclipse.jetty.ee10.servlet"),
                "quota-servlet",
                "quota-http",
                "com/fasterxml/jackson/core",
                "org/eclipse/jetty",
                "jakarta/servlet",
                "org/slf4j")
            .run(IMPORTS, main);
    assertThat(printed.lines())
        .containsSequence("200 chat=ok", "200 chat=exhausted", "429 chat=exhausted", "true");
  }

  @Test
  void theReaderOfProvidersAnswers() throws Exception {
    String main =
        "System.out.println(dev.quota.models.UsageJson.read(\"{\\\"usage\\\":"
            + "{\\\"prompt_tokens\\\":3,\\\"completion_tokens\\\":4,\\\"total_tokens\\\":7}}\").isPresent());";
    assertThat(
            program(List.of("dev.quota.models"), "quota-models", "com/fasterxml/jackson/core")
                .run(IMPORTS, main))
        .isEqualTo("true\n");
  }

  @Test
  void theMetrics() throws Exception {
    String main =
        POLICIES
            + """
            var registry = new io.micrometer.core.instrument.simple.SimpleMeterRegistry();
            try (Quotas quotas = Quotas.builder().policies(policies)
                .listener(new dev.quota.micrometer.QuotaMetricsListener(registry)).build()) {
              new dev.quota.micrometer.QuotaMetrics(quotas).bindTo(registry);
            """
            + CHARGES
            + "System.out.println(registry.getMeters().size() > 1); }";
    assertThat(
            program(
                    List.of("dev.quota.micrometer"),
                    "quota-micrometer",
                    "io/micrometer",
                    "org/hdrhistogram")
                .run(IMPORTS, main))
        .isEqualTo("true\nfalse\ntrue\n");
  }

  @Test
  void theModuleForTests() throws Exception {
    String main =
        POLICIES
            + """
            try (var test = dev.quota.test.TestQuotas.of(policies)) {
              Subject alice = Subject.user("alice");
              test.given(alice).hasUsed(1, "chat");
              dev.quota.test.QuotaAssertions.assertThat(test.quotas().charge(alice, "chat", 1))
                  .isAllowed().hasRemaining(0);
            }
            System.out.println(dev.quota.storetests.CompleteStoreContract.class.getModule());
            """;
    assertThat(
            program(
                    List.of("dev.quota.test", "dev.quota.storetests"),
                    "quota-test",
                    "quota-store-tests",
                    "org/assertj",
                    "net/bytebuddy/byte-buddy",
                    "org/junit/jupiter/junit-jupiter-api",
                    "org/junit/platform/junit-platform-commons",
                    "org/apiguardian",
                    "org/opentest4j")
                .run(IMPORTS, main))
        .contains("module dev.quota.storetests");
  }
}
