package dev.quota.spring.method;

import dev.quota.http.request.RequestView;
import java.util.List;

/** A placeholder for the request of a method call. Costs that would read it stop the start. */
final class NoRequest implements RequestView {

  static final RequestView INSTANCE = new NoRequest();

  private NoRequest() {}

  @Override
  public String method() {
    return "";
  }

  @Override
  public List<String> headers(String name) {
    return List.of();
  }

  @Override
  public String authority() {
    return "";
  }

  @Override
  public String target() {
    return "";
  }

  @Override
  public boolean allowsOtherOrigins() {
    return false;
  }
}
