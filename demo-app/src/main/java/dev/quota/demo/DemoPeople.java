package dev.quota.demo;

import dev.quota.Subject;
import dev.quota.policy.Scope;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the caller: the name in a header, or in the cookie that the page sets, or else the address.
 * The caller's language is the one that was picked on the page, if there is one. A product would
 * use its own login here. The demo trusts every name.
 */
final class DemoPeople implements SubjectResolver {

  static final String HEADER = "X-Demo-User";
  static final String COOKIE = "demo-user";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final SubjectResolver BY_ADDRESS = SubjectResolver.principalOrAddress();

  @Override
  public Subject resolve(HttpServletRequest request) {
    Subject.Builder who =
        claimed(request).map(DemoPeople::named).orElseGet(() -> byAddress(request));
    PageLanguage.picked(request).ifPresent(who::locale);
    return who.build();
  }

  /** Returns whether the request has no name, or a valid one. */
  static boolean isValid(HttpServletRequest request) {
    return Collections.list(request.getHeaders(HEADER)).size() <= 1
        && claimed(request).map(name -> NAME.matcher(name).matches()).orElse(true);
  }

  private static Optional<String> claimed(HttpServletRequest request) {
    String header = request.getHeader(HEADER);
    return header != null
        ? Optional.of(header)
        : Cookies.find(request, COOKIE).map(DemoPeople::decoded);
  }

  /**
   * Returns the name in a cookie. Text with a wrong percent encoding is returned as it is, and is
   * refused later.
   */
  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static Subject.Builder byAddress(HttpServletRequest request) {
    Subject address = BY_ADDRESS.resolve(request);
    return Subject.builder(address.kind(), address.id());
  }

  private static Subject.Builder named(String name) {
    Subject.Builder person = Subject.builder(Subject.Kind.USER, name);
    switch (name) {
      case "alice" -> person.plan("free").zone(BERLIN);
      case "bob" -> person.plan("pro");
      case "carol", "dave" -> person.plan("enterprise").group(Scope.ORG, "acme");
      default -> person.plan("free");
    }
    return person;
  }
}
