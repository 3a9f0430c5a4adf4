package dev.quota;

import dev.quota.internal.InMemoryQuotaStore;
import dev.quota.internal.text.Digests;
import dev.quota.internal.text.Quoted;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaListener;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreHealth;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The engine: decides about charges and reports states. Instances are safe for use by several
 * threads.
 *
 * <p>A store that cannot answer is not an error: each quota is decided as its policy says ({@link
 * QuotaPolicy#onStoreFailure}), and states say how much is known ({@link QuotaState#accuracy}).
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policy(chat).build();
 * Decision decision = quotas.charge(Subject.user("alice"), "chat", 1);
 * if (decision instanceof Decision.Denied denied) {
 *   return "Try again in " + (denied.retryAfter().toSeconds() + 1) + " s";
 * }
 * }</pre>
 */
public final class Quotas implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());
  private static final Pattern RESERVATION_ID = Pattern.compile("[0-9a-f-]{36}");

  private final QuotaStore store;
  private final Capabilities capabilities;
  private final QuotaClock clock;
  private final Events events;
  private final Decider decider;
  private final Upkeep upkeep;
  private final int nodes;

  private final Map<String, QuotaPolicy> inCode;
  private final Map<String, InPlace> inPlace = new LinkedHashMap<>();
  private final QuotaUses uses = new QuotaUses();
  private Policies base;
  private volatile PolicyView view;

  private record InPlace(QuotaPolicy policy, String where) {}

  private Quotas(Builder builder) {
    clock = builder.clock;
    inCode = Collections.unmodifiableMap(new LinkedHashMap<>(builder.inCode));
    base = builder.policies;
    events = new Events(List.copyOf(builder.listeners));
    nodes = builder.nodes;
    QuotaStore counts =
        builder.store.orElseGet(
            () -> InMemoryQuotaStore.builder().clock(clock).bounds(builder.inProcess).build());
    capabilities = Capabilities.of(counts);
    store = DeclaredStore.of(counts, capabilities);
    view = checked(merged(base));
    warnAboutReviews(view.policies());
    PolicyWarnings.conversationsOnly(view.policies());
    PolicyWarnings.idleUpgrades(view.policies());
    decider = new Decider(store, clock, builder.reservationKeep, events, builder.inProcess);
    upkeep = new Upkeep(decider::send, builder.nanoTime);
    if (store.isRemote()) {
      EngineWarmUp.run(store, view);
    }
  }

  /**
   * Starts an engine.
   *
   * @return a builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Charges one quota.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always allowed and counts nothing
   * @return the decision
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     cost out of range
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, String quota, long cost) {
    return charge(subject, new Charge(quota, cost));
  }

  private Decision charge(Subject subject, Charge charge) {
    PolicyView.Resolved resolved = view.of(subject);
    RequestLine line = RequestLine.charge(require(resolved, charge.quota()), charge.cost());
    return charged(run(decider.charge(new Request(subject, resolved, line))));
  }

  /**
   * Charges several quotas, all or none. Charges on one quota are added up.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @return the decision
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, List<Charge> charges) {
    requireAny(charges);
    return charges.size() == 1
        ? charge(subject, charges.get(0))
        : charged(run(decider.charge(request(subject, charges))));
  }

  /**
   * Charges several quotas, all or none, and once: asked again under the same key, by the same
   * subject and about the same quotas, it takes nothing and answers as before. A refusal is not
   * remembered, and giving the charge back forgets the key.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @param once the key, and for how long it is remembered
   * @return the decision; {@link Decision.Allowed#isRepetition} says whether it is a repeated one,
   *     of which listeners hear nothing
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, List<Charge> charges, Idempotency once) {
    requireAny(charges);
    capabilities.require(StoreCapability.IDEMPOTENCY, "an idempotent charge");
    Request request = request(subject, charges);
    return charged(run(decider.chargeOnce(request, once.id(subject, charges), once.window())));
  }

  /**
   * Charges what the first request of a conversation took, where that was left out until the
   * conversation went on: to the limits on the conversation alone, whether it fits or not, and once
   * for each conversation and quota. Nothing happens where no limit of the quota counts on
   * conversations. Listeners hear nothing: what it cost was told them before.
   *
   * @param subject who takes part, {@linkplain Subject.Builder#conversation in the conversation}
   * @param charge what was taken
   * @return the decision; {@link Accuracy#EXACT} in its states says that the store has counted it,
   *     now or before
   * @throws IllegalArgumentException if the subject takes part in no conversation, or the quota is
   *     unknown: {@link UnknownQuotaException}
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Decision chargeConversation(Subject subject, Charge charge) {
    String conversation = subject.groups().get(Scope.CONVERSATION);
    if (conversation == null) {
      throw new IllegalArgumentException("subject must take part in a conversation");
    }
    capabilities.require(StoreCapability.IDEMPOTENCY, "chargeConversation");
    PolicyView.Resolved resolved = view.ofConversation(subject);
    RequestLine line = RequestLine.owed(require(resolved, charge.quota()), charge.cost());
    String id = "first-" + Digests.digest(charge.quota() + ":" + conversation);
    Request request = new Request(subject, resolved, line);
    return run(decider.chargeOnce(request, id, LimitWindow.Conversation.LONGEST)).decision();
  }

  private <T> T run(Step<T> work) {
    return decider.runner().run(work);
  }

  private static void requireAny(List<Charge> charges) {
    if (charges.isEmpty()) {
      throw new IllegalArgumentException("charges must not be empty");
    }
  }

  private Request request(Subject subject, List<Charge> charges) {
    PolicyView.Resolved resolved = view.of(subject);
    RequestLine[] lines =
        Request.summed(charges).stream()
            .map(charge -> RequestLine.charge(require(resolved, charge.quota()), charge.cost()))
            .toArray(RequestLine[]::new);
    return new Request(subject, resolved, lines);
  }

  private Decision charged(Decided decided) {
    if (decided.decision() instanceof Decision.Allowed allowed) {
      if (!allowed.isRepetition()) {
        events.allowed(decided);
        if (allowed.receipt().holdsPermits()) {
          Permits.open(decider, upkeep, decided.request(), allowed.receipt());
        }
      }
    } else {
      events.denied(decided.decision().states());
    }
    return decided.decision();
  }

  /**
   * Reserves an estimate of what work will use, to be settled when that is known. An estimate below
   * or above the policy's {@link QuotaPolicy#reservation bounds} is raised or cut to them. One that
   * is more than the plan can ever grant at once is cut to that, so that a generous estimate does
   * not shut a small plan out. What is left then is taken completely or refused.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param estimate units, zero or more; where the policy's least is 0, zero holds nothing and goes
   *     through where the quota is spent, and what is used is charged afterwards
   * @return the reservation, also of a refusal: {@link Reservation#isAllowed}
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     estimate out of range
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Reservation reserve(Subject subject, String quota, long estimate) {
    capabilities.require(StoreCapability.RESERVATIONS, "reserve");
    PolicyView.Resolved resolved = view.of(subject);
    long units = new Charge(quota, estimate).cost();
    RequestLine line = RequestLine.estimate(require(resolved, quota), units);
    return reserved(new Request(subject, resolved, line));
  }

  /**
   * Reserves as much as there is, up to an estimate. With 300 left of 1,000, an estimate of 800 and
   * at least 100, it is 300: {@link Reservation#held} says so before the work begins, which can be
   * told to keep to it. Both are raised or cut to the policy's {@link QuotaPolicy#reservation
   * bounds}.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param atLeast with less than this the work is not worth beginning, 1 to {@code estimate}
   * @param estimate the most to take
   * @return the reservation, also of a refusal: {@link Reservation#isAllowed}
   * @throws IllegalArgumentException if the quota is unknown or a number out of range
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Reservation reserve(Subject subject, String quota, long atLeast, long estimate) {
    capabilities.require(StoreCapability.RESERVATIONS, "reserve");
    PolicyView.Resolved resolved = view.of(subject);
    long most = new Charge(quota, estimate).cost();
    if (atLeast < 1 || atLeast > most) {
      throw new IllegalArgumentException(
          "atLeast must be between 1 and the estimate " + most + ", was " + atLeast);
    }
    RequestLine line = RequestLine.between(require(resolved, quota), atLeast, most);
    return reserved(new Request(subject, resolved, line));
  }

  private Reservation reserved(Request request) {
    long askedMillis = decider.elapsedMillis();
    Decided decided = run(decider.reserve(request));
    if (!(decided.decision() instanceof Decision.Allowed allowed)) {
      events.denied(decided.decision().states());
      return new RefusedReservation(
          decided.decision(), decided.request().line(0).quota().policy.name());
    }
    events.reserved(decided);
    if (!allowed.receipt().holds().isEmpty()) {
      OpenReservation open =
          new OpenReservation(
              decider,
              events,
              upkeep,
              decided,
              allowed.receipt(),
              () -> view.of(request.subject()),
              askedMillis);
      return new TrackedReservation(open, upkeep);
    }
    RequestLine line = decided.request().line(0);
    boolean begins = line.cost() == 0 && !line.quota().closed && line.quota().entries.length > 0;
    return new LooseReservation(
        decider,
        decided,
        begins
            ? Optional.of(new LateUse(request.subject(), line.quota().policy.name()))
            : Optional.empty());
  }

  /** What is used of a reservation that held nothing. */
  private final class LateUse implements LooseReservation.Late {

    private final Subject subject;
    private final String quota;

    LateUse(Subject subject, String quota) {
      this.subject = subject;
      this.quota = quota;
    }

    @Override
    public Reservation reserve(long units) {
      return Quotas.this.reserve(subject, quota, 1, units);
    }

    @Override
    public Settlement owe(long units) {
      PolicyView.Resolved resolved = view.of(subject);
      Request request =
          new Request(subject, resolved, RequestLine.owed(require(resolved, quota), units));
      Decided decided = run(decider.charge(request));
      long charged = decided.taken(0);
      if (decided.decision() instanceof Decision.Allowed allowed) {
        finish(allowed.receipt());
        events.settled(subject, decided.states().quotas().get(0), new Settled(0, units, charged));
      }
      return new Settlement(
          Settlement.Outcome.SETTLED,
          charged,
          units - charged,
          decider.peek(request.atUsualCost()));
    }
  }

  /**
   * Returns a reservation that another node made, to settle it or give it back. What is used of it
   * is noted and does not grow it; the node that made it renews it for as long as it lives.
   *
   * @param subject who was charged, with the same plan and groups
   * @param quota what {@link Reservation#quota} said
   * @param reservationId what {@link Reservation#id} said on the node that reserved
   * @return the reservation; one that is over already says so when it is settled: {@link
   *     Settlement.Outcome#GONE}
   * @throws IllegalArgumentException if the quota is unknown, nothing of it is counted, or the id
   *     is none
   */
  public Reservation resume(Subject subject, String quota, String reservationId) {
    capabilities.require(StoreCapability.RESERVATIONS, "resume");
    PolicyView.Resolved resolved = view.of(subject);
    ResolvedQuota found = require(resolved, quota);
    if (!RESERVATION_ID.matcher(reservationId).matches()) {
      throw new IllegalArgumentException(
          "reservationId must be what Reservation.id returned, was " + Quoted.text(reservationId));
    }
    if (found.entries.length == 0) {
      throw new IllegalArgumentException(
          "quota " + quota + " holds nothing on this plan: none of its limits is counted");
    }
    RequestLine line = RequestLine.ask(found, found.policy.usualCost());
    return new OpenReservation(
        decider,
        events,
        upkeep,
        new Request(subject, resolved, line),
        Operation.reservation(reservationId, decider.keep()),
        () -> view.of(subject));
  }

  /**
   * Reports the states of all quotas. Costs nothing and creates nothing.
   *
   * @param subject whose
   * @return the states, in the order of the policies
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject) {
    return states(subject, view.policies().names());
  }

  /**
   * Reports the states of some quotas. Costs nothing and creates nothing.
   *
   * @param subject whose
   * @param quotas names of quotas
   * @return the states, in the order of the names
   * @throws IllegalArgumentException if a quota is unknown
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject, Collection<String> quotas) {
    PolicyView.Resolved resolved = view.of(subject);
    RequestLine[] lines =
        quotas.stream()
            .distinct()
            .map(quota -> require(resolved, quota))
            .map(found -> RequestLine.ask(found, found.policy.usualCost()))
            .toArray(RequestLine[]::new);
    return decider.peek(new Request(subject, resolved, lines));
  }

  /**
   * Says whether a cost would be granted. Costs nothing and creates nothing.
   *
   * @param subject who would be charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always granted
   * @return the states of that one quota, about that cost
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     cost out of range
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot check(Subject subject, String quota, long cost) {
    PolicyView.Resolved resolved = view.of(subject);
    ResolvedQuota found = require(resolved, quota);
    RequestLine line = RequestLine.ask(found, new Charge(quota, cost).cost());
    return decider.peek(new Request(subject, resolved, line));
  }

  /**
   * Gives a charge back to the windows it was taken from, in the store that counted it. What has
   * ended or drained since then is not given back: of 1 message a minute and 50 a day, taken two
   * minutes ago, the day gets it back and the minute does not. Only the first call for a receipt
   * has an effect.
   *
   * @param receipt what was taken
   * @return true if this call gave something back to at least one window; false if all of them have
   *     ended or drained, of which listeners hear nothing
   * @throws dev.quota.spi.QuotaStoreException if the store that it was taken from cannot answer
   */
  public boolean giveBack(Receipt receipt) {
    List<Hold> holds = receipt.holds();
    if (holds.isEmpty()) {
      return false;
    }
    if (receipt.store() == store && receipt.operation().isEmpty()) {
      capabilities.require(StoreCapability.REFUNDS, "giveBack");
    }
    if (!receipt.claim()) {
      return false;
    }
    List<Change> changes = holds.stream().map(hold -> new Change(hold, 0)).toList();
    StoreReply reply;
    try {
      reply = decider.execute(receipt.store(), new StoreCommand.Settle(changes, true));
    } catch (QuotaStoreException e) {
      if (e.applied() == QuotaStoreException.Applied.NO) {
        receipt.release();
      } else {
        receipt.cameBack();
      }
      throw e;
    }
    receipt.cameBack();
    List<Hold> returned = new ArrayList<>();
    for (int i = 0; i < holds.size(); i++) {
      if (!reply.entries().get(i).gone() && isOpen(holds.get(i), reply.now())) {
        returned.add(holds.get(i));
      }
    }
    events.givenBack(receipt.subject(), returned);
    return !returned.isEmpty();
  }

  /**
   * Says that the work of a charge is over, so that the permits that it holds of limits on how many
   * at once are free: the same as {@link Receipt#close}, which fits into try-with-resources. A
   * permit must be released; a charge whose receipt is dropped holds it until that is collected as
   * garbage, and one whose receipt is kept for ever until the limit's {@code max-duration}.
   *
   * @param receipt what was taken
   */
  public void finish(Receipt receipt) {
    receipt.close();
  }

  /**
   * Grants extra units on the quota's longest calendar limit that is not unlimited. They are spent
   * after the limit's own allowance, once; what is left of them when they expire is gone.
   *
   * @param subject who gets them; for a limit on a group, the whole group
   * @param quota the quota's name
   * @param units how many, more than 0
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @param expiresAt when what is left is gone
   * @param operationId makes the grant repeatable: the same id grants once
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown or has no calendar limit, or a value
   *     is out of range
   * @throws IllegalStateException if the limit has too many grants that have not expired
   * @throws dev.quota.spi.QuotaStoreException if the store cannot answer
   */
  public QuotaState grant(
      Subject subject,
      String quota,
      long units,
      String reason,
      Instant expiresAt,
      String operationId) {
    capabilities.require(StoreCapability.GRANTS, "grant");
    return grants()
        .grant(
            view.of(subject),
            subject,
            quota,
            Optional.empty(),
            units,
            reason,
            expiresAt,
            operationId);
  }

  /**
   * Grants extra units on one calendar limit of a quota; otherwise as {@link #grant(Subject,
   * String, long, String, Instant, String)}.
   *
   * @param subject who gets them; for a limit on a group, the whole group
   * @param quota the quota's name
   * @param limit the limit's name
   * @param units how many, more than 0
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @param expiresAt when what is left is gone
   * @param operationId makes the grant repeatable: the same id grants once
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown, the limit is none of its calendar
   *     limits, or a value is out of range
   * @throws IllegalStateException if the limit has too many grants that have not expired
   * @throws dev.quota.spi.QuotaStoreException if the store cannot answer
   */
  public QuotaState grant(
      Subject subject,
      String quota,
      String limit,
      long units,
      String reason,
      Instant expiresAt,
      String operationId) {
    capabilities.require(StoreCapability.GRANTS, "grant");
    return grants()
        .grant(
            view.of(subject),
            subject,
            quota,
            Optional.of(limit),
            units,
            reason,
            expiresAt,
            operationId);
  }

  /**
   * Forgets what a subject has used of a quota on its own limits, so that they are full. Grants
   * keep what is left of them, and work that is running is not charged any more.
   *
   * @param subject whose
   * @param quota the quota's name
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown
   * @throws dev.quota.spi.QuotaStoreException if the store cannot answer
   */
  public QuotaState reset(Subject subject, String quota, String reason) {
    return reset(subject, quota, Scope.USER, reason);
  }

  /**
   * Forgets what was used of a quota on one scope, such as what an organisation has used.
   *
   * @param subject whose, or one of those who share it
   * @param quota the quota's name
   * @param scope the scope whose limits are full afterwards
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown or has no limit on that scope
   * @throws dev.quota.spi.QuotaStoreException if the store cannot answer
   */
  public QuotaState reset(Subject subject, String quota, Scope scope, String reason) {
    capabilities.require(StoreCapability.RESETS, "reset");
    return grants().reset(view.of(subject), subject, quota, scope, reason);
  }

  private Grants grants() {
    return new Grants(decider, events);
  }

  private static boolean isOpen(Hold hold, Instant now) {
    return hold.windowEndsMillis().stream().anyMatch(end -> end > now.toEpochMilli());
  }

  /**
   * Adds a quota that an endpoint defines in place. A quota of that name in the policy file or in
   * code takes precedence.
   *
   * @param policy the quota
   * @param where the place, for messages, such as a class name
   * @throws IllegalStateException if another place defines the name differently
   */
  public synchronized void define(QuotaPolicy policy, String where) {
    InPlace earlier = inPlace.putIfAbsent(policy.name(), new InPlace(policy, where));
    if (earlier != null) {
      if (!earlier.policy().equals(policy)) {
        throw new IllegalStateException(
            "quota "
                + policy.name()
                + " is defined differently in "
                + earlier.where()
                + " and in "
                + where
                + "; define it once, in the policies");
      }
      return;
    }
    try {
      view = checked(merged(base));
    } catch (RuntimeException e) {
      inPlace.remove(policy.name());
      throw e;
    }
    PolicyWarnings.conversationsOnly(policy, view.policies());
  }

  /**
   * Says that a place of the application charges a quota, so that policies without that quota are
   * refused from now on ({@link #replacePolicies}), and the message names the place. The filter
   * says so for every endpoint; code that charges by name can say so when it starts. Saying it
   * again changes nothing.
   *
   * @param quota the quota's name
   * @param where the place, for messages, such as a class name
   * @throws UnknownQuotaException if the policies in force lack the quota
   */
  public synchronized void declareUse(String quota, String where) {
    if (!view.policies().names().contains(quota)) {
      throw new UnknownQuotaException(quota, view.policies().names());
    }
    uses.add(quota, where);
  }

  /**
   * Replaces the policies that were given as a whole. Counts are kept, changed capacities apply at
   * once, to work that runs with its next growth, and definitions in code and in place stay.
   *
   * @param policies the new policies
   * @throws IllegalArgumentException if they contradict a definition that stays, lack a quota that
   *     is in use ({@link #declareUse}), or have limits that the store cannot count; nothing is
   *     changed then
   */
  public synchronized void replacePolicies(Policies policies) {
    Policies all = merged(policies);
    uses.requireAll(all.names());
    PolicyView changed = checked(all);
    warnAboutDropped(all);
    base = policies;
    view = changed;
    warnAboutReviews(view.policies());
    PolicyWarnings.conversationsOnly(view.policies());
    PolicyWarnings.idleUpgrades(view.policies());
  }

  /**
   * Returns every policy in force, those in code and in place included.
   *
   * @return the policies
   */
  public Policies policies() {
    return view.policies();
  }

  /**
   * Says whether the store of this engine can do something beyond counting. Calls that need what it
   * cannot do throw an {@link UnsupportedOperationException} that names the capability.
   *
   * @param capability what is needed
   * @return true if the store declares it; the one in this process and RedisQuotaStore have all
   */
  public boolean supports(StoreCapability capability) {
    return capabilities.has(capability);
  }

  /**
   * Reports whether the store can decide at the moment.
   *
   * @return the store's health
   */
  public StoreHealth health() {
    return store.health();
  }

  /**
   * Closes the store. Charges fail afterwards. Permits of charges that are open are released, so
   * that nobody waits for their lease; that takes at most a second. Reservations that are open keep
   * their estimate charged, and their permits until the lease has passed: another node may settle
   * them.
   */
  @Override
  public void close() {
    if (store.isRemote()) {
      OpenPermits.release(upkeep.open());
    }
    upkeep.close();
    decider.close();
  }

  private Policies merged(Policies given) {
    Policies.Builder builder = given.toBuilder();
    inCode.values().stream()
        .filter(policy -> !given.names().contains(policy.name()))
        .forEach(builder::quota);
    inPlace.values().stream()
        .map(InPlace::policy)
        .filter(policy -> !given.names().contains(policy.name()))
        .filter(policy -> !inCode.containsKey(policy.name()))
        .forEach(builder::quota);
    return builder.build();
  }

  /** Returns the view of policies all of whose limits the store can count. */
  private PolicyView checked(Policies policies) {
    PolicyView made = new PolicyView(policies, nodes);
    made.requireCountable(store, capabilities);
    return made;
  }

  /** What code charges by name is known only when it does. */
  private void warnAboutDropped(Policies changed) {
    List<String> dropped =
        view.policies().names().stream().filter(name -> !changed.names().contains(name)).toList();
    if (!dropped.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The new policies lack the quotas {0}. No endpoint names them; code that charges them by"
              + " name is refused.",
          UnknownQuotaException.listed(dropped));
    }
  }

  private void warnAboutReviews(Policies policies) {
    LocalDate today = Instant.ofEpochMilli(clock.millis()).atZone(ZoneOffset.UTC).toLocalDate();
    for (QuotaPolicy policy : policies.quotas().values()) {
      if (policy.reviewBy().filter(today::isAfter).isPresent()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The policy of quota {0} was to be reviewed by {1}; owner: {2}.",
            policy.name(),
            policy.reviewBy().get(),
            policy.owner().orElse("none named"));
      }
    }
  }

  static ResolvedQuota require(PolicyView.Resolved resolved, String quota) {
    ResolvedQuota found = resolved.quotas().get(quota);
    if (found == null) {
      throw new UnknownQuotaException(quota, resolved.quotas().keySet());
    }
    return found;
  }

  /** Returns what looks after open work, so that tests need not wait for it. */
  Upkeep upkeep() {
    return upkeep;
  }

  /** Collects what an engine needs. Not thread-safe. */
  public static final class Builder {

    private final Map<String, QuotaPolicy> inCode = new LinkedHashMap<>();
    private final List<QuotaListener> listeners = new ArrayList<>();
    private Policies policies = Policies.builder().build();
    private QuotaClock clock = QuotaClock.system();
    private Optional<QuotaStore> store = Optional.empty();
    private InProcessBounds inProcess = InProcessBounds.defaults();
    private int nodes = 1;
    private LongSupplier nanoTime = System::nanoTime;
    private Duration reservationKeep = Duration.ofMinutes(5);

    private Builder() {}

    /** Sets how elapsed time is read, so that tests can move it. */
    Builder nanoTime(LongSupplier elapsed) {
      nanoTime = elapsed;
      return this;
    }

    /**
     * Sets the policies, such as those read from a file. They take precedence over {@link #policy}.
     *
     * @param complete the policies
     * @return this builder
     */
    public Builder policies(Policies complete) {
      policies = Objects.requireNonNull(complete, "policies");
      return this;
    }

    /**
     * Adds one quota in code.
     *
     * @param policy the quota
     * @return this builder
     * @throws IllegalArgumentException if there is one of that name in code already
     */
    public Builder policy(QuotaPolicy policy) {
      if (inCode.putIfAbsent(policy.name(), policy) != null) {
        throw new IllegalArgumentException("quota " + policy.name() + " is defined twice in code");
      }
      return this;
    }

    /**
     * Sets where counts live.
     *
     * @param counts the store, closed together with the engine; by default one in this process
     * @return this builder
     */
    public Builder store(QuotaStore counts) {
      store = Optional.of(counts);
      return this;
    }

    /**
     * Sets how much may be kept in the memory of this process: all counts where {@link #store} is
     * not set, else those that this node makes alone while the store is away.
     *
     * @param bounds by default {@link InProcessBounds#defaults}: a quarter of the largest heap
     * @return this builder
     */
    public Builder inProcess(InProcessBounds bounds) {
      inProcess = Objects.requireNonNull(bounds, "bounds");
      return this;
    }

    /**
     * Sets how many nodes share the store. While it cannot answer, each of them counts quotas with
     * {@link OnStoreFailure#LOCAL} on its own, with its share of the capacity: with 4 nodes, 10 per
     * minute are 2 on each, and never less than 1. So all of them together grant at most that much
     * beside what the store granted in the same window, if the number is at least the real one.
     *
     * @param count at least 1, which is the default
     * @return this builder
     * @throws IllegalArgumentException if {@code count} is below 1
     */
    public Builder nodes(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("nodes must be at least 1, was " + count);
      }
      nodes = count;
      return this;
    }

    /**
     * Sets how long a store remembers a reservation that nobody renews, because its node died or
     * does not reach the store. After that its estimate stays charged. All nodes that resume each
     * other's reservations have the same.
     *
     * @param keep whole seconds from 1 second to 1 hour; by default 5 minutes
     * @return this builder
     * @throws IllegalArgumentException if the time is out of range
     */
    public Builder reservationKeep(Duration keep) {
      if (keep.compareTo(Duration.ofSeconds(1)) < 0
          || keep.compareTo(Duration.ofHours(1)) > 0
          || !keep.equals(Duration.ofSeconds(keep.toSeconds()))) {
        throw new IllegalArgumentException(
            "keep must be whole seconds from 1 second to 1 hour, was " + keep);
      }
      reservationKeep = keep;
      return this;
    }

    /**
     * Sets the source of time of counts in this process, those included that stand in for a store
     * which is away. Other stores have a clock of their own. How long reservations and permits are
     * held is measured by {@link QuotaClock#elapsedMillis}, and so no shorter or longer where the
     * clock is moved.
     *
     * @param source the clock, by default the machine's
     * @return this builder
     */
    public Builder clock(QuotaClock source) {
      clock = Objects.requireNonNull(source, "clock");
      return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener hears every decision
     * @return this builder
     */
    public Builder listener(QuotaListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Checks everything and returns the engine.
     *
     * @return the engine
     * @throws IllegalArgumentException if the policies contradict each other
     */
    public Quotas build() {
      return new Quotas(this);
    }
  }
}
