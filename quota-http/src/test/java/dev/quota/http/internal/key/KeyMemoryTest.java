package dev.quota.http.internal.key;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KeyMemoryTest {

  private final KeyMemory memory = new KeyMemory();

  private void done(String subject, String id, String fingerprint) {
    KeyMemory.Attempt attempt = memory.enter(subject, id).orElseThrow();
    attempt.begin(fingerprint);
    attempt.leave();
  }

  private boolean differs(String subject, String id, String fingerprint) {
    KeyMemory.Attempt attempt = memory.enter(subject, id).orElseThrow();
    boolean differs = attempt.differs(fingerprint);
    attempt.leave();
    return differs;
  }

  @Test
  void whoSendsTooManyKeysLosesTheOldestOfTheirOwn() {
    done("bob", "b", "one");
    for (int i = 0; i <= KeyMemory.MAX_PER_SUBJECT; i++) {
      done("alice", "a" + i, "one");
    }
    assertThat(memory.size()).isEqualTo(KeyMemory.MAX_PER_SUBJECT + 1);
    assertThat(differs("alice", "a0", "two")).as("forgotten").isFalse();
    assertThat(differs("alice", "a1", "two")).isTrue();
    assertThat(differs("bob", "b", "two")).isTrue();
  }

  @Test
  void manySubjectsTakeABoundedRoom() {
    for (int i = 0; i < KeyMemory.MAX + 10; i++) {
      done("s" + i, "k" + i, "one");
    }
    assertThat(memory.size()).isEqualTo(KeyMemory.MAX);
    assertThat(differs("s0", "k0", "two")).isFalse();
    assertThat(differs("s10", "k10", "two")).isTrue();
  }

  @Test
  void aKeyIsHeldUntilItsRequestLeaves() {
    KeyMemory.Attempt first = memory.enter("alice", "a").orElseThrow();
    assertThat(memory.enter("alice", "a")).isEmpty();
    first.leave();
    first.leave();
    KeyMemory.Attempt second = memory.enter("alice", "a").orElseThrow();
    first.leave();
    assertThat(memory.enter("alice", "a")).as("the second holds it").isEmpty();
    second.leave();
    assertThat(memory.runningCount()).isZero();
  }

  @Test
  void repetitionsOfWhatIsDoneRunSideBySide() {
    done("alice", "a", "one");
    assertThat(memory.enter("alice", "a")).isPresent();
    assertThat(memory.enter("alice", "a")).isPresent();
  }

  @Test
  void aFailureThatStaysChargedCountsAttempts() {
    KeyMemory.Attempt first = memory.enter("alice", "a").orElseThrow();
    first.begin("one");
    first.failed();
    first.leave();
    assertThat(memory.enter("alice", "a").orElseThrow().number()).isEqualTo(2);
  }
}
