package dev.quota;

import dev.quota.internal.text.Quoted;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.store.StoreCapability;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Makes reservations, as steps. Thread-safe. */
final class Reservations {

  private static final Pattern RESERVATION_ID = Pattern.compile("[0-9a-f-]{36}");

  private final Capabilities capabilities;
  private final RequestFactory requests;
  private final Decider decider;
  private final Events events;
  private final Maintenance maintenance;

  Reservations(
      Capabilities capabilities,
      RequestFactory requests,
      Decider decider,
      Events events,
      Maintenance maintenance) {
    this.capabilities = capabilities;
    this.requests = requests;
    this.decider = decider;
    this.events = events;
    this.maintenance = maintenance;
  }

  /** Reserves an estimate. */
  Step<ReservationSteps> reserve(
      Subject subject, String quota, long estimate, Supplier<Caller> caller) {
    capabilities.require(StoreCapability.RESERVATIONS, "reserve");
    return reserve(requests.reserve(subject, quota, estimate), caller, Runnable::run);
  }

  /** Reserves as much as there is, up to an estimate. */
  Step<ReservationSteps> reserve(ReserveRequest asked, Supplier<Caller> caller) {
    capabilities.require(StoreCapability.RESERVATIONS, "reserve");
    return reserve(requests.reserve(asked), caller, Runnable::run);
  }

  /**
   * Reserves.
   *
   * @param telling publishes the events, now or later
   */
  private Step<ReservationSteps> reserve(
      Request request, Supplier<Caller> caller, Consumer<Runnable> telling) {
    long askedMillis = decider.elapsedMillis();
    return decider.reserve(request).map(decided -> reserved(decided, caller, askedMillis, telling));
  }

  private ReservationSteps reserved(
      Decided decided, Supplier<Caller> caller, long askedMillis, Consumer<Runnable> telling) {
    RequestLine line = decided.request().line(0);
    String quota = line.quota().policy.name();
    if (!(decided.decision() instanceof Decision.Allowed allowed)) {
      telling.accept(() -> events.denied(decided.decision()));
      return new RefusedReservation(decided.decision(), quota);
    }
    telling.accept(() -> events.reserved(decided));
    Receipt receipt = allowed.receipt();
    List<Hold> holds = receipt.holds();
    if (!holds.isEmpty()) {
      StoreMemory memory =
          memory(quota, caller.get(), receipt.operation().orElseThrow(), askedMillis);
      ReservationContext context = context(decided.subject());
      return OpenReservation.of(
          decided, new ReservedUnits(context, decided, receipt.store(), holds, memory));
    }
    boolean begins = line.cost() == 0 && !line.quota().closed && line.quota().entries.length > 0;
    return new EmptyReservation(
        decider,
        decided,
        begins ? Optional.of(new CountedUse(decided.subject(), quota, caller)) : Optional.empty());
  }

  private StoreMemory memory(String quota, Caller caller, Operation operation, long askedMillis) {
    return new StoreMemory(
        maintenance, quota, caller, operation, decider::elapsedMillis, askedMillis);
  }

  private ReservationContext context(Subject subject) {
    return new ReservationContext(decider, events, maintenance, () -> requests.resolved(subject));
  }

  /** Finds a reservation that another node made. */
  Step<ReservationSteps> resume(Subject subject, String quota, String reservationId) {
    capabilities.require(StoreCapability.RESERVATIONS, "resume");
    Request request = requests.usual(subject, quota);
    if (!RESERVATION_ID.matcher(reservationId).matches()) {
      throw new IllegalArgumentException(
          "reservationId must be what Reservation.id returned, was " + Quoted.text(reservationId));
    }
    if (request.asksNoStore()) {
      throw new IllegalArgumentException(
          "quota " + quota + " holds nothing on this plan: none of its limits is counted");
    }
    Operation operation = Operation.reservation(reservationId, decider.keep());
    List<Hold> holds = request.holdsOf(operation);
    StoreMemory memory = memory(quota, Caller.UNKNOWN, operation, decider.elapsedMillis());
    return decider
        .states(request)
        .map(states -> OpenReservation.resumed(context(subject), request, holds, states, memory));
  }

  /** Counts what is used of a reservation that held nothing. */
  private final class CountedUse implements EmptyReservation.UseCounter {

    private final Subject subject;
    private final String quota;
    private final Supplier<Caller> caller;

    CountedUse(Subject subject, String quota, Supplier<Caller> caller) {
      this.subject = subject;
      this.quota = quota;
      this.caller = caller;
    }

    @Override
    public Step<ReservationSteps> reserve(long units, PendingEvents pending) {
      ReserveRequest asked = new ReserveRequest(subject, quota, 1, units);
      return Reservations.this.reserve(requests.reserve(asked), caller, pending::add);
    }

    @Override
    public Step<Settlement> owe(long units, PendingEvents pending) {
      Request request = requests.owed(subject, quota, units);
      return decider.charge(request).then(decided -> owed(request, decided, units, pending));
    }

    private Step<Settlement> owed(
        Request request, Decided decided, long units, PendingEvents pending) {
      long charged = decided.taken(0);
      Step<Boolean> finished = Step.done(true);
      if (decided.decision() instanceof Decision.Allowed allowed) {
        finished = Permits.finished(allowed.receipt());
        Settled settled = new Settled(0, units, charged);
        QuotaState state = decided.states().quotas().get(0);
        pending.add(() -> events.settled(subject, state, settled));
      }
      return finished
          .then(unused -> decider.states(request.atUsualCost()))
          .map(
              states ->
                  new Settlement(Settlement.Outcome.SETTLED, charged, units - charged, states));
    }
  }
}
