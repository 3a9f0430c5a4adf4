package dev.quota.httptests;

/** What some stacks answer in another way than servlets, as {@code docs/http.md} says. */
public enum HttpDifference {
  ;

  /** Returns what these stacks answer, given a request and its recorded answer. */
  String applyTo(String recorded) {
    return recorded;
  }
}
