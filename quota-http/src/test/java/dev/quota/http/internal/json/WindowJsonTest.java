package dev.quota.http.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.ManualClock;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the JSON says of windows that are no calendar windows. */
final class WindowJsonTest {

  private final ManualClock clock = ManualClock.at("2026-11-23T08:00:00Z");

  private String json(String phrase, int used) throws Exception {
    QuotaPolicy policy = QuotaPolicy.builder("chat").limit("only", phrase).build();
    StringWriter text = new StringWriter();
    try (Quotas quotas = Quotas.builder().policy(policy).clock(clock).build();
        JsonGenerator json = new JsonFactory().createGenerator(text)) {
      quotas.charge(Subject.user("alice"), "chat", used);
      new StateJson(QuotaMessages.create())
          .write(json, quotas.states(Subject.user("alice")), Locale.ENGLISH);
    }
    return text.toString();
  }

  @Test
  void aSessionThatHasBegunHasItsStartAndItsEnd() throws Exception {
    String json = json("50 per session of 5 hours", 10);

    assertThat(json)
        .contains(
            "\"window\":{\"kind\":\"session\",\"period\":\"PT5H\",\"startsAt\":\"2026-11-23T08:00:00Z\"}");
    assertThat(json).contains("\"resetAt\":\"2026-11-23T13:00:00Z\",\"fullAt\":null");
    assertThat(json).contains("\"label\":\"This session\"");
    assertThat(json).contains("\"text\":\"40 of 50 requests left in this session\"");
    assertThat(json).contains("\"detail\":\"Resets today at 13:00 UTC (in 5 hours)\"");
  }

  @Test
  void aSessionThatHasNotBegunSaysWhenItWill() throws Exception {
    String json = json("50 per session of 5 hours", 0);

    assertThat(json)
        .contains("\"window\":{\"kind\":\"session\",\"period\":\"PT5H\",\"startsAt\":null}");
    assertThat(json).contains("\"resetAt\":null,\"fullAt\":null");
    assertThat(json).contains("\"text\":\"50 of 50 requests left in this session\"");
    assertThat(json).contains("\"detail\":\"Starts with the first use\"");
  }

  @Test
  void aSlidingWindowHasItsPeriod() throws Exception {
    String json = json("100 per sliding day", 40);

    assertThat(json).contains("\"window\":{\"kind\":\"sliding\",\"period\":\"PT24H\"}");
    assertThat(json).contains("\"resetAt\":null,\"fullAt\":\"2026-11-24T08:00:00Z\"");
    assertThat(json).contains("\"detail\":\"Full again in 1 day (tomorrow at 08:00 UTC)\"");
  }
}
