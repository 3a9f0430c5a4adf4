package dev.quota;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.store.QuotaStoreException;
import dev.quota.usage.UsageReport;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * One of the two APIs of an engine, so that one test runs with both: {@link #blocking}, and {@link
 * #async}, of which each stage is waited for.
 */
interface EngineApi extends AutoCloseable {

  /** Returns the engine of this API. */
  Quotas engine();

  Decision charge(Subject subject, String quota, long cost);

  Decision charge(Subject subject, List<Charge> charges);

  Decision charge(Subject subject, List<Charge> charges, Idempotency once);

  Decision chargeConversation(Subject subject, Charge charge);

  Reservation reserve(Subject subject, String quota, long estimate);

  Reservation reserve(ReserveRequest request);

  Reservation resume(Subject subject, String quota, String reservationId);

  QuotaSnapshot states(Subject subject);

  QuotaSnapshot states(Subject subject, Collection<String> names);

  QuotaSnapshot check(Subject subject, String quota, long cost);

  boolean refund(Receipt receipt);

  void finish(Receipt receipt);

  QuotaState grant(GrantRequest request);

  QuotaState reset(Subject subject, String quota, String reason);

  QuotaState reset(Subject subject, String quota, Scope scope, String reason);

  default void replacePolicies(Policies policies) {
    engine().replacePolicies(policies);
  }

  default void define(QuotaPolicy policy, String where) {
    engine().define(policy, where);
  }

  default void declareUse(String quota, String where) {
    engine().declareUse(quota, where);
  }

  default Policies policies() {
    return engine().policies();
  }

  default Maintenance maintenance() {
    return engine().engine().maintenance();
  }

  default dev.quota.store.StoreHealth health() {
    return engine().health();
  }

  @Override
  default void close() {
    engine().close();
  }

  static EngineApi blocking(Quotas quotas) {
    return new BlockingApi(quotas);
  }

  static EngineApi async(Quotas quotas) {
    return new AsyncApi(quotas);
  }

  /** Waits, and throws what a caller who blocks would see. */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof QuotaStoreException known) {
        throw known;
      }
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    }
  }

  /** The blocking API. */
  record BlockingApi(Quotas engine) implements EngineApi {

    @Override
    public Decision charge(Subject subject, String quota, long cost) {
      return engine.charge(subject, quota, cost);
    }

    @Override
    public Decision charge(Subject subject, List<Charge> charges) {
      return engine.charge(subject, charges);
    }

    @Override
    public Decision charge(Subject subject, List<Charge> charges, Idempotency once) {
      return engine.charge(subject, charges, once);
    }

    @Override
    public Decision chargeConversation(Subject subject, Charge charge) {
      return engine.chargeConversation(subject, charge);
    }

    @Override
    public Reservation reserve(Subject subject, String quota, long estimate) {
      return engine.reserve(subject, quota, estimate);
    }

    @Override
    public Reservation reserve(ReserveRequest request) {
      return engine.reserve(request);
    }

    @Override
    public Reservation resume(Subject subject, String quota, String reservationId) {
      return engine.resume(subject, quota, reservationId);
    }

    @Override
    public QuotaSnapshot states(Subject subject) {
      return engine.states(subject);
    }

    @Override
    public QuotaSnapshot states(Subject subject, Collection<String> names) {
      return engine.states(subject, names);
    }

    @Override
    public QuotaSnapshot check(Subject subject, String quota, long cost) {
      return engine.check(subject, quota, cost);
    }

    @Override
    public boolean refund(Receipt receipt) {
      return engine.refund(receipt);
    }

    @Override
    public void finish(Receipt receipt) {
      engine.finish(receipt);
    }

    @Override
    public QuotaState grant(GrantRequest request) {
      return engine.grant(request);
    }

    @Override
    public QuotaState reset(Subject subject, String quota, String reason) {
      return engine.reset(subject, quota, reason);
    }

    @Override
    public QuotaState reset(Subject subject, String quota, Scope scope, String reason) {
      return engine.reset(subject, quota, scope, reason);
    }
  }

  /** The asynchronous API. Each stage is waited for. */
  record AsyncApi(Quotas engine) implements EngineApi {

    @Override
    public Decision charge(Subject subject, String quota, long cost) {
      return await(engine.async().charge(subject, quota, cost));
    }

    @Override
    public Decision charge(Subject subject, List<Charge> charges) {
      return await(engine.async().charge(subject, charges));
    }

    @Override
    public Decision charge(Subject subject, List<Charge> charges, Idempotency once) {
      return await(engine.async().charge(subject, charges, once));
    }

    @Override
    public Decision chargeConversation(Subject subject, Charge charge) {
      return await(engine.async().chargeConversation(subject, charge));
    }

    @Override
    public Reservation reserve(Subject subject, String quota, long estimate) {
      return new Awaited(await(engine.async().reserve(subject, quota, estimate)));
    }

    @Override
    public Reservation reserve(ReserveRequest request) {
      return new Awaited(await(engine.async().reserve(request)));
    }

    @Override
    public Reservation resume(Subject subject, String quota, String reservationId) {
      return new Awaited(await(engine.async().resume(subject, quota, reservationId)));
    }

    @Override
    public QuotaSnapshot states(Subject subject) {
      return await(engine.async().states(subject));
    }

    @Override
    public QuotaSnapshot states(Subject subject, Collection<String> names) {
      return await(engine.async().states(subject, names));
    }

    @Override
    public QuotaSnapshot check(Subject subject, String quota, long cost) {
      return await(engine.async().check(subject, quota, cost));
    }

    @Override
    public boolean refund(Receipt receipt) {
      return await(engine.async().refund(receipt));
    }

    @Override
    public void finish(Receipt receipt) {
      Object unused = await(engine.async().finish(receipt));
    }

    @Override
    public QuotaState grant(GrantRequest request) {
      return await(engine.async().grant(request));
    }

    @Override
    public QuotaState reset(Subject subject, String quota, String reason) {
      return await(engine.async().reset(subject, quota, reason));
    }

    @Override
    public QuotaState reset(Subject subject, String quota, Scope scope, String reason) {
      return await(engine.async().reset(subject, quota, scope, reason));
    }
  }

  /** An async reservation, each stage of which is waited for. */
  final class Awaited extends ForwardingReservation<AsyncReservation> implements Reservation {

    Awaited(AsyncReservation reservation) {
      super(reservation);
    }

    @Override
    public boolean used(long soFar) {
      return await(reservation().used(soFar));
    }

    @Override
    public Settlement settle(long actual) {
      return await(reservation().settle(actual));
    }

    @Override
    public Settlement settle(UsageReport report) {
      return await(reservation().settle(report));
    }

    @Override
    public Settlement settleAsUsed() {
      return await(reservation().settleAsUsed());
    }

    @Override
    public boolean refund() {
      return await(reservation().refund());
    }

    @Override
    public AsyncReservation async() {
      return reservation();
    }

    @Override
    public void close() {
      Object unused = await(reservation().close());
    }
  }
}
