package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Subject;
import dev.quota.http.SubjectNames;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
final class SubjectNamesTest {

  private static final String COMPOSED = "Jos\u00e9";
  private static final String DECOMPOSED = "Jose\u0301";

  private static HttpServletRequest requestOf(String name) {
    Principal principal = () -> name;
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            SubjectNamesTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                method.getName().equals("getUserPrincipal") ? principal : null);
  }

  private static long subjects(SubjectResolver resolver, String... names) {
    return Stream.of(names)
        .map(name -> resolver.resolve(requestOf(name)))
        .map(Subject::id)
        .distinct()
        .count();
  }

  @Test
  void byDefaultNamesAreTakenAsTheyAre() {
    assertThat(
            subjects(
                SubjectResolver.principalOrAddress(),
                COMPOSED,
                DECOMPOSED,
                "jos\u00e9",
                "Jos\u00e9 "))
        .isEqualTo(4);
  }

  @Test
  void formAndSpaceMakeNobodyElse() {
    SubjectResolver resolver = SubjectResolver.principalOrAddress(SubjectNames::canonical);
    assertThat(
            subjects(
                resolver,
                COMPOSED,
                DECOMPOSED,
                COMPOSED + " ",
                "\t" + DECOMPOSED,
                COMPOSED + "\u00a0"))
        .isEqualTo(1);
    assertThat(subjects(resolver, COMPOSED, "jos\u00e9")).isEqualTo(2);
  }

  @Test
  void caseMakesNobodyElse() {
    SubjectResolver resolver =
        SubjectResolver.principalOrAddress(SubjectNames::canonicalIgnoringCase);
    assertThat(subjects(resolver, COMPOSED, "JOSE\u0301 ", "jos\u00e9")).isEqualTo(1);
    assertThat(subjects(resolver, "Stra\u00dfe", "STRASSE", "STRA\u1e9eE")).isEqualTo(1);
    assertThat(subjects(resolver, "anna", "ann")).isEqualTo(2);
  }

  @Test
  void noNameIsRefused() {
    SubjectResolver resolver = SubjectResolver.principalOrAddress(SubjectNames::canonical);
    assertThatThrownBy(() -> resolver.resolve(requestOf(" \u00a0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one character");
  }
}
