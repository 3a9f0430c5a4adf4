package dev.quota.test;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.store.ManualClock;
import java.io.StringReader;
import java.time.Instant;

/**
 * An engine for a test. Counts are in memory, and the clock only moves when the test moves it.
 * Thread-safe, but {@link #given} moves the clock for all threads.
 *
 * <pre>{@code
 * try (TestQuotas test = TestQuotas.of(PolicyFile.read(Path.of("quotas.yaml")))) {
 *   test.given(Subject.user("alice")).hasUsed(49, "chat");
 * }
 * }</pre>
 */
public final class TestQuotas implements AutoCloseable {

  /** What the clock shows first: a Thursday at noon, far from the ends of windows. */
  static final String STARTS_AT = "2026-01-15T12:00:00Z";

  private final ManualClock clock;
  private final Quotas quotas;

  private TestQuotas(Quotas quotas, ManualClock clock) {
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * Starts an engine whose clock shows 2026-01-15T12:00:00Z.
   *
   * @param policies the policies
   * @return the engine, to be closed after the test
   */
  public static TestQuotas of(Policies policies) {
    return of(policies, Instant.parse(STARTS_AT));
  }

  /**
   * Starts an engine.
   *
   * @param policies the policies
   * @param start what the clock shows first, cut to whole milliseconds
   * @return the engine, to be closed after the test
   */
  public static TestQuotas of(Policies policies, Instant start) {
    ManualClock clock = new ManualClock(start);
    return of(Quotas.builder().policies(policies).clock(clock).build(), clock);
  }

  /**
   * Uses an engine that an application made.
   *
   * @param quotas the engine; {@link #close} closes it
   * @param clock the clock that it was built with
   * @return the engine and its clock
   */
  public static TestQuotas of(Quotas quotas, ManualClock clock) {
    return new TestQuotas(quotas, clock);
  }

  /**
   * Starts an engine whose clock shows 2026-01-15T12:00:00Z.
   *
   * @param yaml the text of a policy file
   * @return the engine, to be closed after the test
   * @throws dev.quota.policy.PolicyException if anything in it is wrong
   */
  public static TestQuotas ofYaml(String yaml) {
    return of(PolicyFile.read("policies", new StringReader(yaml)));
  }

  /**
   * Returns the engine, for the code that is tested.
   *
   * @return the engine
   */
  public Quotas quotas() {
    return quotas;
  }

  /**
   * Returns the clock of the engine.
   *
   * @return the clock, to be moved
   */
  public ManualClock clock() {
    return clock;
  }

  /**
   * Starts to set what a user has used.
   *
   * @param id the user's id
   * @return the settings
   */
  public GivenSubject given(String id) {
    return given(Subject.user(id));
  }

  /**
   * Starts to set what a subject has used.
   *
   * @param subject with the plan and the groups that it has
   * @return the settings
   */
  public GivenSubject given(Subject subject) {
    return new GivenSubject(quotas, clock, subject);
  }

  /** Closes the engine. */
  @Override
  public void close() {
    quotas.close();
  }
}
