package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.quota.policy.QuotaPolicy;
import dev.quota.source.PolicySource;
import dev.quota.store.ManualClock;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much garbage a decision makes. Bytes are counted, not timed, so that any machine will do. */
final class AllocationTest {

  private static final int WARM_UP = 200_000;
  private static final int MEASURED = 100_000;

  /** What a decision of two limits may allocate, in bytes: 968 were measured. */
  private static final long MOST_BYTES = 1_000;

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final Quotas quotas =
      Quotas.builder()
          .clock(clock)
          .policy(
              QuotaPolicy.builder("chat")
                  .limit("burst", "1000000 per minute")
                  .limit("daily", "50000000 per calendar day")
                  .build())
          .build();

  private int allowed;

  @Test
  void aDecisionOfTwoLimitsMakesLittleGarbage() {
    requireLittleGarbage(quotas);
  }

  @Test
  void aDecisionUnderAWatchedFileMakesNoMore(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("quotas.yaml"),
            """
            version: 1
            quotas:
              chat: {limits: {burst: 1000000 per minute, daily: 50000000 per calendar day}}
            """);
    try (Quotas live =
        Quotas.builder().clock(clock).policySource(PolicySource.file(file)).build()) {
      requireLittleGarbage(live);
    }
  }

  private void requireLittleGarbage(Quotas quotas) {
    assumeThat(ManagementFactory.getThreadMXBean()).isInstanceOf(ThreadMXBean.class);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assumeThat(threads.isThreadAllocatedMemorySupported()).isTrue();
    Subject alice = Subject.user("alice");
    charge(quotas, alice, WARM_UP);

    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    charge(quotas, alice, MEASURED);
    long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

    assertThat(allowed).isEqualTo(WARM_UP + MEASURED);
    assertThat((after - before) / MEASURED)
        .as("bytes per decision")
        .isPositive()
        .isLessThanOrEqualTo(MOST_BYTES);
    System.getLogger(AllocationTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "A decision of two limits allocated {0} B.",
            (after - before) / MEASURED);
  }

  private void charge(Quotas quotas, Subject subject, int times) {
    for (int i = 0; i < times; i++) {
      if (quotas.charge(subject, "chat", 1).isAllowed()) {
        allowed++;
      }
    }
  }
}
