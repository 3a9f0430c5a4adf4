package dev.quota.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import dev.quota.Decision;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.benchmarks.Contenders.PerUser;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One charge against two limits in this process. The benchmark reads everything from the answer
 * that a response would show. Guava and Resilience4j have one limit and answer yes or no.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms2g", "-Xmx2g"})
public class LocalDecision {

  /** The engine, and a subject for each user. */
  @State(Scope.Benchmark)
  public static class Engine {

    Quotas quotas;
    Subject[] subjects;

    /**
     * Charges every user once, so that nothing is created during the measurement.
     *
     * @param users who is charged
     */
    @Setup
    public void chargeAll(Users users) {
      quotas = Contenders.quotas();
      subjects = new Subject[users.users];
      for (int i = 0; i < subjects.length; i++) {
        subjects[i] = Subject.user(users.ids[i]);
        Decision unused = quotas.charge(subjects[i], Contenders.QUOTA, 1);
      }
    }
  }

  /** Buckets that lock. */
  @State(Scope.Benchmark)
  public static class Synchronised {

    final PerUser<Bucket> buckets =
        new PerUser<>(id -> Contenders.bucket(SynchronizationStrategy.SYNCHRONIZED));

    /**
     * Creates a bucket for every user.
     *
     * @param users who is charged
     */
    @Setup
    public void createAll(Users users) {
      buckets.createAll(users.ids);
    }
  }

  /** Buckets with compare and swap. */
  @State(Scope.Benchmark)
  public static class LockFree {

    final PerUser<Bucket> buckets =
        new PerUser<>(id -> Contenders.bucket(SynchronizationStrategy.LOCK_FREE));

    /**
     * Creates a bucket for every user.
     *
     * @param users who is charged
     */
    @Setup
    public void createAll(Users users) {
      buckets.createAll(users.ids);
    }
  }

  /** Guava's limiters. */
  @State(Scope.Benchmark)
  public static class Guava {

    final PerUser<RateLimiter> limiters = new PerUser<>(id -> Contenders.guava());

    /**
     * Creates a limiter for every user.
     *
     * @param users who is charged
     */
    @Setup
    public void createAll(Users users) {
      limiters.createAll(users.ids);
    }
  }

  /** Resilience4j's limiters. */
  @State(Scope.Benchmark)
  public static class Resilience4j {

    final PerUser<io.github.resilience4j.ratelimiter.RateLimiter> limiters =
        new PerUser<>(id -> Contenders.resilience4j());

    /**
     * Creates a limiter for every user.
     *
     * @param users who is charged
     */
    @Setup
    public void createAll(Users users) {
      limiters.createAll(users.ids);
    }
  }

  /**
   * Charges a subject that the application keeps.
   *
   * @param engine what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void quota(Engine engine, Users users, Pick pick, Blackhole blackhole) {
    Subject subject = engine.subjects[pick.next(users.users)];
    charge(engine, subject, blackhole);
  }

  /**
   * Charges a subject that is made for the call, as a filter does.
   *
   * @param engine what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void quotaNewSubject(Engine engine, Users users, Pick pick, Blackhole blackhole) {
    Subject subject = Subject.user(users.ids[pick.next(users.users)]);
    charge(engine, subject, blackhole);
  }

  private static void charge(Engine engine, Subject subject, Blackhole blackhole) {
    QuotaState state = engine.quotas.charge(subject, Contenders.QUOTA, 1).states().quotas().get(0);
    blackhole.consume(state.allowed());
    blackhole.consume(state.level());
    blackhole.consume(state.primary().remaining());
    blackhole.consume(state.primary().resetAt());
    blackhole.consume(state);
  }

  /**
   * Asks a locking bucket for what every bandwidth has left.
   *
   * @param bare what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void bucket4jSynchronisedVerbose(
      Synchronised bare, Users users, Pick pick, Blackhole blackhole) {
    verbose(bare.buckets.of(users.ids[pick.next(users.users)]), blackhole);
  }

  /**
   * Asks a lock-free bucket for what every bandwidth has left.
   *
   * @param bare what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void bucket4jLockFreeVerbose(LockFree bare, Users users, Pick pick, Blackhole blackhole) {
    verbose(bare.buckets.of(users.ids[pick.next(users.users)]), blackhole);
  }

  private static void verbose(Bucket bucket, Blackhole blackhole) {
    VerboseResult<ConsumptionProbe> result = bucket.asVerbose().tryConsumeAndReturnRemaining(1);
    blackhole.consume(result.getValue().isConsumed());
    blackhole.consume(result.getDiagnostics().getAvailableTokensPerEachBandwidth());
    blackhole.consume(result.getDiagnostics().calculateFullRefillingTime());
    blackhole.consume(result);
  }

  /**
   * Asks a locking bucket for the least that any bandwidth has left.
   *
   * @param bare what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void bucket4jSynchronisedProbe(
      Synchronised bare, Users users, Pick pick, Blackhole blackhole) {
    probe(bare.buckets.of(users.ids[pick.next(users.users)]), blackhole);
  }

  /**
   * Asks a lock-free bucket for the least that any bandwidth has left.
   *
   * @param bare what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void bucket4jLockFreeProbe(LockFree bare, Users users, Pick pick, Blackhole blackhole) {
    probe(bare.buckets.of(users.ids[pick.next(users.users)]), blackhole);
  }

  private static void probe(Bucket bucket, Blackhole blackhole) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    blackhole.consume(probe.isConsumed());
    blackhole.consume(probe.getRemainingTokens());
    blackhole.consume(probe.getNanosToWaitForReset());
    blackhole.consume(probe);
  }

  /**
   * Asks Guava's limiter, which says yes or no.
   *
   * @param bare what is measured
   * @param users who is charged
   * @param pick which of them
   * @return whether it is allowed
   */
  @Benchmark
  public boolean guava(Guava bare, Users users, Pick pick) {
    return bare.limiters.of(users.ids[pick.next(users.users)]).tryAcquire();
  }

  /**
   * Asks Resilience4j's limiter, which says yes or no.
   *
   * @param bare what is measured
   * @param users who is charged
   * @param pick which of them
   * @return whether it is allowed
   */
  @Benchmark
  public boolean resilience4j(Resilience4j bare, Users users, Pick pick) {
    return bare.limiters.of(users.ids[pick.next(users.users)]).acquirePermission();
  }
}
