package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Rollover;
import dev.quota.policy.Scope;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A store is asked for nothing that it did not declare, and people are told why. */
final class StoreCapabilityTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final QuotaPolicy CHAT =
      QuotaPolicy.builder("chat")
          .limit("burst", "10 per minute")
          .limit("daily", "50 per day")
          .build();
  private static final QuotaPolicy DAYS =
      QuotaPolicy.builder("days").limit("daily", "50 per calendar day").build();
  private static final QuotaPolicy RUNS =
      QuotaPolicy.builder("runs").limit("parallel", "3 at once").build();
  private static final QuotaPolicy KEPT =
      QuotaPolicy.builder("kept")
          .limit(LimitPolicy.of("daily", "50 per calendar day").withRollover(new Rollover(50)))
          .build();

  private static final QuotaPolicy LAST_DAY =
      QuotaPolicy.builder("last").limit("day", "100 per sliding day").build();
  private static final QuotaPolicy SESSION =
      QuotaPolicy.builder("sessions").limit("only", "50 per session of 5 hours").build();
  private static final QuotaPolicy AGENTS =
      QuotaPolicy.builder("agents")
          .limit("turns", "20 calls per conversation")
          .limit("daily", "50 per day")
          .build();

  private static final String ELSEWHERE =
      ": use a store that has it, such as RedisQuotaStore or the one in this process";

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

  /**
   * A store as it was written when there were fewer commands: it fails on all that it does not
   * know, whoever says that it was declared.
   */
  private static final class OldStore implements QuotaStore {

    private final QuotaStore counts;
    private final Set<StoreCapability> declared;
    private final List<StoreCommand> commands = new ArrayList<>();

    OldStore(ManualClock clock, Set<StoreCapability> declared) {
      this.counts = InMemoryQuotaStore.builder().clock(clock).build();
      this.declared = declared;
    }

    @Override
    public Set<StoreCapability> capabilities() {
      return declared;
    }

    @Override
    public StoreReply execute(StoreCommand command) {
      commands.add(command);
      if (command instanceof StoreCommand.Take take) {
        take.operation().ifPresent(this::requireOperation);
        take.entries().forEach(this::requireEntry);
      } else if (command instanceof StoreCommand.Peek peek) {
        peek.entries().forEach(this::requireEntry);
      } else if (command instanceof StoreCommand.Settle settle) {
        settle
            .changes()
            .forEach(
                change -> {
                  Optional<Operation> operation = change.hold().operation();
                  operation.ifPresent(this::requireOperation);
                  require(operation.isPresent() || declared.contains(StoreCapability.REFUNDS));
                });
      } else if (command instanceof StoreCommand.Renew) {
        require(declared.contains(StoreCapability.RESERVATIONS));
      } else if (command instanceof StoreCommand.Grant) {
        require(declared.contains(StoreCapability.GRANTS));
      } else if (command instanceof StoreCommand.Reset) {
        require(declared.contains(StoreCapability.RESETS));
      } else {
        throw new AssertionError("unknown: " + command);
      }
      return counts.execute(command);
    }

    private void requireOperation(Operation operation) {
      require(
          declared.contains(
              operation.kind() == Operation.Kind.CHARGE
                  ? StoreCapability.IDEMPOTENCY
                  : StoreCapability.RESERVATIONS));
    }

    private void requireEntry(Entry entry) {
      require(entry.atLeast() == entry.cost() || declared.contains(StoreCapability.RESERVATIONS));
      require(
          declared.contains(StoreCapability.PERMITS)
              || entry.limits().stream()
                  .noneMatch(limit -> limit.window() instanceof Window.Concurrent));
    }

    private static void require(boolean known) {
      if (!known) {
        throw new AssertionError("sent to a store that did not declare it");
      }
    }

    @Override
    public StoreHealth health() {
      return new StoreHealth("table", true, "Counts.");
    }

    @Override
    public void close() {
      counts.close();
    }
  }

  private OldStore store(StoreCapability... declared) {
    return new OldStore(clock, Set.of(declared));
  }

  private Quotas engine(QuotaStore store, QuotaPolicy... policies) {
    QuotasBuilder builder = Quotas.builder().clock(clock).store(store);
    Arrays.stream(policies).forEach(builder::policy);
    return builder.build();
  }

  private static String lacks(String what, StoreCapability capability) {
    return what
        + " needs the store capability "
        + capability
        + ", which the store \"table\" does not declare";
  }

  @Test
  void whatOnlyCountsIsChargedAndReported() {
    OldStore store = store();
    Quotas quotas = engine(store, CHAT, DAYS);

    assertThat(quotas.charge(ALICE, "chat", 3).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, List.of(new Charge("chat", 1), new Charge("days", 2))))
        .matches(Decision::isAllowed);
    assertThat(quotas.charge(ALICE, "chat", 7).isAllowed()).isFalse();
    assertThat(quotas.check(ALICE, "days", 49).quotas().get(0).allowed()).isFalse();
    assertThat(quotas.states(ALICE).quotas()).hasSize(2);
    assertThat(store.commands).allMatch(command -> command.needs().isEmpty()).hasSizeGreaterThan(4);
    assertThat(quotas.supports(StoreCapability.REFUNDS)).isFalse();
  }

  @Test
  void callsThatNeedMoreFailAndTheStoreHearsNothing() {
    OldStore store = store();
    Quotas quotas = engine(store, CHAT, DAYS);
    Decision.Allowed charged = (Decision.Allowed) quotas.charge(ALICE, "chat", 1);
    store.commands.clear();

    assertLacks(() -> quotas.reserve(ALICE, "chat", 5), "reserve", StoreCapability.RESERVATIONS);
    assertLacks(
        () -> quotas.reserve(new ReserveRequest(ALICE, "chat", 1, 5)),
        "reserve",
        StoreCapability.RESERVATIONS);
    assertLacks(
        () -> quotas.resume(ALICE, "chat", "0".repeat(36)), "resume", StoreCapability.RESERVATIONS);
    assertLacks(
        () ->
            quotas.charge(
                ALICE,
                List.of(new Charge("chat", 1)),
                new Idempotency("once", Duration.ofHours(1))),
        "an idempotent charge",
        StoreCapability.IDEMPOTENCY);
    assertLacks(
        () ->
            quotas.chargeConversation(
                Subject.builder(Subject.Kind.USER, "alice").conversation("c").build(),
                new Charge("chat", 1)),
        "chargeConversation",
        StoreCapability.IDEMPOTENCY);
    assertLacks(() -> quotas.refund(charged.receipt()), "refund", StoreCapability.REFUNDS);
    assertLacks(
        () ->
            quotas.grant(
                GrantRequest.builder(ALICE, "days", 5)
                    .reason("why")
                    .expiresAt(clock.instant().plusSeconds(60))
                    .operationId("op")
                    .build()),
        "grant",
        StoreCapability.GRANTS);
    assertLacks(
        () ->
            quotas.grant(
                GrantRequest.builder(ALICE, "days", 5)
                    .limit("daily")
                    .reason("why")
                    .expiresAt(clock.instant())
                    .operationId("op")
                    .build()),
        "grant",
        StoreCapability.GRANTS);
    assertLacks(() -> quotas.reset(ALICE, "chat", "why"), "reset", StoreCapability.RESETS);
    assertLacks(
        () -> quotas.reset(ALICE, "chat", Scope.ORG, "why"), "reset", StoreCapability.RESETS);
    assertThat(store.commands).isEmpty();
  }

  private static void assertLacks(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      String what,
      StoreCapability capability) {
    assertThatThrownBy(call)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(lacks(what, capability) + ELSEWHERE);
  }

  @Test
  void policiesThatNeedMoreAreRefusedWheneverTheyAreLoaded() {
    String permits =
        "limit runs.parallel: "
            + lacks("a limit on how many at once", StoreCapability.PERMITS)
            + ": leave the limit out, or use a store that has it, such as RedisQuotaStore or the"
            + " one in this process";
    OldStore store = store();
    assertThatThrownBy(() -> engine(store, CHAT, RUNS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(permits);
    assertThatThrownBy(() -> engine(store, AGENTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "limit agents.turns: "
                + lacks("a limit on conversations", StoreCapability.IDEMPOTENCY));

    assertThatThrownBy(() -> engine(store, LAST_DAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "limit last.day: " + lacks("a sliding limit", StoreCapability.SLIDING));
    assertThatThrownBy(() -> engine(store, SESSION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "limit sessions.only: " + lacks("a session limit", StoreCapability.SESSIONS));

    Quotas quotas = engine(store, CHAT);
    assertThatThrownBy(() -> quotas.define(RUNS, "com.acme.RunServlet")).hasMessage(permits);
    assertThatThrownBy(() -> quotas.replacePolicies(Policies.builder().quota(RUNS).build()))
        .hasMessage(permits);
    assertThat(quotas.policies().names()).containsExactly("chat");
    assertThat(store.commands).isEmpty();
    assertThatThrownBy(() -> engine(store(), KEPT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "limit kept.daily: " + lacks("a limit with a rollover", StoreCapability.ROLLOVER));
  }

  @Test
  void aLimitThatOnlyOnePlanHasIsFoundToo() {
    Policies policies =
        Policies.builder()
            .plan(Plan.of("free"))
            .plan(Plan.of("pro"))
            .quota(
                QuotaPolicy.builder("runs")
                    .limit("daily", "50 per calendar day")
                    .limit("parallel", "3 at once")
                    .planUnlimited("free", "parallel")
                    .build())
            .build();

    assertThatThrownBy(() -> Quotas.builder().store(store()).policies(policies).build())
        .hasMessageStartingWith("limit runs.parallel: ");
  }

  @Test
  void whatOneCapabilityIsBuiltOnMustBeDeclaredToo() {
    assertThatThrownBy(() -> engine(store(StoreCapability.PERMITS, StoreCapability.REFUNDS), CHAT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the store \"table\" declares PERMITS, which requires RESERVATIONS too: declare both,"
                + " or neither");
    assertThatThrownBy(() -> engine(store(StoreCapability.RESERVATIONS), CHAT))
        .hasMessageContaining("declares RESERVATIONS, which requires REFUNDS too");
  }

  /** Everything that the API has, over every set of capabilities that a store can declare. */
  @Test
  void noStoreEverHearsOfWhatItDidNotDeclare() {
    int engines = 0;
    List<StoreCapability> all = List.of(StoreCapability.values());
    for (int bits = 0; bits < 1 << all.size(); bits++) {
      Set<StoreCapability> declared = EnumSet.noneOf(StoreCapability.class);
      for (int i = 0; i < all.size(); i++) {
        if ((bits & 1 << i) != 0) {
          declared.add(all.get(i));
        }
      }
      if (declared.stream().allMatch(capability -> declared.containsAll(capability.requires()))) {
        useEverything(new OldStore(clock, declared));
        engines++;
      }
    }
    assertThat(engines).isEqualTo(256);
  }

  private void useEverything(OldStore store) {
    List<QuotaPolicy> policies = new ArrayList<>(List.of(CHAT, DAYS));
    if (store.declared.contains(StoreCapability.PERMITS)) {
      policies.add(RUNS);
    }
    if (store.declared.contains(StoreCapability.SLIDING)) {
      policies.add(LAST_DAY);
    }
    if (store.declared.contains(StoreCapability.SESSIONS)) {
      policies.add(SESSION);
    }
    if (store.declared.contains(StoreCapability.ROLLOVER)) {
      policies.add(KEPT);
    }
    if (store.declared.contains(StoreCapability.IDEMPOTENCY)) {
      policies.add(AGENTS);
    }
    Quotas quotas = engine(store, policies.toArray(QuotaPolicy[]::new));
    Subject subject = Subject.builder(Subject.Kind.USER, "alice").conversation("c").build();
    for (QuotaPolicy policy : policies) {
      String quota = policy.name();
      if (quotas.charge(subject, quota, 1) instanceof Decision.Allowed allowed) {
        attempt(() -> quotas.refund(allowed.receipt()));
        quotas.finish(allowed.receipt());
      }
      attempt(
          () ->
              quotas.charge(
                  subject,
                  List.of(new Charge(quota, 1)),
                  new Idempotency("once", Duration.ofHours(1))));
      attempt(() -> quotas.chargeConversation(subject, new Charge(quota, 1)));
      attempt(() -> useReservations(quotas, subject, quota));
      attempt(
          () ->
              quotas.grant(
                  GrantRequest.builder(subject, quota, 5)
                      .reason("why")
                      .expiresAt(clock.instant().plusSeconds(60))
                      .operationId("op")
                      .build()));
      attempt(() -> quotas.reset(subject, quota, "why"));
      quotas.states(subject);
    }
    quotas.close();
    assertThat(store.commands).hasSizeGreaterThan(3);
  }

  private void useReservations(Quotas quotas, Subject subject, String quota) {
    Reservation settled = quotas.reserve(subject, quota, 2);
    settled.used(4);
    settled.settle(1);
    quotas.reserve(new ReserveRequest(subject, quota, 1, 3)).refund();
    Reservation late = quotas.reserve(subject, quota, 1);
    clock.advance(Duration.ofHours(1));
    late.settle(3);
    quotas.reserve(new ReserveRequest(subject, quota, 1, 60)).close();
  }

  private static void attempt(Runnable call) {
    try {
      call.run();
    } catch (UnsupportedOperationException e) {
      assertThat(e).hasMessageContaining("needs the store capability");
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).containsAnyOf("no calendar or session limit", "counts nothing");
    }
  }

  /** A kind of command that the next version may add. */
  private record Freeze(Key key) implements StoreCommand {

    @Override
    public Set<StoreCapability> needs() {
      return Set.of(StoreCapability.GRANTS);
    }
  }

  @Test
  void aNewKindOfCommandIsKeptFromAStoreThatDoesNotKnowIt() {
    OldStore store = store(StoreCapability.REFUNDS, StoreCapability.RESETS);
    QuotaStore guarded = DeclaredStore.of(store, Capabilities.of(store));
    StoreCommand freeze = new Freeze(new Key("user", "user", "alice", "chat"));
    String sentence = lacks("the command Freeze", StoreCapability.GRANTS) + ELSEWHERE;

    assertThatThrownBy(() -> guarded.execute(freeze))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(sentence);
    assertThatThrownBy(() -> guarded.executeAsync(freeze).toCompletableFuture().join())
        .cause()
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(sentence);
    assertThat(store.commands).isEmpty();
  }

  @Test
  void aStoreSaysSoWhenItIsSentWhatItDoesNotKnow() {
    QuotaStore store = InMemoryQuotaStore.builder().clock(clock).build();

    assertThatThrownBy(() -> store.execute(new Freeze(new Key("user", "user", "alice", "chat"))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("the command is of an unknown kind: Freeze[key=Key[user/user/*/");
  }

  /** A method without a default would break every store that was written before it. */
  @Test
  void aStoreHasThreeMethodsToWrite() {
    assertThat(
            Arrays.stream(QuotaStore.class.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .map(Method::getName))
        .containsExactlyInAnyOrder("execute", "health", "close");
    assertThat(StoreCommand.class.isSealed()).isFalse();
    assertThat(LimitSpec.class.isRecord()).isTrue();
  }
}
