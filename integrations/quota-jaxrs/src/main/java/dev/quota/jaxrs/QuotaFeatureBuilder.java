package dev.quota.jaxrs;

import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import dev.quota.http.QuotaHttpBuilder;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.message.QuotaMessages;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Collects a feature's collaborators. Not thread-safe. */
public final class QuotaFeatureBuilder {

  final Quotas quotas;
  final QuotaHttpBuilder http;
  SubjectResolver subjects = SubjectResolver.principalOrAddress();
  Optional<RefusalRenderer> refusals = Optional.empty();
  Optional<RefusalRenderer> page = Optional.empty();
  String base = QuotaFeature.DEFAULT_BASE;
  private boolean styled;

  QuotaFeatureBuilder(Quotas quotas) {
    this.quotas = Objects.requireNonNull(quotas, "quotas");
    http = QuotaHttp.builder(quotas);
  }

  /**
   * Sets who is charged for a request.
   *
   * @param resolver by default {@link SubjectResolver#principalOrAddress}
   * @return this builder
   */
  public QuotaFeatureBuilder subjects(SubjectResolver resolver) {
    subjects = Objects.requireNonNull(resolver, "resolver");
    return this;
  }

  /**
   * Sets the page for a person who navigates. Everything else still gets a problem document.
   *
   * @param renderer makes the page
   * @return this builder
   */
  public QuotaFeatureBuilder page(RefusalRenderer renderer) {
    page = Optional.of(renderer);
    return this;
  }

  /**
   * Sets style rules of the application for our page, such as {@code ":root { --quota-accent:
   * #0a7d33 }"}. They stand after ours, so that they win. Nothing can be loaded from them: the
   * page's security policy forbids it.
   *
   * @param css the rules
   * @return this builder
   * @throws IllegalArgumentException if they contain {@code </style}
   */
  public QuotaFeatureBuilder pageStyle(String css) {
    http.pageStyle(css);
    styled = !css.isEmpty();
    return this;
  }

  /**
   * Sets how refusals look, problem documents and pages alike.
   *
   * @param renderer by default a problem document, or a page for a person who navigates
   * @return this builder
   */
  public QuotaFeatureBuilder refusals(RefusalRenderer renderer) {
    refusals = Optional.of(renderer);
    return this;
  }

  /**
   * Sets the longest wait that {@code Retry-After} says. Many clients sleep as long as the header
   * says, for hours too, while a person waits. For a longer wait there is no header, and such
   * clients report the refusal at once. {@code retryAfterSeconds} in the body says every wait.
   *
   * @param longest a positive time, by default a minute
   * @return this builder
   * @throws IllegalArgumentException if the time is not positive
   */
  public QuotaFeatureBuilder retryAfterCeiling(Duration longest) {
    http.retryAfterCeiling(longest);
    return this;
  }

  /**
   * Lets {@code Retry-After} say every wait, also one of days.
   *
   * @return this builder
   */
  public QuotaFeatureBuilder noRetryAfterCeiling() {
    http.noRetryAfterCeiling();
    return this;
  }

  /**
   * Sets which rate limit headers are written.
   *
   * @param dialect by default {@link HeaderDialect#draft11}
   * @return this builder
   */
  public QuotaFeatureBuilder headers(HeaderDialect dialect) {
    http.headers(dialect);
    return this;
  }

  /**
   * Sets the words.
   *
   * @param words by default {@link QuotaMessages#create}
   * @return this builder
   */
  public QuotaFeatureBuilder messages(QuotaMessages words) {
    http.messages(words);
    return this;
  }

  /**
   * Sets where the state endpoints are, below the path of the application.
   *
   * @param path starts with a slash and does not end with one; by default {@link
   *     QuotaFeature#DEFAULT_BASE}
   * @return this builder
   * @throws IllegalArgumentException if the path is malformed
   */
  public QuotaFeatureBuilder base(String path) {
    base = QuotaHttpBuilder.requireBase(path);
    return this;
  }

  /**
   * Sets whether a request that fails before it delivered anything gives its charge back.
   *
   * @param refund by default true
   * @return this builder
   */
  public QuotaFeatureBuilder refundFailed(boolean refund) {
    http.refundFailed(refund);
    return this;
  }

  /**
   * Sets which statuses of an answer give its charge back, as long as nothing was delivered before.
   * An exception of the application does so too, whatever is set here. Do not name a status that an
   * endpoint answers after it has done its work: a client could have that work for nothing.
   *
   * @param statuses {@code 4xx}, {@code 5xx} or single statuses from 400 to 599, such as {@code
   *     415}; by default {@code 5xx}; none if no status gives a charge back
   * @return this builder
   * @throws IllegalArgumentException if one is anything else
   */
  public QuotaFeatureBuilder refundOn(String... statuses) {
    http.refundOn(statuses);
    return this;
  }

  /**
   * Sets the secret that signs the {@code Quota-Conversation} header, so that nobody outside can
   * name a conversation. All services that pass conversations on to each other must have the same.
   *
   * @param secret at least 16 bytes, copied; by default a random one of this process, so that no
   *     other node and no later start takes what this one signed
   * @return this builder
   * @throws IllegalArgumentException if the secret is shorter
   */
  public QuotaFeatureBuilder conversationSecret(byte[] secret) {
    http.conversationSecret(secret);
    return this;
  }

  /**
   * Sets whether several subjects take part in one conversation, such as agents that each have an
   * account of their own. All services that pass conversations on to each other must have the same.
   *
   * @param shared by default false: a conversation is its beginner's, and a header that somebody
   *     else sends is refused with 400
   * @return this builder
   */
  public QuotaFeatureBuilder sharedConversations(boolean shared) {
    http.sharedConversations(shared);
    return this;
  }

  /**
   * Sets how many conversations of one subject each node begins to count, where policies limit
   * conversations. One is counted when its {@code Quota-Conversation} header comes back, and at
   * once where the first request reserves on it.
   *
   * @param limit a limit in words; by default {@code "10000 per 24 hours"}
   * @return this builder
   * @throws IllegalArgumentException if it is not a number over a time
   */
  public QuotaFeatureBuilder newConversations(String limit) {
    http.newConversations(limit);
    return this;
  }

  /**
   * Sets for how long the {@code Idempotency-Key} of a request to an endpoint that is {@link
   * dev.quota.Quota#idempotent} is remembered.
   *
   * @param window from 1 minute to 366 days; by default 24 hours
   * @return this builder
   * @throws IllegalArgumentException if the window is out of range
   */
  public QuotaFeatureBuilder idempotencyWindow(Duration window) {
    http.idempotencyWindow(window);
    return this;
  }

  /**
   * Returns the feature.
   *
   * @return the feature
   * @throws IllegalArgumentException if one of the settings replaces another, or the store of the
   *     engine cannot refund and {@link #refundFailed} is not false
   */
  public QuotaFeature build() {
    requireAlone(refusals.isPresent() && page.isPresent(), "page", "refusals");
    requireAlone(refusals.isPresent() && styled, "pageStyle", "refusals");
    requireAlone(page.isPresent() && styled, "pageStyle", "page");
    return new QuotaFeature(this);
  }

  private static void requireAlone(boolean both, String lost, String winner) {
    if (both) {
      throw new IllegalArgumentException(
          lost + " must not be set together with " + winner + ", which replaces it");
    }
  }
}
