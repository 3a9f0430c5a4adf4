package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.policy.Action;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Unit;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people read who use the real clients of models, and how often these clients ask. */
@Tag("once")
@Tag("npm")
final class SdkClientsTest {

  private static final List<String> OPENAI = List.of("openai", "responses", "ai", "langchain");
  private static final List<String> ANTHROPIC =
      List.of("anthropic", "aiAnthropic", "langchainAnthropic");
  private static final List<String> LANGUAGES = List.of("en", "ja", "ar");

  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
  private TestApp app;

  /** Streams a beginning as the provider does, and then says that the work was cut. */
  private static final class Model extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean anthropic = isAnthropic(request);
      QuotaExchange exchange = QuotaExchange.of(request);
      var tokens = exchange.reserve("cut", 1);
      response.setContentType("text/event-stream");
      String begun =
          anthropic
              ? "event: ping\ndata: {\"type\":\"ping\"}\n\n"
              : "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                  + "\"model\":\"small\",\"choices\":[{\"index\":0,\"delta\":"
                  + "{\"role\":\"assistant\",\"content\":\"Hi\"}}]}\n\n";
      response.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
      response.flushBuffer();
      String cut =
          exchange
              .notices()
              .error(tokens, anthropic ? Notices.ErrorShape.ANTHROPIC : Notices.ErrorShape.OPENAI);
      response.getOutputStream().write(cut.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static boolean isAnthropic(HttpServletRequest request) {
    return request.getRequestURI().endsWith("/messages");
  }

  private static Policies policies() {
    return Policies.builder()
        .plan(new Plan("free", "Free", List.of(new Action("upgrade", "See plans", "/plans"))))
        .plan(Plan.of("trial"))
        .quota(messages("pace").limit("minute", "2 per minute").build())
        .quota(messages("day").limit("daily", "2 per calendar day").build())
        .quota(messages("large").limit("daily", "2 per calendar day").build())
        .quota(
            messages("plan")
                .limit("daily", "2 per calendar day")
                .planCapacity("trial", "daily", 0)
                .build())
        .quota(messages("away").limit("daily", "2 per calendar day").build())
        .quota(messages("cut").limit("daily", "100 per calendar day").build())
        .build();
  }

  private static QuotaPolicyBuilder messages(String name) {
    return QuotaPolicy.builder(name).unit(Unit.count("message", "messages"));
  }

  /** The first part of the address is the quota, and its end is the protocol. */
  private static Endpoint endpoint(HttpServletRequest request) {
    String quota = request.getRequestURI().split("/", -1)[1];
    if (!policies().names().contains(quota)) {
      return Endpoint.FREE;
    }
    long cost = quota.equals("large") ? 99 : quota.equals("cut") ? 0 : 1;
    Endpoint endpoint = new Endpoint(List.of(Endpoint.Cost.fixed(quota, cost)));
    return isAnthropic(request) ? endpoint.withErrors(ErrorFormat.ANTHROPIC) : endpoint;
  }

  @BeforeAll
  static void install() throws Exception {
    SdkClients.install();
  }

  @BeforeEach
  void startAndUseUp() throws Exception {
    app =
        TestApp.with(policies())
            .filter(
                "/*",
                (request, response, chain) -> {
                  count(((HttpServletRequest) request).getHeader("X-Case"));
                  chain.doFilter(request, response);
                })
            .servlet("/*", new Model())
            .customise(filter -> filter.endpoints(SdkClientsTest::endpoint))
            .start();
    for (String quota : List.of("pace", "day")) {
      app.quotas.charge(Subject.user("ann"), quota, 2);
    }
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private void count(String name) {
    if (name != null) {
      requests.computeIfAbsent(name, it -> new AtomicInteger()).incrementAndGet();
    }
  }

  private record Asked(String client, String quota, boolean stream, String language) {}

  private SdkClients.Case toCase(Asked asked, Integer retries) {
    return new SdkClients.Case(
        asked.client(),
        "http://127.0.0.1:" + app.port() + "/" + asked.quota(),
        Map.of(
            "X-User",
            "ann",
            "X-Plan",
            asked.quota().equals("plan") ? "trial" : "free",
            "X-Case",
            asked.toString(),
            "Accept-Language",
            asked.language()),
        asked.stream(),
        retries);
  }

  private Map<Asked, String> report(List<Asked> all, Integer retries) throws Exception {
    List<String> reports =
        SdkClients.ask(all.stream().map(asked -> toCase(asked, retries)).toList());
    Map<Asked, String> byCase = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      byCase.put(all.get(i), reports.get(i));
    }
    assertThat(byCase).hasSize(all.size());
    return byCase;
  }

  private String sentence(String quota, String language) {
    return app.send(
            "POST",
            "/" + quota + "/chat/completions",
            "X-User",
            "ann",
            "X-Plan",
            quota.equals("plan") ? "trial" : "free",
            "Accept-Language",
            language)
        .json()
        .get("detail")
        .asText();
  }

  private static List<Asked> all(List<String> quotas) {
    List<Asked> all = new ArrayList<>();
    for (String quota : quotas) {
      for (String language : LANGUAGES) {
        for (String client : clients()) {
          all.add(new Asked(client, quota, false, language));
          all.add(new Asked(client, quota, true, language));
        }
        all.add(new Asked("useChat", quota, true, language));
      }
    }
    return all;
  }

  private static List<String> clients() {
    List<String> clients = new ArrayList<>(OPENAI);
    clients.addAll(ANTHROPIC);
    return clients;
  }

  private void showsSentences(List<String> quotas) throws Exception {
    Map<Asked, String> reports = report(all(quotas), 0);
    assertSoftly(
        softly ->
            reports.forEach(
                (asked, said) ->
                    softly
                        .assertThat(said)
                        .as(asked.toString())
                        .contains(sentence(asked.quota(), asked.language()))
                        .doesNotContain("{", "no body")));
  }

  @Test
  void everyClientShowsTheSentence() throws Exception {
    showsSentences(List.of("pace", "day", "plan", "large"));
  }

  @Test
  void everyClientSaysThatTheStoreIsAway() throws Exception {
    app.store.goAway();
    showsSentences(List.of("away"));
  }

  @Test
  void useChatShowsNothingElse() throws Exception {
    List<Asked> asked =
        LANGUAGES.stream().map(it -> new Asked("useChat", "day", true, it)).toList();
    report(asked, 0)
        .forEach((it, said) -> assertThat(said).isEqualTo(sentence("day", it.language())));
  }

  /**
   * LangChain asks six times more after a 422, and {@code ai} twice more after a 429, whatever they
   * are told; {@code docs/http.md} says how to tell them otherwise.
   */
  @Test
  void clientsThatCanBeToldDoNotAskAgain() throws Exception {
    List<Asked> asked = new ArrayList<>();
    for (String quota : List.of("day", "plan", "large")) {
      clients().stream()
          .filter(client -> !(quota.equals("large") && client.startsWith("langchain")))
          .forEach(client -> asked.add(new Asked(client, quota, false, "en")));
    }
    Map<Asked, String> reports = report(asked, null);
    assertSoftly(
        softly ->
            reports.forEach(
                (it, said) -> {
                  softly.assertThat(said).contains(sentence(it.quota(), "en"));
                  boolean stubborn = it.quota().equals("day") && it.client().startsWith("ai");
                  softly
                      .assertThat(requests.get(it.toString()))
                      .as(it.toString())
                      .hasValue(stubborn ? 3 : 1);
                }));
  }

  @Test
  void everyClientShowsWhyAStreamWasCut() throws Exception {
    Map<String, String> words =
        Map.of("en", "^Answer stopped at the limit\\.", "ja", "\\p{IsHan}", "ar", "\\p{IsArabic}");
    List<Asked> asked = new ArrayList<>();
    for (String language : LANGUAGES) {
      clients().stream()
          .filter(client -> !client.equals("responses"))
          .forEach(client -> asked.add(new Asked(client, "cut", true, language)));
    }
    Map<Asked, String> reports = report(asked, 0);
    assertSoftly(
        softly ->
            reports.forEach(
                (it, said) ->
                    softly
                        .assertThat(said)
                        .as(it.toString())
                        .containsPattern(words.get(it.language()))
                        .doesNotContain("{", "no error")));
  }
}
