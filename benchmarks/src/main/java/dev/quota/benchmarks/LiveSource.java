package dev.quota.benchmarks;

import dev.quota.Decision;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.Subject;
import dev.quota.policy.PolicyFile;
import dev.quota.source.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One charge under policies that never change, and under the same policies of a watched file. The
 * others are what the same engine can do with policies: a version for a share of all people, and a
 * limit in shadow mode.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms2g", "-Xmx2g"})
public class LiveSource {

  /** How an engine gets its policies. */
  public enum Policies {
    /** Once, at the start. */
    FIXED,
    /** From a file that is watched. */
    WATCHED,
    /** At the start, with another version for half of all people. */
    ROLLED_OUT,
    /** At the start, with a third limit in shadow mode. */
    SHADOW
  }

  /** An engine, and a subject for each user. */
  @State(Scope.Benchmark)
  public static class Engine {

    private static final String LIMITS =
        """
        version: 1
        quotas:
          chat:
            warn-at: [80%, 95%]
            limits:
              burst: 1_000_000_000 per minute
              daily: 1_000_000_000_000 per calendar day
        """;
    private static final String TRIED =
        "      weekly: {limit: 1_000_000_000_000 per calendar week, mode: shadow}\n";

    /** How it gets its policies. */
    @Param public Policies policies;

    Quotas quotas;
    Subject[] subjects;
    private Path file;

    /**
     * Charges every user once, so that nothing is created during the measurement.
     *
     * @param users who is charged
     * @throws IOException if the file cannot be written
     */
    @Setup
    public void chargeAll(Users users) throws IOException {
      String text = policies == Policies.SHADOW ? LIMITS + TRIED : LIMITS;
      file = Files.writeString(Files.createTempFile("quotas", ".yaml"), text);
      QuotasBuilder builder = Quotas.builder();
      quotas =
          policies == Policies.WATCHED
              ? builder.policySource(PolicySource.file(file)).build()
              : builder.policies(PolicyFile.read(file)).build();
      if (policies == Policies.ROLLED_OUT) {
        quotas.replacePolicies(quotas.policies().rolledOutTo("50%", quotas.policies()));
      }
      subjects = new Subject[users.users];
      for (int i = 0; i < subjects.length; i++) {
        subjects[i] = Subject.user(users.ids[i]);
        Decision unused = quotas.charge(subjects[i], Contenders.QUOTA, 1);
      }
    }

    /**
     * Ends the engine and its watch.
     *
     * @throws IOException if the file cannot be deleted
     */
    @TearDown
    public void close() throws IOException {
      quotas.close();
      Files.delete(file);
    }
  }

  /**
   * Charges one person.
   *
   * @param engine what is measured
   * @param users who is charged
   * @param pick which of them
   * @param blackhole takes what was read
   */
  @Benchmark
  public void decision(Engine engine, Users users, Pick pick, Blackhole blackhole) {
    Subject subject = engine.subjects[pick.next(users.users)];
    QuotaState state = engine.quotas.charge(subject, Contenders.QUOTA, 1).states().quotas().get(0);
    blackhole.consume(state.allowed());
    blackhole.consume(state.level());
    blackhole.consume(state.primary().remaining());
    blackhole.consume(state.primary().resetAt());
  }
}
