package dev.quota;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Puts an endpoint under a quota: each call is charged before it runs.
 *
 * <pre>{@code
 * @Quota("chat")                                                  // defined by the policies
 * @Quota(value = "image", cost = 4)                               // every call costs four
 * @Quota(value = "image", costFrom = ImageCost.class)             // the request decides
 * @Quota(value = "tokens", costExpression = "#request.maxTokens") // the arguments decide
 * @Quota(value = "search", limits = "30 per minute", warnAt = "80%") // defined in place
 * }</pre>
 *
 * <p>Repeated annotations are charged together, all or none. An annotation on a method replaces the
 * annotation of the same quota on its type, and adds to the others. A definition in code overrides
 * one in place, and the policy file overrides both. Two different definitions in place of one name
 * stop the start.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(Quota.List.class)
public @interface Quota {

  /** The value of {@link #cost} that means the usual cost of the policy. */
  long USUAL_COST = Long.MIN_VALUE;

  /**
   * The quota's name.
   *
   * @return a name that matches {@code [a-z][a-z0-9_-]*}
   */
  String value();

  /**
   * What one call costs, in the quota's unit.
   *
   * @return zero or more; by default the policy's usual cost
   */
  long cost() default USUAL_COST;

  /**
   * A function that takes the cost from the request. It cannot be combined with {@link #cost}.
   *
   * @return a class with a constructor without parameters; by default none
   */
  Class<? extends CostFunction<?>> costFrom() default CostFunction.None.class;

  /**
   * An expression over the arguments of the annotated method that gives the cost. It cannot be
   * combined with {@link #cost} or {@link #costFrom}. The framework determines the language: SpEL
   * in Spring. A framework without expressions does not start.
   *
   * @return an expression whose value is a whole number, zero or more; by default none
   */
  String costExpression() default "";

  /**
   * An expression over the arguments of the annotated method that says who is charged, in the
   * language of {@link #costExpression}.
   *
   * @return an expression whose value is a {@link Subject} or the id of a user; by default none:
   *     the caller is charged
   */
  String subjectExpression() default "";

  /**
   * Whether a request is not charged again if it repeats the {@code Idempotency-Key} of an earlier
   * one. Use it only for endpoints that then return the stored answer of the first request.
   * Otherwise clients can use it to get around the quota. All annotations of one endpoint must
   * agree.
   *
   * @return by default false
   */
  boolean idempotent() default false;

  /**
   * Whether a request without an {@code Idempotency-Key} is refused with status 400. Only allowed
   * together with {@link #idempotent}. One annotation of an endpoint is enough.
   *
   * @return by default false
   */
  boolean keyRequired() default false;

  /**
   * Defines the quota in place, in the grammar of the policy file, such as {@code "30 per minute"}
   * or {@code "daily: 50 per calendar day"}.
   *
   * @return the limits; by default none, and the policies define the quota
   */
  String[] limits() default {};

  /**
   * Thresholds of a quota that is defined in place, such as {@code "80%"} or {@code "10 left"}.
   *
   * @return the thresholds, by default none; only allowed together with {@link #limits}
   */
  String[] warnAt() default {};

  /** Holds repeated {@link Quota} annotations. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface List {

    /**
     * The repeated annotations.
     *
     * @return at least two
     */
    Quota[] value();
  }
}
