package dev.quota.http.request;

/** How a request ended. It decides what happens to its charges and reservations. */
public enum RequestEnd {
  /** It was answered completely. */
  DELIVERED,
  /** A part of the answer was delivered before it failed, timed out, or the client went away. */
  CUT_SHORT,
  /** It failed before anything was delivered, or its status says so: {@code QuotaHttp.endOf}. */
  FAILED
}
