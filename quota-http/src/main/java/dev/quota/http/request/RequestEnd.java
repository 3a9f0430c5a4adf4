package dev.quota.http.request;

/** How a request ended, for what it had charged and reserved. */
public enum RequestEnd {
  /** It was answered. */
  DELIVERED,
  /**
   * A part of the answer was delivered before it failed, timed out, or nobody listened any more.
   */
  CUT_SHORT,
  /** It failed before anything was delivered, or its status says so: {@code QuotaHttp.endOf}. */
  FAILED
}
