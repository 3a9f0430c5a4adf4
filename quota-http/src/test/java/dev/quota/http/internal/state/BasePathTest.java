package dev.quota.http.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BasePathTest {

  @ParameterizedTest
  @ValueSource(strings = {"/quota", "/a/b.c/~d_e-f", "/1"})
  void pathsAreTaken(String path) {
    assertThat(BasePath.require(path)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "quota", "/quota/", "//quota", "/a//b", "/a b", "/ä", "/a%2f", "/a?b"})
  void othersAreRefused(String path) {
    assertThatThrownBy(() -> BasePath.require(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path must start with a slash, not end with one");
  }

  @Test
  void aLongPathNeedsNoDeepStack() {
    String path = "/a".repeat(1 << 19);
    assertThatThrownBy(() -> BasePath.require(path))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
  }
}
