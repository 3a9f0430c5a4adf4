package dev.quota.spring;

import dev.quota.http.QuotaHttpBuilder;
import dev.quota.http.answer.HeaderDialect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.Ordered;

/**
 * The properties that begin with {@code quota}.
 *
 * @param policies Where the policy file is, such as "classpath:quotas.yaml" or
 *     "file:/etc/app/quotas.yaml". Without it, only quotas that annotations or beans define exist.
 * @param policiesReload Whether a policy file that changes is read again while the application
 *     runs.
 * @param policiesLastGood Where a copy of the last good version is kept, if the policy file is read
 *     again.
 * @param prices Where your list of prices of models is, such as "classpath:prices.yaml". Its prices
 *     count before the built-in ones. Needs the artifact quota-models.
 * @param nodes How many nodes share the counts. Bounds what each node grants while Redis is away.
 * @param storeTimeout How long asynchronous decisions wait for a store that answers later, by
 *     default 10 seconds.
 * @param basePath Path of the state endpoints and of the web component.
 * @param headers Which rate limit headers answers have.
 * @param pageStyle CSS rules for the page of a refusal.
 * @param conversationSecret Signs the Quota-Conversation header, at least 16 bytes in UTF-8. By
 *     default random, so that other nodes do not accept it.
 * @param sharedConversations Whether several subjects can take part in one conversation.
 * @param newConversations How many conversations one subject may begin on each node, such as "10000
 *     per 24 hours".
 * @param refundFailed Whether a request that fails before it delivered anything is refunded.
 * @param refundOn Statuses of answers that refund their charge, such as "5xx,415", by default
 *     "5xx".
 * @param retryAfterCeiling Longest wait for which Retry-After is sent, by default a minute.
 * @param idempotencyWindow How long an Idempotency-Key is remembered, by default 24 hours.
 * @param filter Position of the filter.
 * @param methods How methods of beans are charged.
 * @param health How the health of the application shows the store.
 * @param redis Address of the Redis with the shared counts.
 * @param subject Who is charged.
 * @param ai What is reserved for calls of models by Spring AI.
 */
