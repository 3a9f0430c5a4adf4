package dev.quota.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

/** A request that Spring Security has not seen is reported, once. */
class UnauthenticatedRequestTest {

  private final AuthenticatedSubjects people =
      new AuthenticatedSubjects(authentication -> Optional.empty(), List.of());

  private static MockHttpServletRequest request() {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/chat");
    request.setServletPath("/chat");
    return request;
  }

  @AfterEach
  void forget() {
    SecurityContextHolder.clearContext();
  }

  @Test
  void isReportedOnceInMvc() {
    AuthenticationSubjects subjects = new AuthenticationSubjects(people, true);
    try (Warnings warnings = Warnings.of(AuthenticationSubjects.class)) {
      for (int i = 0; i < 3; i++) {
        assertThat(subjects.resolve(request()).id()).isNotEmpty();
      }
      assertThat(warnings.messages())
          .singleElement()
          .asString()
          .startsWith("A request to /chat reached the quota filter without an Authentication")
          .endsWith("This is said once.");
    }
  }

  @Test
  void isReportedOnceInWebFlux() {
    ReactiveAuthenticationSubjects subjects = new ReactiveAuthenticationSubjects(people, true);
    try (Warnings warnings = Warnings.of(ReactiveAuthenticationSubjects.class)) {
      for (int i = 0; i < 3; i++) {
        MockServerWebExchange exchange =
            MockServerWebExchange.from(
                MockServerHttpRequest.get("/chat")
                    .remoteAddress(new java.net.InetSocketAddress("192.0.2.7", 4711)));
        assertThat(subjects.resolve(exchange).block()).isNotNull();
      }
      assertThat(warnings.messages())
          .singleElement()
          .asString()
          .startsWith("A request to /chat reached the quota filter past Spring Security");
    }
  }

  @Test
  void isNotReportedWhereNothingIsWrong() {
    try (Warnings warnings = Warnings.of(AuthenticationSubjects.class)) {
      assertThat(new AuthenticationSubjects(people, false).resolve(request())).isNotNull();
      SecurityContextHolder.getContext()
          .setAuthentication(new TestingAuthenticationToken("alice", "", "ROLE_USER"));
      assertThat(new AuthenticationSubjects(people, true).resolve(request()).id())
          .isEqualTo("alice");
      assertThat(warnings.messages()).isEmpty();
    }
  }
}
