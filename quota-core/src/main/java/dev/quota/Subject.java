package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.internal.text.Names;
import dev.quota.policy.BillingAnchor;
import dev.quota.policy.Capacity;
import dev.quota.policy.Scope;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is charged. Instances are immutable.
 *
 * <p>{@link #toString} shows a digest instead of the id, so that a subject can be logged.
 */
public final class Subject {

  /** What the id of a subject is. A user and an address with equal ids are different subjects. */
  public enum Kind {
    /** A user that the application knows. */
    USER,
    /** A network address, which several people may share. */
    ADDRESS;

    private final String text = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the word used in keys and JSON.
     *
     * @return the name in lower case
     */
    public String text() {
      return text;
    }
  }

  private final Kind kind;
  private final String id;
  private final Optional<String> plan;
  private final Optional<ZoneId> zone;
  private final Optional<Locale> locale;
  private final Map<Scope, String> groups;
  private final Map<Scope, BillingAnchor> anchors;
  private final Map<String, Long> caps;
  private @Nullable String digest;

  private Subject(Builder builder) {
    kind = builder.kind;
    id = builder.id;
    plan = builder.plan;
    zone = builder.zone;
    locale = builder.locale;
    groups = Map.copyOf(builder.groups);
    caps = Map.copyOf(builder.caps);
    anchors = Map.copyOf(builder.anchors);
  }

  /** Creates a subject without more data. It is short, because each filtered request needs one. */
  private Subject(Kind kind, String id) {
    this.kind = kind;
    this.id = requireText(id);
    this.plan = Optional.empty();
    this.zone = Optional.empty();
    this.locale = Optional.empty();
    this.groups = Map.of();
    this.anchors = Map.of();
    this.caps = Map.of();
  }

  private static String requireText(String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id must not be empty");
    }
    return id;
  }

  /** Returns a digest of the kind and the id. It is kept; two threads may compute the same. */
  String digest() {
    String kept =
        Objects.requireNonNullElseGet(digest, () -> Digests.digest(kind.text() + ":" + id));
    digest = kept;
    return kept;
  }

  /**
   * Returns a user without a plan, a zone, a locale or groups.
   *
   * @param id the id that the application uses for the user, not empty
   * @return the subject
   * @throws IllegalArgumentException if the id is empty
   */
  public static Subject user(String id) {
    return new Subject(Kind.USER, id);
  }

  /**
   * Returns a network address.
   *
   * @param address the address
   * @return the subject
   * @throws IllegalArgumentException if the address is empty
   */
  public static Subject address(String address) {
    return new Subject(Kind.ADDRESS, address);
  }

  /**
   * Starts a subject.
   *
   * @param kind what the id is
   * @param id a text, not empty
   * @return a builder, to be used by one thread
   * @throws IllegalArgumentException if the id is empty
   */
  public static Builder builder(Kind kind, String id) {
    return new Builder(kind, id);
  }

  /**
   * Returns what the id is.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns the raw id. It must not be logged or shown in messages.
   *
   * @return the id, never empty
   */
  public String id() {
    return id;
  }

  /**
   * Returns the name of the subject's plan.
   *
   * @return the plan; empty for the default plan
   */
  public Optional<String> plan() {
    return plan;
  }

  /**
   * Returns the time zone of the subject's calendar windows.
   *
   * @return the zone; empty for the default zone
   */
  public Optional<ZoneId> zone() {
    return zone;
  }

  /** {@return the language that the subject reads, if it is known} */
  public Optional<Locale> locale() {
    return locale;
  }

  /**
   * Returns the groups the subject belongs to.
   *
   * @return ids by {@link Scope#TEAM}, {@link Scope#ORG} and {@link Scope#CONVERSATION}
   */
  public Map<Scope, String> groups() {
    return groups;
  }

  /**
   * Returns when the billing cycles of the subject begin.
   *
   * @return the subject's own anchor, if it has one
   */
  public Optional<BillingAnchor> billingAnchor() {
    return Optional.ofNullable(anchors.get(Scope.USER));
  }

  /**
   * Returns when the billing cycles begin that the subject counts on in a scope.
   *
   * @param scope a scope
   * @return for {@link Scope#USER} the subject's own anchor; for a team or an organisation that of
   *     the group, or the subject's own if it is in no such group and so counts alone; empty for
   *     other scopes
   */
  public Optional<BillingAnchor> billingAnchor(Scope scope) {
    boolean alone = (scope == Scope.TEAM || scope == Scope.ORG) && !groups.containsKey(scope);
    return alone ? billingAnchor() : Optional.ofNullable(anchors.get(scope));
  }

  /** Returns whether it has any billing anchor. */
  boolean hasBillingAnchor() {
    return !anchors.isEmpty();
  }

  /**
   * Returns the person's own caps, which only tighten limits.
   *
   * @return units, by the qualified name of a limit such as {@code chat.daily}
   */
  public Map<String, Long> caps() {
    return caps;
  }

  /**
   * Returns a builder with the values of this subject.
   *
   * @return a builder, to be used by one thread
   */
  public Builder toBuilder() {
    Builder builder = new Builder(kind, id);
    builder.plan = plan;
    builder.zone = zone;
    builder.locale = locale;
    groups.forEach(builder::group);
    builder.caps.putAll(caps);
    builder.anchors.putAll(anchors);
    return builder;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subject that
        && kind == that.kind
        && id.equals(that.id)
        && plan.equals(that.plan)
        && zone.equals(that.zone)
        && locale.equals(that.locale)
        && groups.equals(that.groups)
        && caps.equals(that.caps)
        && anchors.equals(that.anchors);
  }

  @Override
  public int hashCode() {
    return kind.hashCode() * 31 + id.hashCode();
  }

  @Override
  public String toString() {
    return kind.text() + ":" + Digests.shortDigest(id);
  }

  /** Collects a subject. Not thread-safe. */
  public static final class Builder {

    private final Kind kind;
    private final String id;
    private final Map<Scope, BillingAnchor> anchors = new EnumMap<>(Scope.class);
    private Map<Scope, String> groups = Map.of();
    private final Map<String, Long> caps = new HashMap<>();
    private Optional<String> plan = Optional.empty();
    private Optional<ZoneId> zone = Optional.empty();
    private Optional<Locale> locale = Optional.empty();

    private Builder(Kind kind, String id) {
      this.kind = Objects.requireNonNull(kind, "kind");
      this.id = requireText(id);
    }

    /**
     * Sets the plan.
     *
     * @param name a plan's name
     * @return this builder
     */
    public Builder plan(String name) {
      plan = Optional.of(name);
      return this;
    }

    /**
     * Sets the time zone of the subject's calendar windows.
     *
     * @param id the zone
     * @return this builder
     */
    public Builder zone(ZoneId id) {
      zone = Optional.of(id);
      return this;
    }

    /**
     * Sets the language the subject reads.
     *
     * @param language the locale
     * @return this builder
     */
    public Builder locale(Locale language) {
      locale = Optional.of(language);
      return this;
    }

    /**
     * Sets the group that limits of a scope count on.
     *
     * @param scope {@link Scope#TEAM}, {@link Scope#ORG} or {@link Scope#CONVERSATION}
     * @param groupId the group's id, not empty
     * @return this builder
     * @throws IllegalArgumentException if the scope is another, or the id is empty
     */
    public Builder group(Scope scope, String groupId) {
      if (scope == Scope.USER || scope == Scope.GLOBAL) {
        throw new IllegalArgumentException(
            "scope must be team, org or conversation, was " + scope.text());
      }
      if (groupId.isEmpty()) {
        throw new IllegalArgumentException("groupId must not be empty");
      }
      if (groups.isEmpty()) {
        groups = new EnumMap<>(Scope.class);
      }
      groups.put(scope, groupId);
      return this;
    }

    /**
     * Sets when the subject's own billing cycles begin. Limits {@code per billing cycle} without a
     * day use it.
     *
     * <p>It may change at any time. A cycle that has begun keeps its end and its count, and the
     * next one ends at the new anchor.
     *
     * @param anchor the day and hour, in the subject's zone
     * @return this builder
     */
    public Builder billingAnchor(BillingAnchor anchor) {
      return billingAnchor(Scope.USER, anchor);
    }

    /**
     * Sets when the billing cycles of the subject's team or organisation begin. All members must
     * have the same anchor of their group.
     *
     * @param scope {@link Scope#USER} for the subject's own, {@link Scope#TEAM} or {@link
     *     Scope#ORG}
     * @param anchor the day and hour, in the subject's zone unless the limit says {@code in …}
     * @return this builder
     * @throws IllegalArgumentException if the scope is another
     */
    public Builder billingAnchor(Scope scope, BillingAnchor anchor) {
      if (scope == Scope.GLOBAL || scope == Scope.CONVERSATION) {
        throw new IllegalArgumentException("scope must be user, team or org, was " + scope.text());
      }
      anchors.put(scope, Objects.requireNonNull(anchor, "anchor"));
      return this;
    }

    /**
     * Sets the conversation that the subject takes part in: one task, in which agents may call each
     * other. The limits on a conversation count what all of them use.
     *
     * @param id the conversation's id, not empty. Anybody who knows it can use up its limits, so it
     *     must not be guessable if clients can send one
     * @return this builder
     * @throws IllegalArgumentException if the id is empty
     */
    public Builder conversation(String id) {
      return group(Scope.CONVERSATION, id);
    }

    /**
     * Sets a cap that the person chose. It only tightens: a limit has its own capacity if that is
     * smaller. A limit that the policies do not have is ignored, because caps are kept for longer
     * than policies. A capacity that cannot be counted exactly is lowered to the next that can.
     *
     * @param quota the quota's name
     * @param limit the limit's name
     * @param units at least 1
     * @return this builder
     * @throws IllegalArgumentException if a name is malformed or the units are out of range
     */
    public Builder cap(String quota, String limit, long units) {
      if (units < 1 || units > Capacity.MAX_UNITS) {
        throw new IllegalArgumentException(
            "units must be between 1 and " + Capacity.MAX_UNITS + ", was " + units);
      }
      caps.put(Names.require(quota, "quota") + "." + Names.require(limit, "limit"), units);
      return this;
    }

    /**
     * Returns the subject.
     *
     * @return the subject
     */
    public Subject build() {
      return new Subject(this);
    }
  }
}
