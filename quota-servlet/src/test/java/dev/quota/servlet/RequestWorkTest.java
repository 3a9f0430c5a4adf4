package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.http.request.RequestEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When work is over, with time moved by hand. */
@Tag("once")
final class RequestWorkTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger ends = new AtomicInteger();
  private final List<Later> later = new ArrayList<>();
  private final RequestOutcome outcome = new RequestOutcome(200, status -> status >= 500);
  private final RequestWork work = new RequestWork(outcome, ends::incrementAndGet, new HandTimer());

  private record Later(long at, Runnable task) {}

  private final class HandTimer implements RequestWork.Timer {

    @Override
    public long nanoTime() {
      return nanos.get();
    }

    @Override
    public void after(long wait, Runnable task) {
      later.add(new Later(nanos.get() + wait, task));
    }
  }

  @BeforeEach
  void begin() {
    work.enter();
  }

  private void passSeconds(long seconds) {
    nanos.addAndGet(seconds * SECOND);
    List<Later> due = later.stream().filter(it -> it.at() <= nanos.get()).toList();
    later.removeAll(due);
    due.forEach(it -> it.task().run());
  }

  @Test
  void synchronousWorkIsOverWhenItsThreadComesBack() {
    outcome.clientLeft();
    assertThat(ends).hasValue(0);
    work.leave();
    assertThat(ends).hasValue(1);
  }

  @Test
  void asynchronousWorkIsOverWhenItIsCompleteAndItsThreadCameBack() {
    work.started();
    work.completed();
    assertThat(ends).hasValue(0);
    work.leave();
    assertThat(ends).hasValue(1);
    work.completed();
    work.containerCompleted();
    assertThat(ends).as("once").hasValue(1);
  }

  @Test
  void whatTheContainerCompletesAfterTheClientLeftGoesOn() {
    work.started();
    work.leave();
    outcome.clientLeft();
    work.containerCompleted();
    assertThat(ends).hasValue(0);
    work.completed();
    assertThat(ends).hasValue(1);
  }

  @Test
  void workThatNeverSaysThatItIsOverIsTakenForOverAfterThirtySilentSeconds() {
    work.started();
    work.leave();
    outcome.timedOut();
    passSeconds(29);
    assertThat(ends).hasValue(0);
    work.touch();
    passSeconds(1);
    passSeconds(28);
    assertThat(ends).as("it was alive a second before").hasValue(0);
    passSeconds(1);
    assertThat(ends).hasValue(1);
    assertThat(later).isEmpty();
  }

  @Test
  void workThatWasToldIsTakenForOverAfterFiveSilentSeconds() {
    work.started();
    work.leave();
    outcome.clientLeft();
    passSeconds(10);
    outcome.clientLeftAndSaid();
    passSeconds(4);
    assertThat(ends).hasValue(0);
    passSeconds(1);
    assertThat(ends).hasValue(1);
  }

  @Test
  void aThreadThatIsKnownToWorkIsWaitedForHoweverSilent() {
    work.started();
    work.enterHelper();
    work.leave();
    outcome.timedOut();
    passSeconds(3_600);
    assertThat(ends).hasValue(0);
    work.leaveHelper();
    assertThat(ends).as("silent for long").hasValue(1);
  }

  @Test
  void anExceptionOfTheApplicationEndsItsWork() {
    work.started();
    outcome.applicationFailed(new IllegalStateException("broken"), false);
    assertThat(ends).hasValue(0);
    work.leave();
    assertThat(ends).hasValue(1);
    assertThat(outcome.end()).isEqualTo(RequestEnd.FAILED);
  }

  @Test
  void whatIsDispatchedIsOverWithItsDispatch() {
    work.started();
    work.dispatched();
    work.leave();
    assertThat(ends).hasValue(0);
    work.enterDispatch();
    assertThat(work.isAsynchronous()).isFalse();
    work.leave();
    assertThat(ends).hasValue(1);
  }
}
