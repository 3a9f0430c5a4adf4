package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.Quota;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the script makes of a sentence later on, and what the server says then. */
@Tag("once")
class LiveWordsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Sentences stay true between two answers, and are those that the server would say. */
  @Test
  void keepsWaitsTrueInTheWordsOfTheServer() throws Exception {
    ArrayNode pairs = MAPPER.createArrayNode();
    for (String locale : new String[] {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"}) {
      try (TestApp app = TestApp.with(waits()).servlet("/", new Everything()).start()) {
        app.get("/", "X-User", "alice", "X-Zone", "Europe/Berlin");
        for (long step : new long[] {0, 700, 5_000, 30_000, 50_000, 4_000_000, 20_000_000}) {
          pairs.addAll(laterThan(app, locale, step, "X-User", "alice", "X-Zone", "Europe/Berlin"));
        }
      }
    }
    JsonNode told =
        MAPPER.readTree(
            Node.run(
                """
                const { apply, getSnapshot, liveDetail } = await import(process.argv[1]);
                const pairs = JSON.parse(await (await import('node:stream/consumers')).text(process.stdin));
                console.log(JSON.stringify(pairs.flatMap(({ first, then }) => {
                  apply(null);
                  apply(first);
                  const day = ({ now }) => new Date(now).toLocaleDateString('en', { timeZone: 'Europe/Berlin' });
                  return then.quotas.map((now, i) => ({ now, before: first.quotas[i],
                    sameDay: day(first) === day(then),
                    told: liveDetail(getSnapshot().quotas[i], Date.parse(then.now)) }));
                })));
                """,
                MAPPER.writeValueAsString(pairs)));
    int moved = 0;
    int brief = 0;
    for (JsonNode each : told) {
      JsonNode now = each.get("now").get("message");
      JsonNode before = each.get("before").get("message");
      String text = each.get("told").asText();
      if (now.get("detailTemplate").isNull()
          || !now.get("detailTemplate").equals(before.get("detailTemplate"))
          || !now.get("when").equals(before.get("when"))) {
        continue;
      }
      if (each.get("sameDay").asBoolean()) {
        assertThat(text)
            .as("after: %s", before.get("detail"))
            .isEqualTo(now.get("detail").asText());
        moved += now.get("detail").equals(before.get("detail")) ? 0 : 1;
      } else {
        // Of what the server says now, the wait alone.
        String[] around = now.get("detailTemplate").asText().split("\\{when}", -1);
        assertThat(text)
            .startsWith(around[0])
            .endsWith(around[1])
            .isNotEqualTo(before.get("detail"));
        String wait = text.substring(around[0].length(), text.length() - around[1].length());
        assertThat(now.get("detail").asText()).contains(wait).hasSizeGreaterThan(text.length() + 3);
        brief++;
      }
    }
    assertThat(moved).isGreaterThan(8 * 20);
    assertThat(brief).isGreaterThan(8 * 3);
  }

  /**
   * A title says for how long to whoever has no zone, also where hours become exact, or minutes.
   */
  @Test
  void countsDownForHowLongInTheWordsOfTheServer() throws Exception {
    ArrayNode pairs = MAPPER.createArrayNode();
    for (String locale : new String[] {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"}) {
      try (TestApp app = TestApp.with(degrading()).servlet("/", new Shortened()).start()) {
        app.get("/", "X-User", "alice");
        app.advanceMillis(1_000);
        for (int i = 0; i < 8; i++) {
          pairs.addAll(laterThan(app, locale, 0, "X-User", "alice"));
          app.advanceMillis(3_600_000);
        }
      }
    }
    JsonNode told =
        MAPPER.readTree(
            Node.run(
                """
                const { apply, getSnapshot, liveText } = await import(process.argv[1]);
                const pairs = JSON.parse(await (await import('node:stream/consumers')).text(process.stdin));
                console.log(JSON.stringify(pairs.map(({ first, then }) => {
                  apply(null);
                  apply(first);
                  const [quota] = getSnapshot().quotas;
                  const { title, when } = quota.message;
                  const text = liveText(quota, { text: title, nextAvailableAt: when }, Date.parse(then.now));
                  return { told: text, title: then.quotas[0].message.title };
                })));
                """,
                MAPPER.writeValueAsString(pairs)));
    assertThat(told).hasSize(8 * 8 * 8);
    for (JsonNode each : told) {
      assertThat(each.get("told").asText()).isEqualTo(each.get("title").asText());
    }
  }

  private static Policies degrading() {
    return Policies.builder()
        .quota(
            QuotaPolicy.builder("short")
                .unit(Unit.count("message", "messages"))
                .limit(LimitPolicy.of("only", "1 per 12 hours"))
                .whenExhausted(WhenExhausted.DEGRADE)
                .build())
        .build();
  }

  private static Policies waits() {
    Policies.Builder policies = Policies.builder();
    for (String phrase :
        new String[] {
          "per minute",
          "per 2 minutes",
          "per hour",
          "per 9 hours",
          "per 3 days",
          "per calendar day",
          "per calendar week",
          "per calendar month"
        }) {
      policies.quota(
          QuotaPolicy.builder(phrase.replaceAll("[^a-z0-9]", "_"))
              .unit(Unit.count("message", "messages"))
              .limit(LimitPolicy.of("only", "1 " + phrase))
              .build());
    }
    return policies.build();
  }

  /** Asks twice, a moment apart, and then moves on. */
  private static ArrayNode laterThan(TestApp app, String locale, long step, String... headers) {
    ArrayNode pairs = MAPPER.createArrayNode();
    app.advanceMillis(step);
    JsonNode first = state(app, locale, headers);
    for (long wait : new long[] {0, 1, 1_000, 8_500, 29_000, 61_000, 600_000, 7_200_000}) {
      long now = app.nowMillis.get();
      app.advanceMillis(wait);
      ObjectNode pair = MAPPER.createObjectNode();
      pair.set("first", first);
      pair.set("then", state(app, locale, headers));
      pairs.add(pair);
      app.nowMillis.set(now);
    }
    return pairs;
  }

  private static JsonNode state(TestApp app, String locale, String... headers) {
    return app.get("/quota/state?locale=" + locale, headers).json();
  }

  @Quota("short")
  static final class Shortened extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("per_minute")
  @Quota("per_2_minutes")
  @Quota("per_hour")
  @Quota("per_9_hours")
  @Quota("per_3_days")
  @Quota("per_calendar_day")
  @Quota("per_calendar_week")
  @Quota("per_calendar_month")
  static final class Everything extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }
}
