package dev.quota.jaxrs;

import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import dev.quota.http.QuotaHttpBuilder;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.message.QuotaMessages;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Collects the settings of a feature. Not thread-safe. */
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
   * Sets the renderer of the page for a person in a browser. Other refusals are still problem
   * documents.
   *
   * @param renderer makes the page
   * @return this builder
   */
  public QuotaFeatureBuilder page(RefusalRenderer renderer) {
    page = Optional.of(renderer);
    return this;
  }

  /**
   * Sets the application's CSS for the default page, such as {@code ":root { --quota-accent:
   * #0a7d33 }"}. It comes after the CSS of the library, so it has priority. It cannot load
   * anything, because the page's content security policy forbids that.
   *
   * @param css the CSS rules
   * @return this builder
   * @throws IllegalArgumentException if they contain {@code </style}
   */
  public QuotaFeatureBuilder pageStyle(String css) {
    http.pageStyle(css);
    styled = !css.isEmpty();
    return this;
  }

  /**
   * Sets the renderer of all refusals, both problem documents and pages.
   *
   * @param renderer by default a problem document, or a page for a person in a browser
   * @return this builder
   */
  public QuotaFeatureBuilder refusals(RefusalRenderer renderer) {
    refusals = Optional.of(renderer);
    return this;
  }

  /**
   * Sets the longest wait for which {@code Retry-After} is sent. Many clients sleep as long as the
   * header says, even for hours, while a person waits. Without the header they report the refusal
   * at once. {@code retryAfterSeconds} in the body has every wait.
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
   * Sends {@code Retry-After} for every wait, even for days.
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
   * Sets the path of the state endpoints, below the path of the application.
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
   * Sets whether the charge of a request is refunded if the request fails before it delivered
   * anything.
   *
   * @param refund by default true
   * @return this builder
   */
  public QuotaFeatureBuilder refundFailed(boolean refund) {
    http.refundFailed(refund);
    return this;
  }

  /**
   * Sets which statuses of an answer refund its charge, if nothing was delivered before. An
   * exception of the application always refunds. Do not use a status that an endpoint sends after
   * it has done its work, or clients get that work for free.
   *
   * @param statuses {@code 4xx}, {@code 5xx} or single statuses from 400 to 599, such as {@code
   *     415}; by default {@code 5xx}; without arguments no status refunds
   * @return this builder
   * @throws IllegalArgumentException if one is anything else
   */
  public QuotaFeatureBuilder refundOn(String... statuses) {
    http.refundOn(statuses);
    return this;
  }

  /**
   * Sets the secret that signs the {@code Quota-Conversation} header, so that clients cannot forge
   * it. All services that pass conversations on to each other must have the same secret.
   *
   * @param secret at least 16 bytes, copied; by default a random one of this process, so that
   *     headers are not valid on other nodes or after a restart
   * @return this builder
   * @throws IllegalArgumentException if the secret is shorter
   */
  public QuotaFeatureBuilder conversationSecret(byte[] secret) {
    http.conversationSecret(secret);
    return this;
  }

  /**
   * Sets whether several subjects can take part in one conversation, such as agents with their own
   * accounts. All services that pass conversations on to each other must have the same setting.
   *
   * @param shared by default false: only the subject that began a conversation can use it, and the
   *     header of another subject is refused with status 400
   * @return this builder
   */
  public QuotaFeatureBuilder sharedConversations(boolean shared) {
    http.sharedConversations(shared);
    return this;
  }

  /**
   * Sets how many conversations one subject may begin on each node, if policies limit
   * conversations. A conversation counts when its {@code Quota-Conversation} header comes back, or
   * at once if the first request reserves on it.
   *
   * @param limit a limit in the grammar of the policy file; by default {@code "10000 per 24 hours"}
   * @return this builder
   * @throws IllegalArgumentException if it is not a number of conversations in a window
   */
  public QuotaFeatureBuilder newConversations(String limit) {
    http.newConversations(limit);
    return this;
  }

  /**
   * Sets how long the {@code Idempotency-Key} of a request is remembered, at endpoints that are
   * {@link dev.quota.Quota#idempotent}.
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
   * Checks everything and returns the feature.
   *
   * @return the feature
   * @throws IllegalArgumentException if one setting makes another useless, or if the store of the
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
