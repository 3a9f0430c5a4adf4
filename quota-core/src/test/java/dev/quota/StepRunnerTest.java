package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.Key;
import dev.quota.spi.LaterStore;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StepRunnerTest {

  private static final int MANY = 200_000;
  private static final StoreCommand LOOK =
      new StoreCommand.Peek(
          List.of(
              new Entry(
                  new Key("user", "user", "alice", "chat"),
                  List.of(
                      new LimitSpec(
                          "burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(10))),
                  1,
                  1,
                  1,
                  OnShort.REFUSE_ALL)));

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final InMemoryQuotaStore counts = InMemoryQuotaStore.builder().clock(clock).build();
  private final LaterStore later = new LaterStore(clock);

  private StepRunner runner(QuotaStore store) {
    return runner(store, Duration.ofMinutes(1));
  }

  private StepRunner runner(QuotaStore store, Duration timeout) {
    return new StepRunner(
        store, new StoreFailures(clock, false), timeout, new Observers(List.of()));
  }

  /** Asks again and again, and counts the answers. */
  private static final class Counting extends Step.Ask<Integer> {

    private final QuotaStore store;
    private final int answers;
    private final int most;

    Counting(QuotaStore store, int answers, int most) {
      super(store, LOOK);
      this.store = store;
      this.answers = answers;
      this.most = most;
    }

    @Override
    Step<Integer> answered(StoreReply reply) {
      return answers + 1 == most ? Step.done(answers + 1) : new Counting(store, answers + 1, most);
    }
  }

  /** A store with other stages than those of the default. */
  private QuotaStore store(CompletionStage<StoreReply> stage) {
    return new QuotaStore() {
      @Override
      public StoreReply execute(StoreCommand command) {
        return counts.execute(command);
      }

      @Override
      public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
        return stage;
      }

      @Override
      public StoreHealth health() {
        return counts.health();
      }

      @Override
      public void close() {
        counts.close();
      }
    };
  }

  @Test
  void aLongChainOfAnswersTakesNoStack() {
    assertThat(runner(counts).run(new Counting(counts, 0, MANY))).isEqualTo(MANY);
    assertThat(runner(counts).start(new Counting(counts, 0, MANY))).isCompletedWithValue(MANY);

    CompletionStage<Integer> waiting = runner(later).start(new Counting(later, 0, MANY));
    assertThat(waiting).isNotCompleted();
    later.answerAll();
    assertThat(waiting).isCompletedWithValue(MANY);
  }

  @Test
  void whatIsOverAsksNobody() {
    assertThat(runner(later).run(Step.done(7))).isEqualTo(7);
    assertThat(runner(later).start(Step.done(7))).isCompletedWithValue(7);
    assertThat(later.commands()).isEmpty();
  }

  @Test
  void stepsFollowEachOther() {
    Step<Integer> both =
        Step.ask(later, LOOK)
            .then(first -> Step.ask(later, LOOK).map(second -> first.entries().size() + 1));
    CompletionStage<Integer> stage = runner(later).start(both);

    assertThat(later.waiting()).isEqualTo(1);
    assertThat(later.answerOne()).isTrue();
    assertThat(later.waiting()).isEqualTo(1);
    assertThat(stage).isNotCompleted();
    assertThat(later.answerOne()).isTrue();
    assertThat(stage).isCompletedWithValue(2);
  }

  @Test
  void aFailureOfTheStoreIsNotWrapped() {
    QuotaStoreException failure =
        new QuotaStoreException("no reply", QuotaStoreException.Applied.UNKNOWN, null);
    CompletionStage<StoreReply> direct = runner(later).start(Step.ask(later, LOOK));
    later.failOne(failure);
    CompletionStage<StoreReply> wrapped = runner(later).start(Step.ask(later, LOOK));
    later.failOne(new CompletionException(new CompletionException(failure)));

    for (CompletionStage<StoreReply> stage : List.of(direct, wrapped)) {
      List<Throwable> told = new ArrayList<>();
      CompletionStage<StoreReply> unused = stage.whenComplete((reply, e) -> told.add(e));
      assertThat(told).containsExactly(failure);
    }
  }

  @Test
  void aFailureCanBeAnsweredWithOtherWork() {
    Step<String> work =
        Step.ask(later, LOOK).map(reply -> "answered").orElse(e -> Step.done(e.getMessage()));
    CompletionStage<String> stage = runner(later).start(work);
    later.failOne(new QuotaStoreException("no reply", QuotaStoreException.Applied.NO, null));
    assertThat(stage).isCompletedWithValue("no reply");
  }

  @Test
  void aFailureOfALaterStepCanBeAnsweredToo() {
    Step<String> work =
        Step.ask(later, LOOK)
            .then(first -> Step.ask(later, LOOK))
            .map(reply -> "answered")
            .orElse(e -> Step.done(e.getMessage()));
    CompletionStage<String> stage = runner(later).start(work);
    later.answerAll();
    assertThat(stage).isCompletedWithValue("answered");

    CompletionStage<String> failing =
        runner(later)
            .start(
                Step.ask(later, LOOK)
                    .then(first -> Step.ask(later, LOOK))
                    .map(reply -> "answered")
                    .orElse(e -> Step.done(e.getMessage())));
    assertThat(later.answerOne()).isTrue();
    later.failOne(new QuotaStoreException("no reply", QuotaStoreException.Applied.NO, null));
    assertThat(failing).isCompletedWithValue("no reply");
  }

  @Test
  void whatGoesWrongAfterAnAnswerIsTold() {
    Step<String> work =
        Step.ask(later, LOOK)
            .map(
                reply -> {
                  throw new IllegalStateException("a mistake");
                });
    CompletableFuture<String> stage = runner(later).start(work).toCompletableFuture();
    later.answerAll();
    assertThatThrownBy(stage::join).hasRootCauseMessage("a mistake");
  }

  @Test
  void aStoreThatBreaksItsContractKeepsNobodyWaiting() {
    StepRunner nothing = runner(store(CompletableFuture.completedFuture(null)));
    QuotaStore without = store(CompletableFuture.completedFuture(null));
    assertThat(nothing.start(Step.ask(without, LOOK)).toCompletableFuture())
        .isCompletedExceptionally();
    QuotaStore cancelled = store(CompletableFuture.failedFuture(new IllegalStateException("odd")));
    assertThat(nothing.start(Step.ask(cancelled, LOOK)).toCompletableFuture())
        .isCompletedExceptionally();
    // One whose executeAsync throws instead of failing its stage.
    QuotaStore throwing =
        new QuotaStore() {
          @Override
          public StoreReply execute(StoreCommand command) {
            throw new IllegalStateException("odd");
          }

          @Override
          public StoreHealth health() {
            return counts.health();
          }

          @Override
          public void close() {
            counts.close();
          }
        };
    assertThat(nothing.start(Step.ask(throwing, LOOK)).toCompletableFuture())
        .isCompletedExceptionally();
  }

  @Test
  void anAnswerThatComesTwiceIsTakenOnce() {
    CompletableFuture<StoreReply> reply = new CompletableFuture<>();
    List<Integer> calls = new ArrayList<>();
    CompletionStage<Integer> stage =
        runner(counts)
            .start(
                Step.ask(store(reply), LOOK)
                    .map(
                        it -> {
                          calls.add(1);
                          return calls.size();
                        }));
    reply.complete(counts.execute(LOOK));
    reply.complete(counts.execute(LOOK));
    assertThat(stage).isCompletedWithValue(1);
    assertThat(calls).hasSize(1);
  }

  @Test
  void aStoreThatNeverAnswersHasFailedAfterTheTimeout() {
    Thread caller = Thread.currentThread();
    List<Thread> went = new ArrayList<>();
    Step<Throwable> work =
        Step.ask(later, LOOK)
            .<Throwable>map(reply -> new AssertionError("there was no reply"))
            .orElse(
                e -> {
                  went.add(Thread.currentThread());
                  return Step.done(e);
                });
    Throwable failure =
        runner(later, Duration.ofMillis(5)).start(work).toCompletableFuture().join();

    assertThat(failure)
        .hasMessage("the store did not answer within 5 ms")
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            e -> assertThat(e.applied()).isEqualTo(QuotaStoreException.Applied.UNKNOWN));
    assertThat(went)
        .singleElement()
        .isNotSameAs(caller)
        .returns(false, thread -> thread.getName().contains("Delay"));
  }

  @Test
  void anAnswerAfterTheTimeoutIsIgnored() {
    List<String> heard = new ArrayList<>();
    Step<String> work =
        Step.ask(later, LOOK)
            .map(reply -> heard.add("answer") ? "answer" : "")
            .orElse(e -> Step.done(heard.add("failure") ? "failure" : ""));
    CompletionStage<String> stage = runner(later, Duration.ofMillis(5)).start(work);
    assertThat(stage.toCompletableFuture().join()).isEqualTo("failure");
    later.answerAll();
    assertThat(heard).containsExactly("failure");
  }

  @Test
  void aStoreThatKeepsItsOwnTimeBudgetIsNotTimed() {
    QuotaStore own =
        new ForwardingQuotaStore(later) {
          @Override
          public boolean keepsTimeBudget() {
            return true;
          }
        };
    Duration timeout = Duration.ofMillis(5);
    CompletionStage<?> first = runner(own, timeout).start(Step.ask(own, LOOK));
    CompletionStage<?> second = runner(later, timeout).start(Step.ask(later, LOOK));

    assertThatThrownBy(() -> second.toCompletableFuture().join()).hasMessageContaining("5 ms");
    assertThat(first).isNotCompleted();
  }
}
