package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Unit;
import dev.quota.servlet.TestServlets.Answering;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConversationTest {

  private static final byte[] SECRET = "sixteen bytes at".getBytes(StandardCharsets.US_ASCII);

  private final Agent agent = new Agent();
  private TestApp app;

  /** Answers with the header for the next agent. */
  @Quota("agents")
  private static final class Agent extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      runs.incrementAndGet();
      response.getWriter().print(QuotaExchange.of(request).conversationHeader().orElse("none"));
    }
  }

  private static Policies policies(String... limits) {
    QuotaPolicyBuilder agents = QuotaPolicy.builder("agents").unit(Unit.count("call", "calls"));
    for (int i = 0; i < limits.length; i++) {
      agents.limit("limit" + i, limits[i]);
    }
    return Policies.builder().quota(agents.build()).build();
  }

  @BeforeEach
  void start() throws Exception {
    app = signed(policies("1000 per calendar day", "12 calls per conversation"));
  }

  private TestApp signed(Policies policies) throws Exception {
    return TestApp.with(policies)
        .servlet("/agent", agent)
        .customise(filter -> filter.conversationSecret(SECRET))
        .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Answer call(String header) {
    return app.get("/agent", "X-User", "alice", "Quota-Conversation", header);
  }

  @Test
  void aRequestWithoutOneBeginsAConversationAndTellsIt() {
    Answer first = app.get("/agent", "X-User", "alice");
    assertThat(first.header("Quota-Conversation"))
        .matches("\"[A-Za-z0-9_-]{22}\";sig=:[A-Za-z0-9+/]{43}=:")
        .isEqualTo(first.body());
    assertThat(app.get("/agent", "X-User", "alice").body()).isNotEqualTo(first.body());
  }

  @Test
  void twoAgentsThatPassAConversationBackAndForthAreStopped() throws Exception {
    app.close();
    app =
        TestApp.with(policies("1000 per calendar day", "12 calls per conversation"))
            .servlet("/agent", agent)
            .customise(filter -> filter.conversationSecret(SECRET).sharedConversations(true))
            .start();
    String header = app.get("/agent", "X-User", "alice").body();
    int calls = 1;
    Answer answer = call(header);
    while (answer.status() == 200) {
      calls++;
      // The next agent is somebody else, and the conversation the same.
      answer =
          app.get(
              "/agent",
              "X-User",
              calls % 2 == 0 ? "bob" : "alice",
              "Quota-Conversation",
              answer.body());
    }
    assertThat(calls).isEqualTo(12);
    assertThat(agent.runs).hasValue(12);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isNull();
    assertThat(answer.header("x-should-retry")).isEqualTo("false");
    assertThat(answer.header("Quota-Conversation")).isEqualTo(header);
    assertThat(answer.json().get("type").asText())
        .isEqualTo("https://iana.org/assignments/http-problem-types#abnormal-usage-detected");
    assertThat(answer.json().get("code").asText()).isEqualTo("quota.exhausted.conversation");
    assertThat(answer.json().get("retryable").asBoolean()).isFalse();
    assertThat(answer.json().get("detail").asText())
        .isEqualTo(
            "This conversation went back and forth between agents 12 times without coming to an end, so it was stopped."
                + " Start a new conversation to carry on.");
    assertThat(answer.quota("agents").get("nextAvailableAt").isNull()).isTrue();
    assertThat(app.get("/agent", "X-User", "alice").status()).as("a new one").isEqualTo(200);
  }

  @Test
  void aSpentConversationIsNoAbnormalUse() throws Exception {
    app.close();
    app = signed(policies("2 per conversation"));
    String header = app.get("/agent", "X-User", "alice").body();
    call(header);
    Answer refused = call(header);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.json().get("type").asText()).endsWith("#quota-exceeded");
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.exhausted.conversation");
  }

  @Test
  void everyChangedCharacterOfTheHeaderIsNoticed() {
    String header = app.get("/agent", "X-User", "alice").body();
    int runs = agent.runs.get();
    for (int i = 0; i < header.length(); i++) {
      char other = header.charAt(i) == 'A' ? 'B' : 'A';
      String forged = header.substring(0, i) + other + header.substring(i + 1);
      assertRefused(forged);
      assertRefused(header.substring(0, i) + header.substring(i + 1));
    }
    assertThat(agent.runs).hasValue(runs);
    assertThat(app.used("alice", "agents")).isEqualTo(runs);
  }

  private void assertRefused(String forged) {
    Answer answer = call(forged);
    assertThat(answer.status()).as(forged).isEqualTo(400);
    assertThat(answer.body()).doesNotContain(forged);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run-1",
        "\"run-1\"",
        "\"run-1\";sig=:AAAA:",
        "\"\"",
        "\"run 1\"",
        "\"run-1\";sig=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        "\"a\", \"b\""
      })
  void whatWeDidNotSendIsRefused(String header) {
    assertRefused(header);
    assertThat(agent.runs).hasValue(0);
  }

  @Test
  void aSignatureOfAnotherIdIsRefused() {
    String one = app.get("/agent", "X-User", "alice").body();
    String two = app.get("/agent", "X-User", "alice").body();
    assertRefused(one.substring(0, one.indexOf(';')) + two.substring(two.indexOf(';')));
  }

  @Test
  void twoHeadersAndVeryLongOnesAreRefused() {
    String header = app.get("/agent", "X-User", "alice").body();
    Answer twice =
        app.get(
            "/agent",
            "X-User",
            "alice",
            "Quota-Conversation",
            header,
            "Quota-Conversation",
            header);
    assertThat(twice.status()).isEqualTo(400);
    assertRefused("\"" + "a".repeat(4_000) + "\"");
  }

  @Test
  void withoutASecretHeadersAreSignedAllTheSame() throws Exception {
    app.close();
    app = TestApp.with(policies("2 calls per conversation")).servlet("/agent", agent).start();
    assertRefused("\"run-1\"");
    String header = app.get("/agent", "X-User", "alice").body();
    assertThat(call(header).status()).isEqualTo(200);
    assertThat(call(header).status()).isEqualTo(429);
    app.close();
    app = TestApp.with(policies("2 calls per conversation")).servlet("/agent", agent).start();
    assertRefused(header);
  }

  @Test
  void nobodyElseSpendsAConversation() {
    String header = app.get("/agent", "X-User", "alice").body();
    int runs = agent.runs.get();
    for (int i = 0; i < 20; i++) {
      Answer answer = app.get("/agent", "X-User", "mallory", "Quota-Conversation", header);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(app.get("/agent", "Quota-Conversation", header).status()).isEqualTo(400);
    }
    assertThat(agent.runs).hasValue(runs);
    assertThat(app.used("mallory", "agents")).isZero();
    assertThat(call(header).status()).isEqualTo(200);
  }

  @Test
  void whatIsSharedByOneServiceIsNotTakenByOneThatDoesNotShare() throws Exception {
    try (TestApp sharing =
        TestApp.with(policies("12 calls per conversation"))
            .servlet("/agent", new Agent())
            .customise(filter -> filter.conversationSecret(SECRET).sharedConversations(true))
            .start()) {
      String header = sharing.get("/agent", "X-User", "alice").body();
      assertThat(call(header).status()).isEqualTo(400);
      assertThat(sharing.get("/agent", "X-User", "bob", "Quota-Conversation", header).status())
          .isEqualTo(200);
    }
  }

  @Test
  void oneSubjectBeginsOnlySoMany() throws Exception {
    app.close();
    app =
        TestApp.with(policies("1000 per calendar day", "12 calls per conversation"))
            .servlet("/agent", agent)
            .customise(filter -> filter.newConversations("3 per hour"))
            .start();
    String header = "";
    for (int i = 0; i < 3; i++) {
      header = app.get("/agent", "X-User", "alice").body();
    }
    String fourth = app.get("/agent", "X-User", "alice").body();

    Answer refused =
        app.get("/agent", "X-User", "alice", "Accept-Language", "de", "Quota-Conversation", fourth);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().get("retryAfterSeconds").asInt()).isBetween(1, 3_600);
    assertThat(refused.json().get("detail").asText()).isNotBlank();
    assertThat(refused.body()).contains("Neue Unterhaltungen");
    assertThat(agent.runs).hasValue(4);
    assertThat(app.used("alice", "agents")).isEqualTo(4);
    assertThat(call(header).status()).as("what has begun goes on").isEqualTo(200);
    assertThat(app.get("/agent", "X-User", "bob").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3 at once", "3 per conversation", "3 per minute per org", "often", "", "0"})
  void whatIsNoLimitOnBeginningsIsMisuse(String limit) {
    assertThatThrownBy(() -> QuotaFilter.builder(app.quotas).newConversations(limit))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thatNodesNeedACommonSecretIsSaidAtTheStart() throws Exception {
    java.util.logging.Logger log =
        java.util.logging.Logger.getLogger(Conversations.class.getName());
    java.util.List<String> lines = new java.util.concurrent.CopyOnWriteArrayList<>();
    java.util.logging.Handler handler =
        new java.util.logging.Handler() {
          @Override
          public void publish(java.util.logging.LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    log.addHandler(handler);
    try {
      signed(policies("12 calls per conversation")).close();
      TestApp.with(policies("12 per minute")).servlet("/agent", agent).start().close();
      assertThat(lines).isEmpty();
      TestApp.with(policies("12 calls per conversation")).servlet("/agent", agent).start().close();
      assertThat(lines)
          .singleElement()
          .asString()
          .contains("WARNING")
          .contains("conversationSecret");
    } finally {
      log.removeHandler(handler);
    }
  }

  @Test
  void withoutLimitsNoConversationBegins() throws Exception {
    app.close();
    app = signed(policies("10 per minute"));
    Answer answer = app.get("/agent", "X-User", "alice");
    assertThat(answer.body()).isEqualTo("none");
    assertThat(answer.header("Quota-Conversation")).isNull();
  }

  @Test
  void aShortSecretIsMisuse() {
    assertThatThrownBy(() -> QuotaFilter.builder(app.quotas).conversationSecret(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("secret must be at least 16 bytes, was 15");
  }

  @Test
  void twoNodesThatShareAStoreCountTheSameConversation() throws Exception {
    Policies policies = policies("1000 per calendar day", "12 calls per conversation");
    try (TestApp other =
        TestApp.with(policies)
            .servlet("/agent", new Agent())
            .customise(filter -> filter.conversationSecret(SECRET))
            .engine(engine -> engine.store(app.store))
            .start()) {
      String header = app.get("/agent", "X-User", "alice").body();
      int allowed = 1;
      for (int i = 0; i < 20; i++) {
        TestApp node = i % 2 == 0 ? other : app;
        Answer answer = node.get("/agent", "X-User", "alice", "Quota-Conversation", header);
        allowed += answer.status() == 200 ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(12);
    }
  }
}
