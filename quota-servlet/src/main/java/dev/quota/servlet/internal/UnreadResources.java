package dev.quota.servlet.internal;

import dev.quota.Quota;
import dev.quota.http.Declarations;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stops the start of an application if resource methods of Jakarta REST have {@code @Quota} but
 * {@code quota-jaxrs} is missing. The servlet filter cannot charge them, because it sees only one
 * servlet for all of them. Implementations of Jakarta REST find this class automatically.
 * Thread-safe.
 */
public final class UnreadResources implements DynamicFeature {

  /** The property that {@code quota-jaxrs} sets when it reads the annotations. */
  private static final String READ = "dev.quota.jaxrs.QuotaFeature";

  /** For implementations of Jakarta REST. */
  public UnreadResources() {}

  /**
   * Checks one method.
   *
   * @param resource the method
   * @param context the configuration, with the property
   * @throws IllegalStateException if it has a {@code @Quota}, and nobody reads it
   */
  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (type == null || method == null || context.getConfiguration().getProperty(READ) != null) {
      return;
    }
    Optional<Quota> found =
        Stream.concat(
                Declarations.annotationsOf(type, method).quotas().stream(),
                Declarations.annotationsOf(type).quotas().stream())
            .findFirst();
    if (found.isPresent()) {
      throw new IllegalStateException(
          type.getName()
              + "."
              + method.getName()
              + " carries @Quota(\""
              + found.get().value()
              + "\"), but nothing here reads resources of Jakarta REST: add dev.quota:quota-jaxrs,"
              + " and register QuotaFeature.of(quotas)");
    }
  }
}
