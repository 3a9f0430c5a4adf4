package dev.quota.spring.security;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

/** Reads claims of tokens and users. Needs spring-security-oauth2-core. */
final class Claims {

  private Claims() {}

  /** Returns the claim of a token or user; the first element of a list. */
  static Optional<String> text(Authentication authentication, String claim) {
    Object value = claims(authentication.getPrincipal()).get(claim);
    if (value instanceof Collection<?> several) {
      value = several.stream().findFirst().orElse(null);
    }
    return value instanceof String plan && !plan.isBlank() ? Optional.of(plan) : Optional.empty();
  }

  private static Map<String, Object> claims(Object principal) {
    if (principal instanceof ClaimAccessor token) {
      return token.getClaims();
    }
    return principal instanceof OAuth2AuthenticatedPrincipal user ? user.getAttributes() : Map.of();
  }
}
