package dev.quota.spring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spring.QuotaExpressionException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/** What expressions may say and give. */
class MethodExpressionTest {

  interface Shape {}

  record Item(long size, Shape shape, List<Item> parts) {}

  @SuppressWarnings("unused") // read by reflection
  public static class Owner {
    public long factor = 3;

    public void work(Item item, Map<String, Long> map, Object any) {}
  }

  private static Method work() throws NoSuchMethodException {
    return Owner.class.getMethod("work", Item.class, Map.class, Object.class);
  }

  private static MethodExpression parse(String text) throws NoSuchMethodException {
    return MethodExpression.parse(
        text, "costExpression", Owner.class, work(), new DefaultListableBeanFactory());
  }

  private static long cost(String text, Object any) throws NoSuchMethodException {
    Item item = new Item(2, new Shape() {}, List.of(new Item(1, new Shape() {}, List.of())));
    return parse(text).cost(new Owner(), new Object[] {item, Map.of("size", 5L), any});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#item.size * factor",
        "#item.size() + 4",
        "#p1.size + 5",
        "#map['size'] + 1",
        "#map[size()] ?: 6",
        "#item.parts.?[size > 0].size() + 5",
        "#item.parts.![size][0] + 5",
        "#any.intValue()",
        "#any?.intValue()",
        "T(java.lang.Math).max(6L, #item.size)",
        "{1, 6}[1]",
        "#root.factor * 2",
        "#a2",
      })
  void namesWhatIsThere(String text) throws NoSuchMethodException {
    if (text.contains("size()]")) {
      assertThatThrownBy(() -> cost(text, 6)).isInstanceOf(QuotaExpressionException.class);
    } else {
      assertThat(cost(text, 6)).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#itm",
        "#item.sise",
        "#item.size + #mp['size']",
        "#map[#sise]",
        "#item.parts.?[size > #least].size()",
        "itm.size",
        "fctor * 2",
        "#max(1, 2)",
        "@prices.of(#item)",
        "#item.",
        " ",
      })
  void whatMeansNothingIsAMistake(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("costExpression \"" + text + "\" ");
  }

  @Test
  void aClassWithoutNamesOfParametersIsToldWhatToDo() throws NoSuchMethodException {
    Method concat = String.class.getMethod("concat", String.class);
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    assertThatThrownBy(
            () -> MethodExpression.parse("#str", "costExpression", String.class, concat, beans))
        .hasMessage(
            "costExpression \"#str\" names #str, but the class was compiled without the names of"
                + " its parameters; compile it with -parameters, or use #a0 for the first");
    assertThat(
            MethodExpression.parse("#a0.length()", "costExpression", String.class, concat, beans)
                .cost("", new Object[] {"four"}))
        .isEqualTo(4);
  }

  @Test
  void whatIsNoCostIsToldWithoutTexts() throws NoSuchMethodException {
    for (Object wrong :
        new Object[] {-1, 0.5, Double.NaN, new BigDecimal("1E1000000000"), "7", true, List.of(1)}) {
      assertThatThrownBy(() -> cost("#any", wrong))
          .isInstanceOf(QuotaExpressionException.class)
          .hasMessageContaining("Owner.work must give a whole number from 0 to ");
    }
    assertThatThrownBy(() -> cost("#any", "secret-text")).hasMessageNotContaining("secret-text");
    assertThat(cost("#any", 6.0)).isEqualTo(6);
    assertThat(cost("#any", new BigDecimal("6.00"))).isEqualTo(6);
  }

  @Test
  void idsAreTextsNumbersAndUuids() throws NoSuchMethodException {
    UUID id = UUID.randomUUID();
    for (Object right : new Object[] {"alice", 7L, id}) {
      assertThat(parse("#any").subject(new Owner(), new Object[] {null, null, right}).id())
          .isEqualTo(right.toString());
    }
    for (Object wrong : new Object[] {" ", 'c', List.of("alice")}) {
      assertThatThrownBy(() -> parse("#any").subject(new Owner(), new Object[] {null, null, wrong}))
          .isInstanceOf(QuotaExpressionException.class)
          .hasMessageNotContaining("alice");
    }
  }
}
