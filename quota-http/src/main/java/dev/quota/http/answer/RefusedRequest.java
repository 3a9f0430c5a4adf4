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
 * A request that will not reach its endpoint, with everything a response says about it. All texts
 * are plain text, and may come from a policy: escape them.
 *
 * @param status the HTTP status
 * @param type the problem type (RFC 9457), an address that identifies the kind of refusal
 * @param code the message code, such as {@code quota.exhausted.rolling}
 * @param title the kind of refusal in words, the same for every refusal of that kind
 * @param detail what happened, until when and what to do, for whoever reads nothing else
 * @param locale how the words are written: the language, and the region of the reader; for asking
 *     {@link dev.quota.message.QuotaMessages} for more
 * @param language the language of the words, for {@code Content-Language} and {@code lang}
 * @param rightToLeft whether that language is written from right to left
 * @param retryAfterSeconds how long to wait, rounded up; empty if waiting cannot help
 * @param violatedPolicies the limits that refuse, as {@code <quota>.<limit>}
 * @param actions what the person can do, the most useful first
 * @param message what the quota that speaks for all of them says; empty if none was asked
 * @param states the states of the quotas that were asked; empty if none was asked
 * @param errors the shape in which the endpoint's refusals are written
 * @param id names this refusal: that of the decision, which listeners hear, or one of its own where
 *     none was made
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
   * Returns the same in another shape.
   *
   * @param format the shape
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
