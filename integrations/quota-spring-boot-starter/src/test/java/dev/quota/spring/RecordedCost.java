package dev.quota.spring;

import dev.quota.CostFunction;
import dev.quota.http.request.RequestView;

/** Reads the cost from the address. */
final class RecordedCost implements CostFunction<RequestView> {
  @Override
  public long costOf(RequestView request) {
    return Long.parseLong(request.parameter("n").orElseThrow());
  }
}
