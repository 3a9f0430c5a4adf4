package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each rule of arithmetic is written once, and both kinds of scripts contain it. */
final class LuaRulesTest {

  private static Set<String> used(String file) {
    return Pattern.compile("(?m)^ *--= (.*)$")
        .matcher(LuaText.read(file))
        .results()
        .map(use -> use.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void bothKindsOfScriptsUseEveryRule() {
    Set<String> rules = new TreeSet<>(LuaText.parts("rules.lua").keySet());
    rules.remove("");

    assertThat(used("take.lua")).isEqualTo(rules);
    assertThat(used("operate.lua")).isEqualTo(rules);
  }

  @Test
  void leavesNoPlaceForARuleAndNoVariableWithoutAName() {
    String operate = OperateScript.of(Script.Clock.REDIS).text();

    assertThat(operate).doesNotContainPattern("(?m)^ *--= ").doesNotContainPattern("[@&$][a-z]");
    for (TakeScript.Verb verb : TakeScript.Verb.values()) {
      assertThat(TakeScript.of(verb, new Shape("rd"), Script.Clock.REDIS).text())
          .doesNotContainPattern("(?m)^ *--= ")
          .doesNotContainPattern("[@&$][a-z]");
    }
  }

  @Test
  void keepsTheIndentationAndNamesVariablesAsFields() {
    assertThat(LuaRules.includedWithFields("do\n  --= add\nend\n"))
        .isEqualTo(
            """
            do
              r.units = r.units + units
              if r.units > 9007199254740991 then r.units = 9007199254740991 end
            end
            """);
  }

  @Test
  void saysWhichRuleIsMissing() {
    assertThatThrownBy(() -> LuaRules.included("--= nonesuch\n"))
        .hasMessage("rules.lua has no rule nonesuch");
  }
}
