package dev.quota.spring.method;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.http.EndpointReader;
import dev.quota.http.QuotaAnnotations;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ReflectionUtils;

/** Reads what methods of beans charge. Thread-safe. */
final class MeteredMethods {

  private static final EndpointReader READER = new EndpointReader().withExpressions();

  private final Quotas quotas;
  private final BeanFactory beans;
  private final EndpointListing listing;
  private final Map<MethodClassKey, MeteredMethod> methods = new ConcurrentHashMap<>();

  MeteredMethods(Quotas quotas, BeanFactory beans, EndpointListing listing) {
    this.quotas = quotas;
    this.beans = beans;
    this.listing = listing;
  }

  /**
   * Returns whether calls of a method are charged: it is annotated, or it is public and its class
   * is annotated.
   */
  static boolean isMetered(Method method, Class<?> type) {
    Method specific = AopUtils.getMostSpecificMethod(method, type);
    if (ReflectionUtils.isObjectMethod(specific) || specific.isSynthetic()) {
      return false;
    }
    return !SpringAnnotations.quotasOn(specific).isEmpty()
        || (Modifier.isPublic(specific.getModifiers())
            && !Modifier.isStatic(specific.getModifiers())
            && !SpringAnnotations.quotasOn(type).isEmpty());
  }

  /**
   * Returns what a method charges, and defines its quotas in place.
   *
   * @throws IllegalArgumentException if its annotations are malformed
   * @throws IllegalStateException if another place defines one of its quotas differently
   */
  MeteredMethod of(Method method, Class<?> type) {
    MethodClassKey key = new MethodClassKey(method, type);
    MeteredMethod known = methods.get(key);
    return known != null ? known : methods.computeIfAbsent(key, it -> read(method, type));
  }

  private MeteredMethod read(Method method, Class<?> type) {
    Method specific = AopUtils.getMostSpecificMethod(method, type);
    String where = type.getName() + "." + specific.getName();
    QuotaAnnotations onMethod = SpringAnnotations.on(specific);
    QuotaAnnotations onType = SpringAnnotations.on(type);
    onType.quotas().forEach(MeteredMethods::requireNoRequest);
    onMethod.quotas().forEach(MeteredMethods::requireNoRequest);
    DeclaredEndpoint declared = READER.read(onType, onMethod, "the method " + specific.getName());
    EndpointChecks.define(quotas, declared, where);
    DeferredCharges charges =
        DeferredCharges.of(
            declared.deferred().isEmpty()
                ? MeteredMethod.deferred(declared.endpoint())
                : declared.deferred(),
            type,
            specific,
            beans);
    listing.add(where, declared.annotations());
    return new MeteredMethod(where, declared.endpoint(), charges);
  }

  private static void requireNoRequest(Quota annotation) {
    List<String> members =
        annotation.costFrom() != CostFunction.None.class
            ? List.of("costFrom", "use costExpression")
            : annotation.idempotent() || annotation.keyRequired()
                ? List.of("idempotent or keyRequired", "put it on the handler of the request")
                : List.of();
    if (!members.isEmpty()) {
      throw new IllegalArgumentException(
          "@Quota(\""
              + annotation.value()
              + "\") has "
              + members.get(0)
              + ", but the call of a method of a bean is no request; "
              + members.get(1));
    }
  }
}
