package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quota.Subject;
import dev.quota.policy.Action;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What policies and people call things stays text, wherever it is shown. */
class HostileInputTest {

  private static final List<String> LANGUAGES = List.of("en", "de", "ar", "ja");
  private static final Set<String> ELEMENTS =
      Set.of(
          "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "time",
          "nav", "ul", "li", "a", "bdi", "span", "section", "dl", "div", "dt", "dd", "meter");

  /** Returns policies in which everything that has a name for people has this one. */
  private static Policies policies(String name) {
    Map<Locale, String> german = Map.of(Locale.GERMAN, name + "1");
    String address = "https://example.com/?q=%3Cscript%3E&b='1'";
    Action action = new Action("upgrade", name, address, german);
    Unit unit =
        Unit.count(identifier(name), name)
            .withWords(Map.of(Locale.GERMAN, new Unit.Words(name, Map.of("other", name))));
    return Policies.builder()
        .plan(new Plan("free", name, List.of(action), german))
        .plan(new Plan("pro", name, List.of(), german))
        .quota(
            QuotaPolicy.builder("chat")
                .label(name)
                .labels(german)
                .unit(unit)
                .limit(
                    LimitPolicy.of("daily", "2 per calendar day")
                        .withLabel(name)
                        .withLabels(german))
                .limit("burst", "10 per minute")
                .planCapacity("pro", "daily", 5)
                .build())
        .quota(
            QuotaPolicy.builder("video")
                .label(name)
                .unit(unit)
                .limit("daily", "1 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradedLabel(name)
                .degradedLabels(german)
                .build())
        .build();
  }

  /** Returns a name without what a policy may not have in the name of a unit. */
  private static String identifier(String name) {
    return name.replaceAll("[\\u2028\\u2029\\u202e\\u2066\\u2069\\u200f\\u061c\\ufeff]", "");
  }

  private static Subject subject(jakarta.servlet.http.HttpServletRequest request) {
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, request.getParameter("id") + "#");
    if (request.getParameter("plan") != null) {
      subject.plan(request.getParameter("plan"));
    }
    if (request.getParameter("reads") != null) {
      // The constructor checks nothing.
      @SuppressWarnings("deprecation")
      Locale locale = new Locale(request.getParameter("reads"), "<b>", "\"x\"");
      subject.locale(locale);
    }
    return subject.build();
  }

