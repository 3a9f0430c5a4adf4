package dev.quota.spring.method;

import dev.quota.Quotas;
import dev.quota.http.EndpointChecks;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Stops the start of an application with mistakes in its annotations, with all of them in the
 * message.
 */
final class StartCheck implements SmartInitializingSingleton {

  private final Quotas quotas;
  private final ObjectProvider<EndpointScan> scans;

  StartCheck(Quotas quotas, ObjectProvider<EndpointScan> scans) {
    this.quotas = quotas;
    this.scans = scans;
  }

  /**
   * Reads all annotations.
   *
   * @throws IllegalStateException with every mistake, if there is one
   */
  @Override
  public void afterSingletonsInstantiated() {
    EndpointChecks checks = new EndpointChecks(quotas);
    scans.orderedStream().forEach(it -> it.scan(checks));
    checks.finish();
  }
}
