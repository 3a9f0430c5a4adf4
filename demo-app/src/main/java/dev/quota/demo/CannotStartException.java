package dev.quota.demo;

import java.util.List;

/** The demo cannot start. The reasons are sentences for the person at the terminal. */
final class CannotStartException extends Exception {

  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // the list is immutable and holds strings
  private final List<String> reasons;

  CannotStartException(String reason) {
    this(List.of(reason));
  }

  CannotStartException(List<String> reasons) {
    super(String.join(System.lineSeparator(), reasons));
    this.reasons = List.copyOf(reasons);
  }

  List<String> reasons() {
    return reasons;
  }
}
