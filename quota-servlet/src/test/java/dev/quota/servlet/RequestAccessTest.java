package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may use a request that its container ends; the thread of the test is that of the work. */
@Tag("once")
@Timeout(60)
final class RequestAccessTest {

  private final RequestAccess access = new RequestAccess();
  private final ExecutorService container = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    container.shutdownNow();
  }

  @Test
  void everyThreadMayUseARequestThatGoesOn() throws Exception {
    assertThat(access.enter()).isTrue();
    assertThat(inContainer(access::enter).get()).isTrue();
    assertThat(access.isEnded()).isFalse();
  }

  @Test
  void onlyTheThreadOfTheContainerMayUseWhatItEnds() throws Exception {
    end().get();
    assertThat(access.enter()).isFalse();
    assertThat(access.isEnded()).isTrue();
    assertThat(access.isCompleted()).isFalse();
    assertThatIOException()
        .isThrownBy(access::enterOrThrow)
        .withMessageContaining("the container has ended this request");
    assertThat(inContainer(access::enter).get()).isTrue();
  }

  @Test
  void theContainerWaitsForACallThatGoesOn() throws Exception {
    assertThat(access.enter()).isTrue();
    Future<?> ends = end();
    while (!access.isEnded()) {
      Thread.onSpinWait();
    }
    assertThat(ends.isDone()).as("the container goes on").isFalse();
    access.leave();
    ends.get();
    assertThat(access.enter()).isFalse();
  }

  @Test
  void theContainerWaitsForTheCallsOfAllThreads() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertThat(access.enter()).isTrue();
      assertThat(access.enter()).as("a call within a call").isTrue();
      assertThat(other.submit(access::enter).get()).isTrue();
      access.leave();
      access.leave();
      // The other thread, now alone, enters once more.
      assertThat(other.submit(access::enter).get()).isTrue();
      other.submit(access::leave).get();
      Future<?> ends = end();
      while (!access.isEnded()) {
        Thread.onSpinWait();
      }
      assertThat(ends.isDone()).as("the container goes on").isFalse();
      other.submit(access::leave).get();
      ends.get();
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void theContainerDoesNotWaitForEver() throws Exception {
    assertThat(access.enter()).isTrue();
    end().get(20, TimeUnit.SECONDS);
    assertThat(access.enter()).isFalse();
  }

  @Tag("timing")
  @Test
  void theContainerDoesNotWaitForItself() throws Exception {
    long nanos =
        inContainer(
                () -> {
                  assertThat(access.enter()).isTrue();
                  long before = System.nanoTime();
                  access.containerEnds();
                  return System.nanoTime() - before;
                })
            .get();
    assertThat(nanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
  }

  @Test
  void nobodyMayUseWhatTheContainerHasCompleted() throws Exception {
    end().get();
    inContainer(
            () -> {
              access.containerCompleted();
              return true;
            })
        .get();
    assertThat(access.isCompleted()).isTrue();
    assertThat(access.enter()).isFalse();
    assertThat(inContainer(access::enter).get()).isFalse();
  }

  @Test
  void aDispatchBeginsAgain() throws Exception {
    end().get();
    access.beginAgain();
    assertThat(access.enter()).isTrue();
    assertThat(access.isCompleted()).isFalse();
  }

  private Future<?> end() {
    return container.submit(access::containerEnds);
  }

  private <T> Future<T> inContainer(Callable<T> call) {
    return container.submit(call);
  }
}