  private static TestApp start(Policies policies) throws Exception {
    return TestApp.with(policies)
        .servlet("/chat", new TestServlets.Chat())
        .customise(filter -> filter.subjects(HostileInputTest::subject))
        .start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)' x='",
        "</title><svg/onload=alert(1)>",
        "</style><script>alert(1)</script>",
        "--><!--<script>",
        "&lt;script&gt;&#60;b&#62;",
        "javascript:alert(1)",
        "{when} {limit, plural, one {x}} '{'",
        "\u202etxt.exe\u2066 \u2069\u200f\u061c",
        "a\u2028b\u2029c\u00a0d",
        "🦄👩‍💻\ud83d e\u0301",
        "\", r=9;evil=\"1\\",
        "%0d%0aX-Evil: 1",
        "\ufeff\u200bx",
        "<script>alert(1)</script><script>alert(1)</script><script>alert(1)</script>"
      })
  void namesInPoliciesStayText(String name) throws Exception {
    try (TestApp app = start(policies(name))) {
      app.get("/chat?id=a");
      app.get("/chat?id=a");
      app.quotas.charge(Subject.user("a#"), "video", 1);
      for (String language : LANGUAGES) {
        Answer page = app.get("/chat?id=a", "Accept", "text/html", "Accept-Language", language);
        assertThat(page.status()).isEqualTo(429);
        requireHarmlessPage(page);
        Answer problem = app.get("/chat?id=a", "Accept-Language", language);
        assertThat(problem.status()).isEqualTo(429);
        requireHarmlessHeaders(problem);
        requireHarmlessTexts(problem.json());
        Answer state = app.get("/quota/state?id=a", "Accept-Language", language);
        assertThat(state.status()).isEqualTo(200);
        assertThat(state.quota("video").get("degraded").get("label").asText()).isNotBlank();
        requireHarmlessHeaders(state);
        requireHarmlessTexts(state.json());
      }
    }
  }

  private static void requireHarmlessPage(Answer answer) {
    requireHarmlessHeaders(answer);
    Document page = Jsoup.parse(answer.body());
    assertThat(page.getAllElements().stream().map(it -> it.normalName()))
        .filteredOn(name -> !name.equals("#root"))
        .isSubsetOf(ELEMENTS);
    assertThat(page.select("style, main, h1, title, nav")).hasSize(5);
    assertThat(page.getAllElements())
        .allSatisfy(
            element ->
                assertThat(element.attributes().asList())
                    .noneMatch(attribute -> attribute.getKey().startsWith("on"))
                    .noneMatch(attribute -> attribute.getKey().equals("style")));
    assertThat(page.select("[href]").eachAttr("href"))
        .containsExactly("https://example.com/?q=%3Cscript%3E&b='1'");
    requireHarmless(page.wholeText());
  }

  private static void requireHarmlessHeaders(Answer answer) {
    answer
        .response()
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              assertThat(name.toLowerCase(Locale.ROOT)).isNotIn("x-evil", "evil");
              assertThat(values).allMatch(value -> value.matches("[\\x20-\\x7e]*"), name);
            });
  }

  private static void requireHarmlessTexts(JsonNode json) {
    if (json.isTextual()) {
      requireHarmless(json.textValue());
    }
    json.forEach(HostileInputTest::requireHarmlessTexts);
  }

  /** Nothing turns what follows around: isolates of our own are closed, and others are gone. */
  private static void requireHarmless(String text) {
    assertThat(text)
        .doesNotContain("\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029", "\u0000");
    assertThat(text.chars().filter(c -> c == '\u2068').count())
        .isEqualTo(text.chars().filter(c -> c == '\u2069').count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "a\r\nX-Evil: 1",
        "a\u0000b",
        "\u202eevil",
        "🦄👩‍💻",
        "\"',;=\\",
        "${jndi:ldap://x}",
        "LONG"
      })
  void peopleAreNeverShown(String text) throws Exception {
    String hostile = text.equals("LONG") ? "x\u00e9<".repeat(1_200) : text;
    String encoded = URLEncoder.encode(hostile, StandardCharsets.UTF_8);
    try (TestApp app = start(policies("messages"))) {
      String path = "/chat?plan=" + encoded + "&reads=" + encoded + "&id=" + encoded;
      if (encoded.length() > 2_000) {
        path = "/chat?id=" + encoded.substring(0, encoded.length() / 6 * 6 / 2);
      }
      assertThat(app.get(path).status()).isEqualTo(200);
      app.get(path);
      Answer page = app.get(path, "Accept", "text/html");
      assertThat(page.status()).isEqualTo(429);
      requireHarmlessPage(page);
      Answer problem = app.get(path);
      Answer state = app.get(path.replace("/chat", "/quota/state"));
      for (Answer answer : List.of(page, problem, state)) {
        requireHarmlessHeaders(answer);
        assertThat(answer.body()).doesNotContain(hostile, "alert(1)", "jndi", "evil", "🦄");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "a\r\nX-Evil: 1",
        "a\u0000b",
        "\u202eevil\u2066",
        "🦄👩‍💻",
        "LONG"
      })
  void whatIsAskedForIsShownAsPlainText(String text) throws Exception {
    String hostile = text.equals("LONG") ? "x<".repeat(1_000) : text;
    String encoded = URLEncoder.encode(hostile, StandardCharsets.UTF_8);
    try (TestApp app = start(policies("messages"))) {
      for (String path :
          new String[] {
            "/quota/state?id=a&quota=" + encoded,
            "/quota/check?id=a&cost=1&quota=" + encoded,
            "/quota/check?id=a&quota=chat&cost=" + encoded,
            "/quota/state?id=a&locale=" + encoded,
            "/quota/" + encoded.replaceAll("%0D|%0A|%00", "") + "?id=a"
          }) {
        for (String language : LANGUAGES) {
          Answer answer =
              app.get(path, "Accept-Language", language, "Accept", "text/html,*/*;q=0.1");
          assertThat(answer.status()).isBetween(400, 404);
          requireHarmlessHeaders(answer);
          if (answer.header("Content-Type").contains("json")) {
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            requireHarmlessTexts(answer.json());
            assertThat(answer.json().get("detail").asText()).hasSizeLessThan(300);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "en\u0000",
        "<script>",
        "de\u00e4",
        "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z",
        "LONG"
      })
  void whatIsAcceptedDecidesNothingButTheLanguage(String text) throws Exception {
    String header = text.equals("LONG") ? "de,".repeat(700) : text;
    try (TestApp app = start(policies("messages"))) {
      for (String path : new String[] {"/chat", "/quota/state"}) {
        String answer = app.raw("GET " + path + "?id=a HTTP/1.1", "Accept-Language: " + header);
        // A server may refuse what is no header; ours never fails of it.
        assertThat(answer.substring(9, 12)).isIn("200", "400");
        assertThat(answer).doesNotContain("<script>");
      }
    }
  }
}
