package dev.quota.http;

import dev.quota.Idempotency;
import dev.quota.Quotas;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.http.internal.call.AsyncCalls;
import dev.quota.http.internal.call.BlockingCalls;
import dev.quota.http.internal.conversation.Beginnings;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Openings;
import dev.quota.http.internal.header.QuotaHeaders;
import dev.quota.http.internal.header.RetryAdvice;
import dev.quota.http.internal.json.ProblemJson;
import dev.quota.http.internal.json.StateJson;
import dev.quota.http.internal.key.KeyedRequests;
import dev.quota.http.internal.negotiation.Languages;
import dev.quota.http.internal.page.BlockPage;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.http.internal.state.BasePath;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.LimitPolicy;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link QuotaHttp}. Not thread-safe. */
public final class QuotaHttpBuilder {

  private final Quotas quotas;
  private String pageStyle = "";
  private HeaderDialect headers = HeaderDialect.draft11();
  private @Nullable QuotaMessages messages;
  private boolean refundFailed = true;
  private RefundStatuses refundOn = RefundStatuses.DEFAULT;
  private Optional<byte[]> conversationSecret = Optional.empty();
  private boolean sharedConversations;
  private LimitPolicy newConversations = Beginnings.limit(Beginnings.DEFAULT_LIMIT);
  private Duration idempotencyWindow = Duration.ofHours(24);
  private Optional<Duration> retryAfterCeiling = Optional.of(RetryAdvice.DEFAULT_CEILING);

  QuotaHttpBuilder(Quotas quotas) {
    this.quotas = Objects.requireNonNull(quotas, "quotas");
  }

  /**
   * Sets the application's CSS for the page of a refusal.
   *
   * @param css the CSS rules
   * @return this builder
   * @throws IllegalArgumentException if they contain {@code </style}
   */
  public QuotaHttpBuilder pageStyle(String css) {
    pageStyle = BlockPage.requireStyle(css);
    return this;
  }

  /**
   * Sets the longest wait for which {@code Retry-After} is sent. Longer waits have no {@code
   * Retry-After}.
   *
   * @param longest a positive time, by default a minute
   * @return this builder
   * @throws IllegalArgumentException if the time is not positive
   */
  public QuotaHttpBuilder retryAfterCeiling(Duration longest) {
    if (longest.isNegative() || longest.isZero()) {
      throw new IllegalArgumentException("longest must be positive, was " + longest);
    }
    retryAfterCeiling = Optional.of(longest);
    return this;
  }

  /**
   * Sends {@code Retry-After} for every wait.
   *
   * @return this builder
   */
  public QuotaHttpBuilder noRetryAfterCeiling() {
    retryAfterCeiling = Optional.empty();
    return this;
  }

  /**
   * Sets which rate limit headers are written.
   *
   * @param dialect by default {@link HeaderDialect#draft11}
   * @return this builder
   */
  public QuotaHttpBuilder headers(HeaderDialect dialect) {
    headers = Objects.requireNonNull(dialect, "dialect");
    return this;
  }

  /**
   * Sets the messages.
   *
   * @param words by default {@link QuotaMessages#create}
   * @return this builder
   */
  public QuotaHttpBuilder messages(QuotaMessages words) {
    messages = Objects.requireNonNull(words, "words");
    return this;
  }

  /**
   * Sets whether the charge of a request is refunded if the request fails before it delivered
   * anything.
   *
   * @param refund by default true
   * @return this builder
   */
  public QuotaHttpBuilder refundFailed(boolean refund) {
    refundFailed = refund;
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
  public QuotaHttpBuilder refundOn(String... statuses) {
    refundOn = RefundStatuses.of(List.of(statuses));
    return this;
  }

  /**
   * Sets the secret that signs the {@code Quota-Conversation} header.
   *
   * @param secret at least 16 bytes, copied; by default a random one of this process
   * @return this builder
   * @throws IllegalArgumentException if the secret is shorter
   */
  public QuotaHttpBuilder conversationSecret(byte[] secret) {
    if (secret.length < Conversations.SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "secret must be at least "
              + Conversations.SHORTEST_SECRET
              + " bytes, was "
              + secret.length);
    }
    conversationSecret = Optional.of(secret.clone());
    return this;
  }

  /**
   * Sets whether several subjects can take part in one conversation.
   *
   * @param shared by default false: only the subject that began a conversation can use it
   * @return this builder
   */
  public QuotaHttpBuilder sharedConversations(boolean shared) {
    sharedConversations = shared;
    return this;
  }

  /**
   * Sets how many conversations one subject may begin on each node.
   *
   * @param limit a limit in the grammar of the policy file; by default {@code "10000 per 24 hours"}
   * @return this builder
   * @throws IllegalArgumentException if it is not a number of conversations in a window
   */
  public QuotaHttpBuilder newConversations(String limit) {
    newConversations = Beginnings.limit(limit);
    return this;
  }

  /**
   * Sets how long an {@code Idempotency-Key} is remembered.
   *
   * @param window from 1 minute to 366 days; by default 24 hours
   * @return this builder
   * @throws IllegalArgumentException if the window is out of range
   */
  public QuotaHttpBuilder idempotencyWindow(Duration window) {
    idempotencyWindow = new Idempotency("any", window).window();
    return this;
  }

  /**
   * Checks the base path of the state endpoints, for the builders of adapters.
   *
   * @param path starts with a slash and does not end with one
   * @return the path
   * @throws IllegalArgumentException if the path is malformed
   */
  public static String requireBase(String path) {
    return BasePath.require(path);
  }

  /**
   * Checks everything and returns the instance.
   *
   * @return the instance
   * @throws IllegalArgumentException if the store of the engine cannot refund and {@link
   *     #refundFailed} is not false
   */
  public QuotaHttp build() {
    requireRefunds();
    QuotaMessages words = messages == null ? QuotaMessages.create() : messages;
    StateJson json = new StateJson(words);
    Languages languages = new Languages(words);
    ProblemJson problems = new ProblemJson(json);
    BlockPage page = new BlockPage(words, pageStyle);
    QuotaHeaders fields = new QuotaHeaders(headers);
    RetryAdvice advice = new RetryAdvice(retryAfterCeiling);
    Refusals refusals = new Refusals(words, languages, fields, problems, page, advice);
    return new QuotaHttp(
        parts(words, fields, refusals, json, languages),
        new KeyedRequests(idempotencyWindow),
        new StateEndpoint(quotas, words, languages, json, problems),
        new WarmUp(quotas, json, headers, refusals, problems, page));
  }

  private ExchangeParts parts(
      QuotaMessages words,
      QuotaHeaders fields,
      Refusals refusals,
      StateJson json,
      Languages languages) {
    return new ExchangeParts(
        quotas,
        new BlockingCalls(quotas),
        new AsyncCalls(quotas.async()),
        fields,
        refusals,
        json,
        words,
        languages,
        new Conversations(conversationSecret, sharedConversations),
        new Openings(quotas, new Beginnings(newConversations)),
        refundFailed,
        refundOn);
  }

  private void requireRefunds() {
    if (refundFailed && !quotas.supports(StoreCapability.REFUNDS)) {
      throw new IllegalArgumentException(
          "refundFailed must be false for the store \""
              + quotas.health().store()
              + "\", which does not declare the capability REFUNDS: requests that fail stay charged"
              + " then");
    }
  }
}
