package dev.quota.http.answer;

import dev.quota.QuotaSnapshot;
import dev.quota.RefusalId;
import dev.quota.message.Message;
import dev.quota.policy.Action;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A refused request, with everything that a response says about it. All texts are plain text and
 * may come from a policy, so escape them. Immutable.
 *
 * @param status the HTTP status
 * @param type the problem type (RFC 9457): a URI that identifies the kind of refusal
 * @param code the message code, such as {@code quota.exhausted.rolling}
 * @param title the kind of refusal as text, the same for every refusal of that kind
 * @param detail what happened, until when and what to do; it is complete without the other members
 * @param locale the language and the region of the reader, for further texts from {@link
 *     dev.quota.message.QuotaMessages}
 * @param language the language of the texts, for {@code Content-Language} and {@code lang}
 * @param rightToLeft whether that language is written from right to left
 * @param retryAfterSeconds how long to wait, rounded up; empty if waiting cannot help
 * @param violatedPolicies the limits that refuse, as {@code <quota>.<limit>}
 * @param actions what the person can do, the most useful first
 * @param message the message of the binding quota; empty if there was no decision
 * @param states the states of the quotas; empty if there was no decision
 * @param errors the format of the endpoint's refusals
 * @param id the id of this refusal: that of the decision, which events have too, or a new one if
 *     there was no decision
 */
public record RefusedRequest(
    int status,
    String type,
    String code,
    String title,
    String detail,
    Locale locale,
    Locale language,
    boolean rightToLeft,
    OptionalLong retryAfterSeconds,
    List<String> violatedPolicies,
    List<Action> actions,
    Optional<Message> message,
    Optional<QuotaSnapshot> states,
    ErrorFormat errors,
    RefusalId id) {

  /**
   * Copies the lists.
   *
   * @param status the component
   * @param type the component
   * @param code the component
   * @param title the component
   * @param detail the component
   * @param locale the component
   * @param language the component
   * @param rightToLeft the component
   * @param retryAfterSeconds the component
   * @param violatedPolicies the component
   * @param actions the component
   * @param message the component
   * @param states the component
   * @param errors the component
   * @param id the component
   */
  public RefusedRequest {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(errors, "errors");
    Objects.requireNonNull(id, "id");
    violatedPolicies = List.copyOf(violatedPolicies);
    actions = List.copyOf(actions);
  }

  /**
   * Returns the same in another format.
   *
   * @param format the format
   * @return the refusal
   */
  public RefusedRequest withErrors(ErrorFormat format) {
    return new RefusedRequest(
        status,
        type,
        code,
        title,
        detail,
        locale,
        language,
        rightToLeft,
        retryAfterSeconds,
        violatedPolicies,
        actions,
        message,
        states,
        format,
        id);
  }
}
