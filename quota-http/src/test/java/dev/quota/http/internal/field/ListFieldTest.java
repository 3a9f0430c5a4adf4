package dev.quota.http.internal.field;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ListFieldTest {

  private static List<String> read(String... lines) {
    return ListField.of(List.of(lines));
  }

  @Test
  void readsTheElementsOfAllLines() {
    assertThat(read("a, b;q=0.5 ,,", " ", "c")).containsExactly("a", "b;q=0.5", "c");
  }

  @Test
  void readsNoMoreThanAClientMeans() {
    assertThat(read("a,".repeat(30_000))).hasSize(ListField.MOST_ELEMENTS);
    assertThat(read(",".repeat(60_000))).isEmpty();
    String[] lines = new String[10_000];
    java.util.Arrays.fill(lines, "a");
    assertThat(read(lines)).hasSize(ListField.MOST_ELEMENTS);
  }

  @Test
  void readsNoPartOfALongElement() {
    assertThat(read("de, " + "x".repeat(65_000))).containsExactly("de");
    assertThat(read("x".repeat(ListField.MOST_CHARACTERS))).hasSize(1);
    assertThat(read("x".repeat(ListField.MOST_CHARACTERS + 1))).isEmpty();
  }
}
