package dev.quota.jaxrs;

import dev.quota.Quotas;
import dev.quota.http.Declarations;
import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.http.EndpointReader;
import dev.quota.http.MisplacedQuotas;
import dev.quota.http.QuotaAnnotations;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Configuration;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds what resource methods cost. Thread-safe. */
final class ResourceEndpoints {

  private static final EndpointReader READER = new EndpointReader(ContainerRequestContext.class);

  private static final MisplacedQuotas MISPLACED =
      new MisplacedQuotas(
          "annotate a resource class, or one of its methods with @GET, @POST and such");

  private record Key(Class<?> type, Method method) {
    @Override
    public String toString() {
      return type.getName() + "." + method.getName();
    }
  }

  private final Quotas quotas;
  private final Map<Key, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Set<Class<?>> scanned = ConcurrentHashMap.newKeySet();

  ResourceEndpoints(Quotas quotas) {
    this.quotas = quotas;
  }

  /**
   * Reads all classes of the application.
   *
   * @throws IllegalStateException with every mistake, if there is one
   */
  void scan(@Nullable Application application, Configuration configuration) {
    EndpointChecks checks = new EndpointChecks(quotas);
    for (Class<?> type : classes(application, configuration)) {
      if (ResourceAnnotations.hasPath(type)) {
        scan(type, checks);
      } else {
        checks.read(type.getName(), () -> requireNone(type));
      }
    }
    checks.finish();
  }

  private static Class<?> requireNone(Class<?> type) {
    MISPLACED.requireNoneIn(type, "the class");
    return type;
  }

  private static Set<Class<?>> classes(
      @Nullable Application application, Configuration configuration) {
    Set<Class<?>> all = new LinkedHashSet<>(configuration.getClasses());
    configuration.getInstances().forEach(it -> all.add(it.getClass()));
    if (application != null) {
      all.add(application.getClass());
      all.addAll(application.getClasses());
      all.addAll(singletons(application));
    }
    all.removeIf(ResourceEndpoints::isOfAFramework);
    return all;
  }

  @SuppressWarnings("deprecation") // many applications still have them
  private static Set<Class<?>> singletons(Application application) {
    Set<Class<?>> all = new LinkedHashSet<>();
    application.getSingletons().forEach(it -> all.add(it.getClass()));
    return all;
  }

  private static boolean isOfAFramework(Class<?> type) {
    return type.getName().startsWith("org.glassfish.")
        || type.getName().startsWith("org.jboss.resteasy.");
  }

  /** Reads a resource class, and those that its locators are declared to return. */
  private void scan(Class<?> type, EndpointChecks checks) {
    if (!scanned.add(type)) {
      return;
    }
    QuotaAnnotations onType = Declarations.annotationsOf(type);
    boolean answers = false;
    for (Method method : type.getMethods()) {
      if (method.isBridge() || method.getDeclaringClass() == Object.class) {
        continue;
      }
      Key key = new Key(type, method);
      if (ResourceAnnotations.httpMethod(type, method).isPresent()) {
        answers = true;
        checks
            .read(key.toString(), () -> read(key))
            .ifPresent(it -> checks.use(key.toString(), it));
      } else if (ResourceAnnotations.hasPath(type, method)) {
        checks.read(key.toString(), () -> requireNoneOnLocator(key));
        scanLocated(method.getReturnType(), checks);
      }
    }
    checks.read(type.getName(), () -> requireNoneOnOthers(type));
    if (!answers && !onType.isEmpty()) {
      checks.add(
          type.getName()
              + " carries @Quota, but none of its methods answers requests; annotate the class that"
              + " does");
    }
  }

  private void scanLocated(Class<?> returned, EndpointChecks checks) {
    if (!returned.isPrimitive() && !returned.getName().startsWith("java.")) {
      scan(returned, checks);
    }
  }

  private static Class<?> requireNoneOnLocator(Key key) {
    if (!Declarations.annotationsOf(key.type, key.method).isEmpty()) {
      throw new IllegalArgumentException(
          "@Quota on a sub-resource locator is never read; annotate the methods of what it returns");
    }
    return key.type;
  }

  /** Checks methods that no request reaches, including those of superclasses and interfaces. */
  private static Class<?> requireNoneOnOthers(Class<?> type) {
    MISPLACED.requireNoneOnOtherMethods(
        type,
        method ->
            ResourceAnnotations.httpMethod(type, method).isPresent()
                || ResourceAnnotations.hasPath(type, method));
    return type;
  }

  /**
   * Returns what a method costs. A method that was not known at the start, such as one of a
   * sub-resource, is read and checked now.
   *
   * @throws IllegalStateException if there is a mistake in its annotations
   */
  Endpoint of(Class<?> type, Method method) {
    Key key = new Key(type, method);
    Endpoint known = endpoints.get(key);
    if (known != null) {
      return known;
    }
    EndpointChecks checks = new EndpointChecks(quotas);
    scan(type, checks);
    checks.read(key.toString(), () -> read(key)).ifPresent(it -> checks.use(key.toString(), it));
    checks.finish();
    return endpoints.getOrDefault(key, Endpoint.FREE);
  }

  private Endpoint read(Key key) {
    QuotaAnnotations onMethod = Declarations.annotationsOf(key.type, key.method);
    boolean options =
        ResourceAnnotations.httpMethod(key.type, key.method).filter("OPTIONS"::equals).isPresent();
    if (options && !onMethod.isEmpty()) {
      throw new IllegalArgumentException(
          "@Quota on a method with @OPTIONS is never read, because OPTIONS is free; remove it");
    }
    DeclaredEndpoint declared =
        READER.read(
            options ? QuotaAnnotations.NONE : Declarations.annotationsOf(key.type),
            onMethod,
            "the method " + key.method.getName());
    EndpointChecks.define(quotas, declared, key.toString());
    endpoints.put(key, declared.endpoint());
    return declared.endpoint();
  }
}
