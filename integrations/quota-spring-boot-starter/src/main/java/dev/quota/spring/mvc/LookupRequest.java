package dev.quota.spring.mvc;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request whose attributes can be set without a change of the original. */
final class LookupRequest extends HttpServletRequestWrapper {

  /** The attributes that were set here; null for those that were removed here. */
  private final Map<String, @Nullable Object> own = new HashMap<>();

  LookupRequest(HttpServletRequest request) {
    super(request);
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return own.containsKey(name) ? own.get(name) : super.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    own.put(name, value);
  }

  @Override
  public void removeAttribute(String name) {
    own.put(name, null);
  }

  @Override
  public Enumeration<String> getAttributeNames() {
    Set<String> names = new LinkedHashSet<>(Collections.list(super.getAttributeNames()));
    own.forEach(
        (name, value) -> {
          if (value == null) {
            names.remove(name);
          } else {
            names.add(name);
          }
        });
    return Collections.enumeration(names);
  }
}
