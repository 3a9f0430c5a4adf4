package dev.quota.spring.model;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.PriceList;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.spring.CurrentSubject;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.ai.QuotaModels;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;

/** Puts the quotas of the settings around models. Thread-safe. */
final class ModelQuotas {

  private final QuotaProperties.Ai ai;
  private final ObjectProvider<Quotas> quotas;
  private final ObjectProvider<PriceList> prices;
  private final ObjectProvider<CurrentSubject> callers;

  ModelQuotas(
      QuotaProperties.Ai ai,
      ObjectProvider<Quotas> quotas,
      ObjectProvider<PriceList> prices,
      ObjectProvider<CurrentSubject> callers) {
    this.ai = ai;
    this.quotas = quotas;
    this.prices = prices;
    this.callers = callers;
  }

  /**
   * Returns a model of the same class, or of its interfaces if it is final, whose calls are
   * reserved, or the same model if the settings say so.
   *
   * @throws IllegalStateException if its own quota degrades
   * @throws dev.quota.UnknownQuotaException if the policies lack the quota
   */
  Object around(ModelKind kind, Object model) {
    QuotaProperties.Model settings = kind.settings(ai);
    String quota = settings.quota() == null ? ai.quota() : settings.quota();
    if (!settings.enabled() || quota == null) {
      return model;
    }
    ProxyFactory proxy = new ProxyFactory(model);
    proxy.setProxyTargetClass(!Modifier.isFinal(model.getClass().getModifiers()));
    proxy.addAdvice(new MeteredCalls(kind, metered(kind, model, quota, settings.quota() != null)));
    return proxy.getProxy(model.getClass().getClassLoader());
  }

  /** The quota of chats may degrade, as long as no other model is called. */
  private Supplier<Object> metered(ModelKind kind, Object model, String quota, boolean isOwn) {
    QuotaPolicy policy = quotas.getObject().policies().quotas().get(quota);
    if (policy != null && policy.whenExhausted() == WhenExhausted.DEGRADE) {
      if (isOwn) {
        throw degrades(kind, quota);
      }
      return () -> {
        throw degrades(kind, quota);
      };
    }
    QuotaModels.Builder models =
        QuotaModels.builder(quotas.getObject(), quota)
            .prices(prices.getObject())
            .subject(() -> Optional.of(caller(kind)));
    String name = kind.settings(ai).model();
    if (name != null) {
      models.model(name);
    }
    Object metered = kind.around(models.build(), model);
    return () -> metered;
  }

  private Subject caller(ModelKind kind) {
    return callers
        .orderedStream()
        .flatMap(it -> it.find().stream())
        .findFirst()
        .orElseThrow(() -> nobody(kind));
  }

  private static IllegalStateException degrades(ModelKind kind, String quota) {
    return new IllegalStateException(
        "quota "
            + quota
            + " degrades, but no smaller model can replace a "
            + kind.type().getSimpleName()
            + ": name a quota that blocks by "
            + kind.property()
            + ".quota, or set "
            + kind.property()
            + ".enabled to false.");
  }

  private static IllegalStateException nobody(ModelKind kind) {
    return new IllegalStateException(
        "Nothing here says who is charged for the call of the "
            + kind.type().getSimpleName()
            + ", so it was not made. Nobody is signed in with Spring Security in this thread, and it"
            + " serves no request. For work that no person asked for, set "
            + kind.property()
            + ".enabled to false, and put QuotaModels around the models yourself.");
  }
}
