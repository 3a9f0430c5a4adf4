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
 * Stops an application whose resource methods of Jakarta REST carry {@code @Quota} that nobody
 * reads: the servlet filter sees one servlet for all of them. Implementations of Jakarta REST find
 * this class by themselves. Safe for use by several threads.
 */
public final class UnreadResources implements DynamicFeature {

  /** The property by which {@code quota-jaxrs} says that it reads them. */
  private static final String READ = "dev.quota.jaxrs.QuotaFeature";

  /** For implementations of Jakarta REST. */
  public UnreadResources() {}

  /**
   * Looks at one method.
   *
   * @param resource the method
   * @param context tells who reads it
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
