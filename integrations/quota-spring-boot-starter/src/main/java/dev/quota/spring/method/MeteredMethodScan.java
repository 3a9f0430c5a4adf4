package dev.quota.spring.method;

import dev.quota.http.EndpointChecks;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.util.ClassUtils;

/**
 * Reads the annotations on methods of beans at the start, so that an application with a mistake in
 * them, or with an annotation that is not read, does not start.
 */
final class MeteredMethodScan implements EndpointScan {

  private final ConfigurableListableBeanFactory beans;
  private final MethodCharging charging;
  private final boolean enabled;

  MeteredMethodScan(
      ConfigurableListableBeanFactory beans, MethodCharging charging, boolean enabled) {
    this.beans = beans;
    this.charging = charging;
    this.enabled = enabled;
  }

  @Override
  public void scan(EndpointChecks checks) {
    for (String name : beans.getBeanDefinitionNames()) {
      Class<?> declared = beans.getType(name, false);
      if (declared != null) {
        typesOf(name, declared).forEach(type -> check(name, type, checks));
      }
    }
  }

  /** Returns the application's class; for a proxy of interfaces, the interfaces. */
  private Set<Class<?>> typesOf(String bean, Class<?> declared) {
    Set<Class<?>> types = new LinkedHashSet<>();
    if (!Proxy.isProxyClass(declared)) {
      types.add(ClassUtils.getUserClass(declared));
    } else if (!isReadElsewhere(bean)) {
      types.addAll(Arrays.asList(declared.getInterfaces()));
    }
    types.removeIf(ElsewhereRead::test);
    return types;
  }

  private boolean isReadElsewhere(String bean) {
    Object instance = instance(bean);
    return instance != null
        && AopUtils.isAopProxy(instance)
        && ElsewhereRead.test(AopProxyUtils.ultimateTargetClass(instance));
  }

  private void check(String bean, Class<?> type, EndpointChecks checks) {
    Map<Method, Boolean> metered =
        MethodIntrospector.selectMethods(
            type,
            (MetadataLookup<Boolean>)
                it -> MeteredMethods.isMetered(it, type) ? Boolean.TRUE : null);
    if (metered.isEmpty() && !SpringAnnotations.quotasOn(type).isEmpty()) {
      checks.add(type.getName() + " carries @Quota, but has no public method to charge");
    }
    for (Method method : metered.keySet()) {
      String where = type.getName() + "." + method.getName();
      checks
          .read(where, () -> charging.methods().of(method, type))
          .ifPresent(it -> checks.use(where, it.costs()));
      unreachable(bean, method)
          .ifPresent(
              it ->
                  checks.add(
                      where + " carries @Quota, but " + it + ", so it would charge nothing"));
    }
  }

  /** Returns why calls of a method bypass the proxy, if they do. */
  private Optional<String> unreachable(String bean, Method method) {
    if (!enabled) {
      return Optional.of("quota.methods.enabled is false");
    }
    int modifiers = method.getModifiers();
    for (Map.Entry<Integer, String> hazard :
        Map.of(Modifier.PRIVATE, "private", Modifier.STATIC, "static", Modifier.FINAL, "final")
            .entrySet()) {
      if ((modifiers & hazard.getKey()) != 0) {
        return Optional.of("it is " + hazard.getValue() + ", which no proxy can advise");
      }
    }
    Object instance = instance(bean);
    return instance == null ? Optional.empty() : bypassing(instance, method);
  }

  /** Returns a bean that exists, or what a factory makes that exists. A lazy one must wait. */
  private @Nullable Object instance(String bean) {
    Object instance = beans.containsSingleton(bean) ? beans.getSingleton(bean) : null;
    if (instance instanceof FactoryBean<?> factory) {
      boolean isDue = factory.isSingleton() && !beans.getBeanDefinition(bean).isLazyInit();
      return isDue ? beans.getBean(bean) : null;
    }
    return instance;
  }

  private static Optional<String> bypassing(Object instance, Method method) {
    boolean advised =
        instance instanceof Advised proxy
            && Arrays.stream(proxy.getAdvisors()).anyMatch(QuotaMethodAdvisor.class::isInstance);
    if (!advised) {
      return Optional.of(
          "its bean has no proxy, because the bean was needed too early or its class is final;"
              + " charge with Quotas.charge");
    }
    return invocable(method, instance.getClass())
        ? Optional.empty()
        : Optional.of(
            "its proxy has only the methods of interfaces; declare it in one, or set"
                + " spring.aop.proxy-target-class=true");
  }

  private static boolean invocable(Method method, @Nullable Class<?> proxy) {
    try {
      Method unused = AopUtils.selectInvocableMethod(method, proxy);
      return true;
    } catch (IllegalStateException e) {
      System.getLogger(MeteredMethodScan.class.getName())
          .log(System.Logger.Level.DEBUG, "Reported as a mistake.", e);
      return false;
    }
  }
}
