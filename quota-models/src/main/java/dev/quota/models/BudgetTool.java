package dev.quota.models;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import dev.quota.store.Accuracy;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * A tool that a model can call. It tells an agent how much of a budget is left, and until when. The
 * integrations register it with their frameworks. It charges nothing. Immutable and thread-safe.
 *
 * <pre>{@code
 * BudgetTool budget = BudgetTool.of(quotas, "tokens");
 * String json = budget.answer(subject);
 * }</pre>
 *
 * <p>The subject must come from the application and never from the model, because a model could
 * name any person.
 */
public final class BudgetTool {

  /** The name by which models call the tool. */
  public static final String NAME = "remaining_budget";

  /** When a model should call the tool, in words for the model. */
  public static final String DESCRIPTION =
      "Tells how much of the user's budget is left and when there is more. Call it before long or"
          + " repeated work. If little is left, do the most important part first, and finish"
          + " early.";

  /** The JSON schema of the tool's arguments: there are none. */
  public static final String INPUT_SCHEMA =
      "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}";

  private static final JsonFactory JSON = new JsonFactory();

  private final Quotas quotas;
  private final QuotaMessages messages;
  private final List<String> names;

  private BudgetTool(Quotas quotas, QuotaMessages messages, List<String> names) {
    this.quotas = Objects.requireNonNull(quotas, "quotas");
    this.messages = Objects.requireNonNull(messages, "messages");
    this.names = List.copyOf(names);
    if (this.names.isEmpty()) {
      throw new IllegalArgumentException("names must have at least one quota, was empty");
    }
    this.names.forEach(name -> quotas.declareUse(name, BudgetTool.class.getName()));
  }

  /**
   * Makes a tool with the library's own sentences.
   *
   * @param quotas the engine
   * @param names the quotas in the answers, at least one
   * @return the tool
   * @throws IllegalArgumentException if no quota is named
   * @throws dev.quota.UnknownQuotaException if the policies lack one of them
   */
  public static BudgetTool of(Quotas quotas, String... names) {
    return of(quotas, QuotaMessages.create(), List.of(names));
  }

  /**
   * Makes a tool.
   *
   * @param quotas the engine
   * @param messages the sentences
   * @param names the quotas in the answers, at least one
   * @return the tool
   * @throws IllegalArgumentException if no quota is named
   * @throws dev.quota.UnknownQuotaException if the policies lack one of them
   */
  public static BudgetTool of(Quotas quotas, QuotaMessages messages, List<String> names) {
    return new BudgetTool(quotas, messages, names);
  }

  /**
   * Answers a call of the tool, and waits for the store.
   *
   * @param subject whom the agent works for
   * @return a JSON object. Its array {@code quotas} has, for each quota, the members {@code name},
   *     {@code unit}, {@code level}, {@code remaining}, {@code limit}, {@code resetAt} (ISO 8601,
   *     UTC), and {@code title} and {@code detail}, two sentences in the subject's language. The
   *     numbers are about the limit that is reached first. Unknown values are null
   */
  public String answer(Subject subject) {
    return json(quotas.states(subject, names));
  }

  /**
   * Answers a call of the tool without waiting.
   *
   * @param subject whom the agent works for
   * @return completes with what {@link #answer} returns
   */
  public CompletionStage<String> answerAsync(Subject subject) {
    return quotas.async().states(subject, names).thenApply(this::json);
  }

  private String json(QuotaSnapshot states) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("now", states.now().toString());
      json.writeArrayFieldStart("quotas");
      for (QuotaState state : states.visible().quotas()) {
        write(json, states, state);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return text.toString();
  }

  private void write(JsonGenerator json, QuotaSnapshot states, QuotaState state)
      throws IOException {
    Locale locale = states.subject().locale().orElse(Locale.ENGLISH);
    LimitState limit = state.binding();
    boolean isKnown = limit.accuracy() != Accuracy.UNKNOWN;
    json.writeStartObject();
    json.writeStringField("name", state.name());
    json.writeStringField("unit", state.policy().unit().name());
    json.writeStringField("level", state.level().text());
    // A shared limit hides the use of others. It has a rounded share and no numbers.
    write(json, "remaining", limit.rounded() ? OptionalLong.empty() : limit.remaining());
    write(json, "limit", isKnown ? limit.limit() : OptionalLong.empty());
    if (limit.resetAt().isPresent()) {
      json.writeStringField("resetAt", limit.resetAt().get().toString());
    } else {
      json.writeNullField("resetAt");
    }
    Message message = messages.message(states, state, locale);
    json.writeStringField("title", message.title());
    json.writeStringField("detail", message.detail());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, OptionalLong number)
      throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(name, number.getAsLong());
    } else {
      json.writeNullField(name);
    }
  }
}