@ConfigurationProperties("quota")
public record QuotaProperties(
    @Nullable String policies,
    @DefaultValue("false") boolean policiesReload,
    @Nullable Path policiesLastGood,
    @Nullable String prices,
    @Nullable Integer nodes,
    @Nullable Duration storeTimeout,
    @DefaultValue("/quota") String basePath,
    @DefaultValue("draft11") Headers headers,
    @DefaultValue("") String pageStyle,
    @Nullable String conversationSecret,
    @DefaultValue("false") boolean sharedConversations,
    @Nullable String newConversations,
    @DefaultValue("true") boolean refundFailed,
    @DefaultValue("5xx") List<String> refundOn,
    @Nullable Duration retryAfterCeiling,
    @Nullable Duration idempotencyWindow,
    @DefaultValue Filter filter,
    @DefaultValue Methods methods,
    @DefaultValue Health health,
    @DefaultValue Redis redis,
    @DefaultValue Subject subject,
    @DefaultValue Ai ai) {

  /**
   * Checks what no bean checks by the name of its property.
   *
   * @param policies the component
   * @param policiesReload the component
   * @param policiesLastGood the component
   * @param prices the component
   * @param nodes the component
   * @param storeTimeout the component
   * @param basePath the component
   * @param headers the component
   * @param pageStyle the component
   * @param conversationSecret the component
   * @param sharedConversations the component
   * @param newConversations the component
   * @param refundFailed the component
   * @param refundOn the component
   * @param retryAfterCeiling the component
   * @param idempotencyWindow the component
   * @param filter the component
   * @param methods the component
   * @param health the component
   * @param redis the component
   * @param subject the component
   * @param ai the component
   * @throws IllegalArgumentException if the base path is malformed
   */
  public QuotaProperties {
    try {
      basePath = QuotaHttpBuilder.requireBase(basePath);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quota.base-path: " + e.getMessage(), e);
    }
  }

  /** Which rate limit headers answers have. */
  public enum Headers {
    /** {@code RateLimit} and {@code RateLimit-Policy}. */
    DRAFT11,
    /** {@code X-RateLimit-Limit} and its siblings. */
    LEGACY_X,
    /** None. */
    OFF;

    /**
     * Returns the dialect that writes them.
     *
     * @return the dialect
     */
    public HeaderDialect dialect() {
      return switch (this) {
        case DRAFT11 -> HeaderDialect.draft11();
        case LEGACY_X -> HeaderDialect.legacyX();
        case OFF -> HeaderDialect.off();
      };
    }
  }

  /**
   * Position of the filter.
   *
   * @param order Order of the filter among all filters. It must come after Spring Security's.
   */
  public record Filter(@DefaultValue("" + Ordered.LOWEST_PRECEDENCE) int order) {}

  /**
   * How methods of beans are charged.
   *
   * @param enabled Whether @Quota on a method of a bean that serves no request charges its calls.
   * @param order Order of the advice. By default it runs after Spring Security's, and before
   *     transactions and caches.
   */
  public record Methods(
      @DefaultValue("true") boolean enabled, @DefaultValue("" + DEFAULT_ORDER) int order) {

    /** The default order. */
    public static final int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 100;
  }

  /**
   * How the health of the application shows the store.
   *
   * @param downWithoutStore Whether the health is DOWN while the store does not answer. By default
   *     it is DEGRADED, which does not change the health of the application.
   */
  public record Health(@DefaultValue("false") boolean downWithoutStore) {}

  /**
   * Address of the Redis with the shared counts. It needs quota-redis. If none of these properties
   * is set, properties of the same names below {@code spring.data.redis} are used.
   *
   * @param url Address of Redis, such as "redis://127.0.0.1:6379". It replaces host and port.
   * @param host Host of Redis.
   * @param port Port of Redis, by default 6379.
   * @param username User of Redis.
   * @param password Password of Redis.
   * @param database Number of the database.
   * @param ssl Whether connections use TLS.
   * @param sentinel Sentinels that know the master.
   * @param cluster Nodes of a Redis Cluster.
   * @param secret Secret for the digests of people in the keys of Redis, at least 16 bytes in
   *     UTF-8. All nodes must have the same.
   * @param keyPrefix Prefix of all keys in Redis.
   * @param timeBudget Longest time that a decision waits for Redis, from 5 milliseconds to 10
   *     seconds.
   */
  public record Redis(
      @Nullable String url,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String username,
      @Nullable String password,
      @DefaultValue("0") int database,
      @DefaultValue Ssl ssl,
      @Nullable Sentinel sentinel,
      @Nullable Cluster cluster,
      @Nullable String secret,
      @Nullable String keyPrefix,
      @Nullable Duration timeBudget) {

    /**
     * Returns whether an address of Redis is set.
     *
     * @return true if it is
     */
    public boolean isSet() {
      return url != null || host != null || port != null || sentinel != null || cluster != null;
    }

    /**
     * Whether connections use TLS.
     *
     * @param enabled Whether they do.
     */
    public record Ssl(@DefaultValue("false") boolean enabled) {}

    /**
     * Sentinels that know the master.
     *
     * @param master Name of the master.
     * @param nodes Addresses of the sentinels, such as "10.0.0.1:26379".
     * @param username User of the sentinels.
     * @param password Password of the sentinels.
     */
    public record Sentinel(
        @Nullable String master,
        @DefaultValue List<String> nodes,
        @Nullable String username,
        @Nullable String password) {}

    /**
     * Nodes of a Redis Cluster.
     *
     * @param nodes Addresses of some nodes, such as "10.0.0.1:6379".
     */
    public record Cluster(@DefaultValue List<String> nodes) {}
  }

  /**
   * Who is charged.
   *
   * @param planClaim Name of the claim of a token or user that has the plan.
   * @param planAuthorityPrefix Prefix of the authority that has the plan: with "PLAN_" the
   *     authority PLAN_pro means the plan "pro".
   * @param localeClaim Name of the claim that has the language, such as "locale".
   * @param zoneClaim Name of the claim that has the time zone, such as "zoneinfo".
   */
  public record Subject(
      @Nullable String planClaim,
      @Nullable String planAuthorityPrefix,
      @Nullable String localeClaim,
      @Nullable String zoneClaim) {}

  /**
   * What is reserved for calls of models by Spring AI.
   *
   * @param quota Which quota each call of a ChatClient reserves. Needs the artifact
   *     quota-spring-ai.
   * @param usualOutputTokens How long an answer is assumed to become where its options have no
   *     maxTokens. By default the policy's estimate counts.
   * @param order The place of the advisor among the others, by default before the one that calls
   *     tools.
   * @param finishNote Whether a note is added to the system prompt when 90 % of a run is used.
   * @param embedding What is reserved for models of embeddings.
   * @param image What is reserved for models of images.
   * @param speech What is reserved for models that speak a text.
   * @param transcription What is reserved for models that write down what is said.
   */
  public record Ai(
      @Nullable String quota,
      @Nullable Long usualOutputTokens,
      @Nullable Integer order,
      @DefaultValue("false") boolean finishNote,
      @DefaultValue Model embedding,
      @DefaultValue Model image,
      @DefaultValue Model speech,
      @DefaultValue Model transcription) {

    /** Returns whether a quota is named. */
    boolean isUsed() {
      return Stream.of(quota, embedding.quota, image.quota, speech.quota, transcription.quota)
          .anyMatch(Objects::nonNull);
    }
  }

  /**
   * What is reserved for one kind of model.
   *
   * @param enabled Whether the beans of this kind are put behind a quota.
   * @param quota Which quota each call reserves, by default that of quota.ai.quota.
   * @param model The name of the model where Spring AI 1.1 does not give it.
   */
  public record Model(
      @DefaultValue("true") boolean enabled, @Nullable String quota, @Nullable String model) {}
}
