package dev.quota.jaxrs;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/** Answers the state endpoints, and serves the web component. */
record StateFilter(Charging charging) implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    request.setProperty(RestServer.PROPERTY, charging.server());
    RestFacts facts = RestFacts.ofFree(request, charging.subjects());
    charging.abort(request, charging.http().state(StateResource.pathOf(request), facts));
  }
}
