package dev.quota.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;

/** A plan in a token of one's own, in a user that a provider described, and where there is none. */
class ClaimsTest {

  private static Authentication of(Object principal) {
    return new TestingAuthenticationToken(principal, "");
  }

  @Test
  void readsTokensAndUsers() {
    ClaimAccessor token = () -> Map.of("plan", "pro");
    assertThat(Claims.text(of(token), "plan")).contains("pro");
    Map<String, Object> attributes = Map.of("plan", List.of("pro", "free"));
    assertThat(
            Claims.text(
                of(new DefaultOAuth2AuthenticatedPrincipal("alice", attributes, List.of())),
                "plan"))
        .contains("pro");
  }

  @Test
  void findsNoneElsewhere() {
    ClaimAccessor number = () -> Map.of("plan", 7, "blank", " ");
    assertThat(Claims.text(of(number), "plan")).isEmpty();
    assertThat(Claims.text(of(number), "blank")).isEmpty();
    assertThat(Claims.text(of(number), "missing")).isEmpty();
    assertThat(Claims.text(of("alice"), "plan")).isEmpty();
  }
}
