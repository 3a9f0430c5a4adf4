package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Unit;
import dev.quota.servlet.TestServlets.Answering;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is kept of a conversation until its id comes back, and then its first request counts. */
final class OpeningTest {

  private static final byte[] SECRET = "sixteen bytes at".getBytes(StandardCharsets.US_ASCII);
  private static final String FIELD = "Quota-Conversation";

  private TestApp app;

  /** Costs the usual. */
  @Quota("agents")
  private static class Plain extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      runs.incrementAndGet();
      response.getWriter().print("done");
    }
  }

  @Quota(value = "agents", cost = 7)
  private static final class Seven extends Plain {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "agents", cost = 5)
  private static final class Failing extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String passedOn = QuotaExchange.of(request).conversationHeader().orElseThrow();
      runs.incrementAndGet();
      response.setHeader("X-Passed-On", passedOn);
      response.sendError(500);
    }
  }

  /** Charges 5 and reserves 10. */
  @Quota(value = "agents", cost = 5)
  private static final class Reserving extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      QuotaExchange exchange = QuotaExchange.of(request);
      Reservation reservation = exchange.reserve("agents", 10);
      if (reservation.isAllowed()) {
        runs.incrementAndGet();
        response.getWriter().print(reservation.held());
      } else {
        exchange.refuse(reservation);
      }
    }
  }

  /** Answers first and passes the conversation on afterwards. */
  @Quota(value = "agents", cost = 5)
  private static final class Late extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.flushBuffer();
      response.getWriter().print(QuotaExchange.of(request).conversationHeader().orElseThrow());
    }
  }

  private static Policies policies(String... limits) {
    QuotaPolicyBuilder agents = QuotaPolicy.builder("agents").unit(Unit.count("unit", "units"));
    agents.limit("daily", "100000 per calendar day");
    for (int i = 0; i < limits.length; i++) {
      agents.limit("limit" + i, limits[i]);
    }
    return Policies.builder().quota(agents.build()).build();
  }

  private static TestApp.Builder with(String... limits) {
    return TestApp.with(policies(limits))
        .servlet("/plain", new Plain())
        .servlet("/seven", new Seven())
        .servlet("/failing", new Failing())
        .servlet("/reserving", new Reserving())
        .servlet("/late", new Late())
        .customise(filter -> filter.conversationSecret(SECRET));
  }

  @BeforeEach
  void start() throws Exception {
    app = with("20 per conversation").start();
  }

  private void restart(TestApp.Builder builder) throws Exception {
    app.close();
    app = builder.start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Answer begin(String path) {
    return app.get(path, "X-User", "alice");
  }

  private Answer goOn(String path, String header) {
    return app.get(path, "X-User", "alice", FIELD, header);
  }

  private long counted(String header) {
    String id = header.substring(1, header.indexOf('"', 1));
    return app
        .quotas
        .states(Subject.builder(Subject.Kind.USER, "alice").conversation(id).build())
        .quota("agents")
        .orElseThrow()
        .limits()
        .stream()
        .filter(limit -> limit.name().equals("limit0"))
        .findFirst()
        .orElseThrow()
        .used()
        .orElseThrow();
  }

  @Test
  void nothingIsKeptOfOneThatDoesNotGoOn() {
    for (int i = 0; i < 300; i++) {
      assertThat(begin("/plain").status()).isEqualTo(200);
    }
    assertThat(app.used("alice", "agents")).isEqualTo(300);
    assertThat(app.quotas.health().detail())
        .as("the day of alice")
        .containsPattern("(?<!\\d)1 key");
  }

  @Test
  void whatTheFirstRequestTookCountsWhenTheIdComesBack() {
    String first = begin("/seven").header(FIELD);
    assertThat(first).contains("\";first=\"agents=7\";sig=:");
    assertThat(counted(first)).isZero();

    String second = goOn("/seven", first).header(FIELD);

    assertThat(counted(first)).isEqualTo(14);
    assertThat(second).doesNotContain("first=");
    assertThat(goOn("/seven", second).status()).isEqualTo(429);
    assertThat(goOn("/seven", first).status()).isEqualTo(429);
    assertThat(counted(first)).isEqualTo(14);
    assertThat(app.used("alice", "agents")).isEqualTo(14);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFirstCallIsOneOfThoseThatAConversationHas(boolean newest) throws Exception {
    restart(with("12 calls per conversation"));
    Answer answer = begin("/seven");
    String first = answer.header(FIELD);
    int calls = 0;
    while (answer.status() == 200) {
      calls++;
      answer = goOn("/seven", newest ? answer.header(FIELD) : first);
    }
    assertThat(calls).isEqualTo(12);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.json().get("code").asText()).isEqualTo("quota.exhausted.conversation");
  }

  @Test
  void itCountsOnceHoweverManyComeBackAtOnce() throws Exception {
    restart(with("12 calls per conversation"));
    try (TestApp other =
        with("12 calls per conversation").engine(engine -> engine.store(app.store)).start()) {
      String first = begin("/plain").header(FIELD);
      List<Integer> statuses =
          IntStream.range(0, 40)
              .parallel()
              .mapToObj(i -> i % 2 == 0 ? app : other)
              .map(node -> node.get("/plain", "X-User", "alice", FIELD, first).status())
              .toList();
      assertThat(statuses.stream().filter(status -> status == 200)).hasSize(11);
      assertThat(counted(first)).isEqualTo(12);
    }
  }

  @Test
  void whatNoConversationMayUseIsRefusedInTheFirstRequestToo() throws Exception {
    restart(with("6 per conversation"));
    Answer answer = begin("/seven");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(app.used("alice", "agents")).isZero();
  }

  @Test
  void aReservationInTheFirstRequestCountsWithIt() {
    Answer first = begin("/reserving");
    assertThat(first.body()).isEqualTo("10");
    assertThat(first.header(FIELD)).doesNotContain("first=");
    assertThat(counted(first.header(FIELD))).isEqualTo(15);
    assertThat(goOn("/seven", first.header(FIELD)).status()).isEqualTo(429);
  }

  @Test
  void aReservationFitsBesideWhatTheFirstRequestTook() throws Exception {
    restart(with("12 per conversation"));
    Answer first = begin("/reserving");
    assertThat(first.status()).as("10 of the 7 that are left").isEqualTo(429);
    assertThat(counted(first.header(FIELD))).isEqualTo(5);
  }

  @Test
  void whatCameBackIsNotCountedAlsoIfTheConversationWasPassedOn() {
    Answer failed = begin("/failing");
    assertThat(failed.status()).isEqualTo(500);
    String passedOn = failed.header("X-Passed-On");
    assertThat(passedOn).doesNotContain("first=");
    assertThat(counted(passedOn)).isZero();
    assertThat(goOn("/seven", passedOn).status()).isEqualTo(200);
    assertThat(counted(passedOn)).isEqualTo(7);
  }

  @Test
  void aHeaderThatWasSentBeforeTheConversationWasPassedOnCountsNothingTwice() {
    Answer first = begin("/late");
    assertThat(first.header(FIELD)).contains("first=\"agents=5\"");
    assertThat(first.body()).doesNotContain("first=");
    assertThat(counted(first.body())).isEqualTo(5);
    assertThat(goOn("/seven", first.header(FIELD)).status()).isEqualTo(200);
    assertThat(goOn("/seven", first.body()).status()).isEqualTo(200);
    assertThat(counted(first.body())).isEqualTo(19);
  }

  @Test
  void whatTheHeaderSaysWasTakenCannotBeChangedOrLeftOut() {
    String first = begin("/seven").header(FIELD);
    for (String forged :
        List.of(
            first.replace("agents=7", "agents=0"),
            first.replace("agents=7", ""),
            first.replace(";first=\"agents=7\"", ""),
            first.replace("agents=7", "agents=7 agents=7"),
            first.replace("first", "First"),
            first.replace("agents=7", "=".repeat(1_900)))) {
      assertThat(goOn("/plain", forged).status()).as(forged).isEqualTo(400);
    }
    assertThat(counted(first)).isZero();
  }

  @Test
  void onlyThoseThatGoOnAreLimited() throws Exception {
    restart(
        with("20 per conversation")
            .customise(
                filter -> filter.conversationSecret(SECRET).newConversations("3 per 24 hours")));
    List<String> begun =
        IntStream.range(0, 50).mapToObj(i -> begin("/plain")).map(it -> it.header(FIELD)).toList();
    for (int i = 0; i < 3; i++) {
      assertThat(goOn("/plain", begun.get(i)).status()).isEqualTo(200);
      assertThat(goOn("/plain", begun.get(i)).status()).as("the same one").isEqualTo(200);
    }
    Answer refused = goOn("/plain", begun.get(3));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().get("retryAfterSeconds").isNumber()).isTrue();
    assertThat(begin("/reserving").status()).isEqualTo(429);
    assertThat(begin("/plain").status()).isEqualTo(200);
    assertThat(app.get("/reserving", "X-User", "bob").status()).isEqualTo(200);
  }

  @Test
  void whatAnotherServiceDoesNotKnowIsLeftToTheOneThatDoes() throws Exception {
    Policies others =
        Policies.builder()
            .quota(QuotaPolicy.builder("critic").limit("calls", "5 calls per conversation").build())
            .build();
    @Quota("critic")
    final class Critic extends Plain {
      private static final long serialVersionUID = 1L;
    }
    try (TestApp other =
        TestApp.with(others)
            .servlet("/critic", new Critic())
            .customise(filter -> filter.conversationSecret(SECRET))
            .engine(engine -> engine.store(app.store))
            .start()) {
      String first = begin("/seven").header(FIELD);
      Answer there = other.get("/critic", "X-User", "alice", FIELD, first);
      assertThat(there.status()).isEqualTo(200);
      assertThat(there.header(FIELD)).contains("first=\"agents=7\"");
      String back = goOn("/seven", there.header(FIELD)).header(FIELD);
      assertThat(counted(back)).isEqualTo(14);
    }
  }

  @Test
  void quotasWithoutLimitsOnConversationsStandInNoHeader() throws Exception {
    QuotaPolicy chat = QuotaPolicy.builder("agents").limit("daily", "90 per calendar day").build();
    QuotaPolicy other =
        QuotaPolicy.builder("other").limit("calls", "5 calls per conversation").build();
    restart(
        TestApp.with(Policies.builder().quota(chat).quota(other).build())
            .servlet("/plain", new Plain())
            .servlet("/reserving", new Reserving())
            .customise(filter -> filter.newConversations("1 per 24 hours")));
    assertThat(begin("/plain").header(FIELD)).contains(";first=\"\";sig=");
    for (int i = 0; i < 2; i++) {
      assertThat(begin("/reserving").status()).as("enough of the day").isEqualTo(200);
    }
  }
}
