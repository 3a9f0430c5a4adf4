package dev.quota.quarkus;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.jaxrs.QuotaFeature;
import dev.quota.policy.PolicyFile;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.util.Objects;

/** Registers the feature. Quarkus finds it by its annotation. */
@Provider
public class Metering implements Feature {

  static final Quotas QUOTAS =
      Quotas.builder()
          .policies(
              PolicyFile.read(
                  "quotas.yaml",
                  Objects.requireNonNull(Metering.class.getResourceAsStream("/quotas.yaml"))))
          .build();

  @Override
  public boolean configure(FeatureContext context) {
    return QuotaFeature.builder(QUOTAS).subjects(Metering::subject).build().configure(context);
  }

  private static Subject subject(ContainerRequestContext request) {
    return Subject.user(Objects.toString(request.getHeaderString("X-User"), "nobody"));
  }
}
